"""A scheme is ceded while phones scan: what the archive lacks was never spent."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from tests.support.autumn import Autumn
from tests.support.cast import World
from tests.support.racing import PATIENCE, at_once, shows
from voucher_service.actions import redeeming, succeeding
from voucher_service.actions.redeeming import Counter
from voucher_service.actions.succeeding import House
from voucher_service.core.passes import Accepted
from voucher_service.store import ceding, scheme_archive, tables

REDEMPTION = tables.Redemption.__tablename__


QUEUE = 0.02
"""Seconds between two scans of one phone: there are people longer than the ceding takes."""


def cede(world: World, rest: Callable[[], object]) -> int:
    """Cede and write the archive as the command does; how many uses it holds.

    ``rest``: what takes as long as what the archive holds beside the uses.
    """
    with Session(world.engine) as session:
        succeeding.cede(session, House("Seconde Maison", None), "test", world.now)
        table = next(table for table in scheme_archive.carried() if table.name == REDEMPTION)
        written = sum(rows for _, rows in scheme_archive.chunks(session, table))
        rest()
        session.commit()
    return written


def ceded_while_spending(world: World, patience: float = QUEUE) -> tuple[int, list[Any]]:
    """How many uses the archive holds, and what four phones were told.

    ``patience``: seconds that a phone waits for the archive's uses to be written before a scan,
    and that the archive then waits for a scan before it is whole.
    """
    autumn = Autumn(world)
    archived, spent = threading.Event(), threading.Event()
    shares = [autumn.codes[start::4] for start in range(4)]
    counter = world.counter  # made once, before the threads
    world.session.commit()

    def rest() -> None:
        archived.set()
        spent.clear()
        spent.wait(patience)

    def house() -> int:
        time.sleep(1.5 * QUEUE)  # scans are under way by then
        return cede(world, rest)

    def spend(codes: list[str]) -> list[object]:
        told = []
        for code in codes:
            archived.wait(patience)
            told.append(tried(partial(scan, counter, world, autumn, code)))
            spent.set()
        return told

    written, *told = at_once([house, *(partial(spend, share) for share in shares)])
    assert isinstance(written, int), written
    return written, [answer for answers in told for answer in answers]


def scan(counter: Counter, world: World, autumn: Autumn, code: str) -> object:
    own = f"scan-{autumn.codes.index(code):08d}"
    return redeeming.redeem(counter, world.scan(autumn.ping, code, scan_id=own))


def tried(work: Callable[[], object]) -> object:
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - being refused is an answer
        return error


def in_the_database(world: World) -> int:
    world.session.rollback()
    return world.session.scalar(select(func.count(tables.Redemption.id))) or 0


def test_whatever_was_spent_is_in_the_archive(world: World):
    written, told = ceded_while_spending(world)
    accepted = sum(isinstance(answer, Accepted) for answer in told)
    assert written == accepted == in_the_database(world)
    print(f"{len(told)} scans: {accepted} were in time")


def test_twin_without_the_guard_uses_are_lost_between_two_houses(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ceding, "end", lambda _session: None)

    def lost() -> int:
        world = fresh_worlds()
        written, _ = ceded_while_spending(world, PATIENCE)
        return 1 + in_the_database(world) - written

    shows("uses, less one, were spent and are in no archive", lost)


def until_somebody_waits(connection: Connection) -> None:
    """Until the house that cedes waits for what this connection holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE :me = ANY(pg_blocking_pids(pid))")
    me = connection.scalar(text("SELECT pg_backend_pid()"))
    deadline = time.monotonic() + PATIENCE
    while not connection.scalar(waiting, {"me": me}) and time.monotonic() < deadline:
        time.sleep(0.01)


def ceded_in_the_middle_of_a_scan(world: World) -> list[Any]:
    """What the house that cedes and a scan come to, half of which was written before."""
    world.session.commit()
    began = threading.Event()

    def half_a_scan() -> str:
        with world.engine.begin() as connection:
            connection.execute(text("LOCK TABLE redemption IN ROW EXCLUSIVE MODE"))
            began.set()
            until_somebody_waits(connection)
            connection.execute(text("LOCK TABLE transfer IN ROW EXCLUSIVE MODE"))
        return "written"

    def cede_then() -> int:
        began.wait()
        return cede(world, partial(time.sleep, 0))

    return at_once([half_a_scan, cede_then])


def test_a_scan_that_is_half_written_is_waited_for_and_waits_for_nothing(
    fresh_worlds: Callable[[], World],
):
    assert ceded_in_the_middle_of_a_scan(fresh_worlds()) == ["written", 0]


def test_twin_with_locks_in_another_order_one_of_the_two_is_undone(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ceding, "IN_THE_ORDER_OF_SCANS", "SELECT 1")

    def undone() -> int:
        answers = ceded_in_the_middle_of_a_scan(fresh_worlds())
        return 1 + sum("deadlock" in str(answer) for answer in answers)

    shows("of the two, less one, were undone for a deadlock", undone)
