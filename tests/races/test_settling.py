"""A use is either taken back or paid, and a period is closed once, whoever is first."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.cast import OPERATOR, PING, STATEMENT_KEY, Point, World
from tests.support.racing import PATIENCE, at_once, meeting_before, shows, without
from voucher_service.actions import sealing, settling, undoing
from voucher_service.actions.checking import check_books
from voucher_service.actions.freezing import Signatory
from voucher_service.core.errors import Conflict
from voucher_service.store import redemptions, settlements, tables
from voucher_service.store.once import update_if

LABEL = "2026-11"
USES = 12


def test_a_use_is_taken_back_or_settled_and_never_both(world: World):
    phone = uses(world)
    answers = close_while_undoing(world, phone)
    undone = sum(isinstance(answer, tables.Redemption) for answer in answers)
    late = sum(isinstance(answer, Conflict) for answer in answers)
    assert undone + late == USES
    assert both(world) == 0
    assert count(world, tables.Redemption.undone_at.is_not(None)) == undone
    assert count(world, tables.Redemption.period_id.is_not(None)) == USES - undone
    assert check_books(world.session) == []
    print(f"{USES} uses: {undone} taken back, {USES - undone} settled")


def test_twin_an_undo_that_reads_then_writes_takes_back_what_is_being_paid(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    read, claimed = threading.Event(), threading.Event()
    claim = redemptions.claim

    def claim_what_was_read(*arguments: Any) -> None:
        read.wait(PATIENCE)
        claim(*arguments)
        claimed.set()

    def read_then_write(session: Session, number: int, now: object) -> bool:
        redemption = session.get_one(tables.Redemption, number)
        if redemption.undone_at or redemption.period_id:
            return False
        read.set()
        claimed.wait(PATIENCE)  # a slow moment, in which the close claims what was read
        update_if(session, tables.Redemption, tables.Redemption.id == number, undone_at=now)
        return True

    monkeypatch.setattr(redemptions, "claim", claim_what_was_read)
    monkeypatch.setattr(redemptions, "take_back", read_then_write)

    def tried() -> int:
        world = fresh_worlds()
        close_while_undoing(world, uses(world))
        return 1 + both(world)

    shows("uses, less one, were both taken back and settled", tried)


def test_two_closes_of_one_period_draw_its_statements_once(world: World):
    uses(world)
    told = closed_by_two(world)
    assert told[0] == told[1]
    assert statements(world) == 1
    assert numbers(world) == 2
    assert check_books(world.session) == []


def test_twin_without_its_lock_and_index_a_period_is_drawn_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settlements, "lock_periods", lambda _session: None)
    monkeypatch.setattr(sealing, "seal", meeting_before(sealing.seal))

    def tried() -> int:
        world = fresh_worlds()
        without(world, "DROP INDEX uq_statement_association", "DROP INDEX uq_statement_funder")
        uses(world)
        closed_by_two(world)
        return statements(world)

    shows("statements for one association and period", tried)


def uses(world: World) -> Point:
    """Passes spent, whose undo window ends at this very moment."""
    campaign = world.campaign({world.funder("Métropole"): 1}, passes_per_booklet=USES)
    order = world.order(campaign, 1)
    world.fund(order)
    serial = world.issue(order)[0]
    point = world.point()
    world.stock([serial], point)
    world.hand_over(serial, point)
    phone = world.at(PING, campaign, "Lieu")
    for number, code in enumerate(world.codes(serial)):
        world.redeem(phone, code, scan_id=f"use-no-{number:02d}")
    world.later(minutes=30)
    settling.open_period(world.session, LABEL, world.now, world.now)
    world.session.commit()
    return phone


def close_while_undoing(world: World, phone: Point) -> list[object]:
    """One close, a second after the window; an undo of each use, in its last second."""

    def undo(number: int) -> object:
        with Session(world.engine, expire_on_commit=False) as session, session.begin():
            scan_id = f"use-no-{number:02d}"
            return undoing.undo(session, phone.site, phone.device, scan_id, "erreur", world.now)

    return at_once([partial(close, world), *(partial(undo, number) for number in range(USES))])[1:]


def close(world: World) -> list[str]:
    with Session(world.engine) as session:
        signatory = Signatory(OPERATOR, STATEMENT_KEY)
        after = world.now + timedelta(seconds=1)
        return settling.close_period(session, LABEL, signatory, "token:1", after)


def closed_by_two(world: World) -> list[object]:
    world.later(seconds=1)
    return at_once([partial(close, world)] * 2)


def count(world: World, *conditions: object) -> int:
    question = select(func.count()).select_from(tables.Redemption).where(*conditions)  # type: ignore[arg-type]
    found = int(world.session.scalar(question) or 0)
    world.session.rollback()
    return found


def both(world: World) -> int:
    table = tables.Redemption
    return count(world, table.undone_at.is_not(None), table.period_id.is_not(None))


def statements(world: World) -> int:
    """Statements of the association."""
    table = tables.Statement
    question = select(func.count()).where(table.association_id.is_not(None))
    found = int(world.session.scalar(question) or 0)
    world.session.rollback()
    return found


def numbers(world: World) -> int:
    """Numbers that the two series of statements have given."""
    table = tables.Counter
    question = select(func.sum(table.value)).where(table.series.startswith("R"))
    found = int(world.session.scalar(question) or 0)
    world.session.rollback()
    return found
