"""Contests as people lead them: one doubts, the association answers, another person decides."""

from tests.support.cast import World
from voucher_service.actions import contesting
from voucher_service.actions.auditing import audit
from voucher_service.actions.checking import check_books
from voucher_service.core.campaign import paris_day
from voucher_service.core.contests import APPEAL_DAYS, Outcome
from voucher_service.store import tables

UPHELD, REJECTED = Outcome.UPHELD, Outcome.REJECTED


def contest(world: World, redemption: int, actor: str = "token:1") -> int:
    return contesting.contest(world.session, redemption, "doute", actor, world.now)


def decide(world: World, number: int, outcome: Outcome, actor: str = "token:2") -> None:
    """The association answers, if it still may, and a second person decides. Nothing moves yet."""
    if paris_day(world.now) <= world.session.get_one(tables.Contestation, number).answer_until:
        contesting.answer(world.session, number, "voici", "token:5", world.now)
    contesting.decide(world.session, number, outcome, "vu", actor, world.now)


def wait_for_appeals(world: World) -> list[int]:
    """Nobody appeals in time: what was decided counts."""
    world.later(days=APPEAL_DAYS + 1)
    ended = contesting.conclude_all(world.session, world.now)
    world.session.commit()
    return ended


def in_order(world: World) -> None:
    """Every invariant holds, and the auditor can explain every document and movement."""
    assert check_books(world.session) == []
    report = audit(world.session, lambda *_rendering: iter(()), None, world.now)
    findings = [finding for chapter in report.chapters for finding in chapter.findings]
    assert findings == [], findings
