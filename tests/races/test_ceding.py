"""A scheme is ceded while phones scan: what the archive lacks was never spent."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.support.autumn import Autumn
from tests.support.cast import World
from tests.support.racing import at_once, shows
from voucher_service.actions import redeeming, succeeding
from voucher_service.actions.redeeming import Counter
from voucher_service.actions.succeeding import House
from voucher_service.core.passes import Accepted
from voucher_service.store import ceding, scheme_archive, tables

REDEMPTION = tables.Redemption.__tablename__


def cede(world: World) -> int:
    """Cede and write the archive as the command does; how many uses it holds."""
    time.sleep(0.03)  # scans are under way by then
    with Session(world.engine) as session:
        succeeding.cede(session, House("Seconde Maison", None), "test", world.now)
        table = next(table for table in scheme_archive.carried() if table.name == REDEMPTION)
        written = sum(rows for _, rows in scheme_archive.chunks(session, table))
        time.sleep(0.1)  # the rest of the archive
        session.commit()
    return written


def ceded_while_spending(world: World) -> tuple[int, list[Any]]:
    """How many uses the archive holds, and what four phones were told."""
    autumn = Autumn(world)
    shares = [autumn.codes[start::4] for start in range(4)]
    counter = world.counter  # made once, before the threads
    world.session.commit()

    def spend(codes: list[str]) -> list[object]:
        return [tried(partial(scan, counter, world, autumn, code)) for code in codes]

    written, *told = at_once([partial(cede, world), *(partial(spend, share) for share in shares)])
    assert isinstance(written, int), written
    return written, [answer for answers in told for answer in answers]


def scan(counter: Counter, world: World, autumn: Autumn, code: str) -> object:
    time.sleep(0.02)  # a queue of people, longer than the ceding takes
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
        written, _ = ceded_while_spending(world)
        return 1 + in_the_database(world) - written

    shows("uses, less one, were spent and are in no archive", lost)


def ceded_in_the_middle_of_a_scan(world: World) -> list[Any]:
    """What the house that cedes and a scan come to, half of which was written before."""
    world.session.commit()
    began = threading.Event()

    def half_a_scan() -> str:
        with world.engine.begin() as connection:
            connection.execute(text("LOCK TABLE redemption IN ROW EXCLUSIVE MODE"))
            began.set()
            time.sleep(0.4)  # the house that cedes waits by then
            connection.execute(text("LOCK TABLE transfer IN ROW EXCLUSIVE MODE"))
        return "written"

    def cede_then() -> int:
        began.wait()
        return cede(world)

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
