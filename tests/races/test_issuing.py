"""Serials without holes and without two owners, whoever issues at the same time."""

import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.cast import World
from tests.support.racing import at_once, meet, shows
from tests.support.stage import PROGRAM, set_up
from voucher_service.actions import issuing
from voucher_service.actions.checking import check_books
from voucher_service.store import tables


def test_two_processes_that_issue_one_order_issue_it_once(database_url: str, tmp_path: Path):
    with set_up(database_url, tmp_path, booklets=1) as stage:
        order = stage.world.order(stage.campaign, 25_000)
        stage.world.fund(order)
        programs = [
            subprocess.Popen(
                [PROGRAM, "issue", str(order), "--json"],
                env=stage.environment(port=8000),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        said = [program.communicate()[0] for program in programs]
        assert [program.returncode for program in programs] == [0, 0], said
        written = "SELECT count(*) FROM booklet WHERE order_id = :order"
        assert stage.count(written, order=order) == 25_000
        assert stage.count("SELECT min(id) FROM booklet") == 1
        assert stage.count("SELECT max(id) FROM booklet") == 25_001
        assert stage.count("SELECT value FROM counter WHERE series = 'booklet'") == 25_001
        assert stage.books_are_in_order()


def test_orders_issued_at_once_share_no_serial(world: World):
    assert booklets_of(world, issued_at_once(world)) == [40] * 4
    assert check_books(world.session) == []


def test_twin_a_counter_that_is_read_then_written_gives_a_serial_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    def read_then_write(session: Session, series: str, count: int) -> int:
        counter = session.get(tables.Counter, series)
        last = counter.value if counter else 0
        meet()
        session.merge(tables.Counter(series=series, value=last + count))
        session.flush()
        return last + 1

    def tried() -> int:
        world = fresh_worlds()
        issued_at_once(world, orders=1)  # the counter's row exists from now on
        monkeypatch.setattr(issuing, "take_range", read_then_write)
        orders = issued_at_once(world)
        monkeypatch.undo()
        first_serials = select(tables.Order.first_booklet).where(tables.Order.id.in_(orders))
        firsts = world.session.scalars(first_serials).all()
        return 1 + len(firsts) - len(set(firsts))

    shows("orders were given the same serials", tried)


def issued_at_once(world: World, orders: int = 4) -> list[int]:
    """Orders of forty booklets, issued by as many threads."""
    campaign = world.campaign({world.funder("Métropole"): 1})
    numbers = [world.order(campaign, 40) for _ in range(orders)]
    for number in numbers:
        world.fund(number)

    def issue(order: int) -> None:
        with Session(world.engine) as session:
            issuing.issue(session, order, world.now, lambda _done, _total: None)

    at_once([partial(issue, number) for number in numbers])
    return numbers


def booklets_of(world: World, orders: list[int]) -> list[int]:
    booklet = tables.Booklet
    count = select(booklet.order_id, func.count()).group_by(booklet.order_id)
    found: dict[int, int] = dict(world.session.execute(count).all())
    world.session.rollback()
    return [found[order] for order in orders]
