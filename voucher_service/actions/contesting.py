"""Contesting a use: opened, answered, decided, appealed, and in the end it counts. Each step once.

While a contest is open the value of a use that no statement has said yet waits aside. A use that a
statement has said is paid as stated; if the contest is upheld its association owes it back. Money
moves when nobody can change the outcome any more, see ``core.contests``.
"""

from datetime import date, datetime, timedelta

from voucher_service.actions.correcting import cancel_settled, check_cover, spare
from voucher_service.core import ledger
from voucher_service.core.campaign import paris_day
from voucher_service.core.contests import (
    APPEAL_DAYS,
    CURE_DAYS,
    Contest,
    Outcome,
    Side,
    Step,
    final,
    loser,
    objection,
)
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.statements import CONTEST_DAYS
from voucher_service.store import closings, contests, redemptions, tables
from voucher_service.store.load import serial
from voucher_service.store.once import find, insert_row
from voucher_service.store.orders import lock_campaign
from voucher_service.store.outbox import tell
from voucher_service.store.postings import post, posted
from voucher_service.store.session import Session


def contest(
    session: Session, redemption_number: int, reason: str, actor: str, now: datetime
) -> int:
    """Doubt a use: if it is not settled its value waits. Gives the contest's number.

    A use on a statement may be contested for :data:`CONTEST_DAYS` after the statement.
    """
    redemption = find(session, tables.Redemption, redemption_number, "redemption")
    _say_why(reason)
    lock_campaign(session, redemption.campaign_id)
    if closings.ended(session, redemption.campaign_id):
        raise Conflict("campaign_closed", "This campaign is closed: open an incident instead.")
    _check_in_time(session, redemption, now)
    if not redemptions.set_aside(session, redemption.id, now):
        raise Conflict("not_contestable", "It was taken back, or is contested already.")
    until = paris_day(now) + timedelta(days=CURE_DAYS)
    number = insert_row(
        session,
        tables.Contestation,
        redemption_id=redemption.id,
        reason=reason,
        opened_by=actor,
        opened_at=now,
        answer_until=until,
        period_id=redemption.period_id,
    )
    if redemption.period_id is None:
        original = posted(session, ledger.use_event(redemption.id))
        entry = ledger.contest(number, original, redemption.association_id, paris_day(now))
        post(session, [entry], now)
    _tell(session, "contest_opened", number, redemption, now, answer_until=until.isoformat())
    return number


def _say_why(text: str, field: str = "reason") -> None:
    if not text.strip():
        raise Invalid("reason_missing", "Say why.", field)


def _check_in_time(session: Session, redemption: tables.Redemption, now: datetime) -> None:
    if redemption.period_id is None:
        return
    closed_at = find(session, tables.Period, redemption.period_id, "period").closed_at
    if closed_at is not None:
        until = paris_day(closed_at) + timedelta(days=CONTEST_DAYS)
        if paris_day(now) > until:
            raise Conflict("contest_too_late", f"This use could be contested until {until}.")


def answer(session: Session, number: int, text: str, actor: str, now: datetime) -> None:
    """The association says how it was. Afterwards the contest may be decided."""
    row = _step(session, number, Step.ANSWER, text, actor, now)
    _tell(session, "contest_answered", number, _use(session, row), now)


def decide(
    session: Session, number: int, outcome: Outcome, reason: str, actor: str, now: datetime
) -> None:
    """Decide a contest once the association has answered, or could have. It may be appealed."""
    until = paris_day(now) + timedelta(days=APPEAL_DAYS)
    _check_cover(session, number, outcome)
    row = _step(session, number, Step.DECISION, reason, actor, now, outcome, until)
    use = _use(session, row)
    facts = {"outcome": outcome.value, "appeal_until": until.isoformat()}
    _tell(session, "contest_decided", number, use, now, **facts)


def appeal(
    session: Session, number: int, side: Side, reason: str, actor: str, now: datetime
) -> None:
    """The side that lost asks once for another person to decide."""
    row = _step(session, number, Step.APPEAL, reason, actor, now)
    if loser(_locked(session, number)[1]) is not side:
        raise Conflict("not_the_loser", "Only the side that lost may appeal.")
    _tell(session, "contest_appealed", number, _use(session, row), now)


def decide_appeal(
    session: Session, number: int, outcome: Outcome, reason: str, actor: str, now: datetime
) -> None:
    """Decide a contest for good, as somebody who had no part in it. Its money moves."""
    _check_cover(session, number, outcome)
    _step(session, number, Step.APPEAL_DECISION, reason, actor, now, outcome)
    conclude(session, number, now)


def _step(
    session: Session,
    number: int,
    step: Step,
    text: str,
    actor: str,
    now: datetime,
    outcome: Outcome | None = None,
    until: date | None = None,
) -> tables.Contestation:
    """Take a step if the rules let this actor take it now."""
    _say_why(text)
    row, standing = _locked(session, number)
    against = objection(standing, step, actor, paris_day(now))
    if against is not None:
        raise Conflict(*against)
    contests.take(session, number, step, text, actor, now, outcome, until)
    return row


def _locked(session: Session, number: int) -> tuple[tables.Contestation, Contest]:
    row = contests.locked(session, number)
    if row is None:
        raise NotFound("not_found", f"There is no contest {number}.")
    return row, contests.standing(row, contests.steps(session, number))


def _use(session: Session, row: tables.Contestation) -> tables.Redemption:
    return find(session, tables.Redemption, row.redemption_id, "redemption")


def _check_cover(session: Session, number: int, outcome: Outcome) -> None:
    """What was paid and is owed back needs the operator's money until it is."""
    row = find(session, tables.Contestation, number, "contest")
    if outcome is Outcome.UPHELD and row.period_id is not None:
        use = _use(session, row)
        lock_campaign(session, use.campaign_id)
        check_cover(session, use.campaign_id, use.cents)


def conclude_all(session: Session, now: datetime, campaign: int | None = None) -> list[int]:
    """End every contest that nobody can change any more; which ones."""
    return [
        number for number in contests.decided(session, campaign) if conclude(session, number, now)
    ]


def conclude(session: Session, number: int, now: datetime) -> bool:
    """Let a decision count, if nobody can change it any more. Upheld: the pass lives again.

    Rejected: the association is owed again. Left for later while the account would be short.
    """
    use = _use(session, find(session, tables.Contestation, number, "contest"))
    lock_campaign(session, use.campaign_id)  # before the contest, as everywhere
    row, standing = _locked(session, number)
    outcome = final(standing, paris_day(now))
    if outcome is None or standing.outcome is not None:
        return False
    settled = row.period_id is not None
    if settled and outcome is Outcome.UPHELD and spare(session, use.campaign_id) < use.cents:
        return False
    last = standing.steps.get(Step.APPEAL_DECISION, standing.steps[Step.DECISION])
    contests.end(session, number, outcome, last.actor, now)
    redemptions.end_contest(session, use.id, now if outcome is Outcome.UPHELD else None)
    if not settled:
        _move(session, number, use, outcome, now)
    elif outcome is Outcome.UPHELD:
        cancel_settled(session, use, row.reason, last.actor, now, contestation_id=number)
    _tell(session, "contest_ended", number, use, now, outcome=outcome.value)
    return True


def _move(
    session: Session, number: int, use: tables.Redemption, outcome: Outcome, now: datetime
) -> None:
    """The value that waited goes back where it came from, or to the association."""
    original = posted(session, ledger.use_event(use.id))
    event = ledger.contest_upheld if outcome is Outcome.UPHELD else ledger.contest_rejected
    post(session, [event(number, original, use.association_id, paris_day(now))], now)


def _tell(
    session: Session,
    topic: str,
    number: int,
    use: tables.Redemption,
    now: datetime,
    **facts: str,
) -> None:
    told = {
        "contest": number,
        "campaign": use.campaign_id,
        "association": use.association_id,
        "serial": serial(use.booklet_id),
        "number": use.number,
    }
    tell(session, topic, told | facts, now)
