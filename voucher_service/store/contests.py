"""Contests as they stand: their steps, and which of them nobody can change any more."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select

from voucher_service.core.adjustments import ContestLine
from voucher_service.core.contests import Contest, Outcome, Step, Taken, state
from voucher_service.store import load, tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session


def locked(session: Session, number: int) -> tables.Contestation | None:
    """A contest, held until the transaction ends so that its steps follow one another."""
    return session.get(tables.Contestation, number, with_for_update=True, populate_existing=True)


def steps(session: Session, number: int) -> Sequence[tables.ContestStep]:
    """The steps of a contest, in the order in which they are taken."""
    table = tables.ContestStep
    return in_order(session.scalars(select(table).where(table.contestation_id == number)))


def in_order(taken: Iterable[tables.ContestStep]) -> list[tables.ContestStep]:
    """Steps in the order in which they are taken."""
    order = list(Step)
    return sorted(taken, key=lambda step: order.index(Step(step.step)))


def standing(row: tables.Contestation, taken: Sequence[tables.ContestStep]) -> Contest:
    """A contest in the words of the rules."""
    return Contest(
        row.opened_by,
        row.answer_until,
        {
            Step(step.step): Taken(
                step.actor, Outcome(step.outcome) if step.outcome else None, step.until
            )
            for step in taken
        },
        Outcome(row.outcome) if row.outcome else None,
    )


def take(
    session: Session,
    number: int,
    step: Step,
    text: str,
    actor: str,
    now: datetime,
    outcome: Outcome | None = None,
    until: date | None = None,
) -> bool:
    """Take a step, once. False when somebody was first."""
    return insert_once(
        session,
        tables.ContestStep,
        contestation_id=number,
        step=step.value,
        outcome=outcome.value if outcome else None,
        text=text,
        actor=actor,
        at=now,
        until=until,
    )


def end(session: Session, number: int, outcome: Outcome, actor: str, now: datetime) -> bool:
    """Make an outcome final, once."""
    table = tables.Contestation
    return 1 == update_if(
        session,
        table,
        table.id == number,
        table.outcome.is_(None),
        outcome=outcome.value,
        decided_by=actor,
        decided_at=now,
    )


def decided(session: Session, campaign: int | None = None) -> Sequence[int]:
    """Contests that somebody decided and that are not ended yet."""
    contest, step, redemption = tables.Contestation, tables.ContestStep, tables.Redemption
    query = (
        select(contest.id)
        .join(step, step.contestation_id == contest.id)
        .where(contest.outcome.is_(None), step.step == Step.DECISION.value)
        .order_by(contest.id)
    )
    if campaign is not None:
        query = query.join(redemption, redemption.id == contest.redemption_id)
        query = query.where(redemption.campaign_id == campaign)
    return session.scalars(query).all()


def open_lines(session: Session, association: int) -> list[ContestLine]:
    """An association's uses that are contested at present, as its statement says them."""
    contest, use = tables.Contestation, tables.Redemption
    rows = session.execute(
        select(contest, use)
        .join(use, use.id == contest.redemption_id)
        .where(contest.outcome.is_(None), use.association_id == association)
        .order_by(contest.id)
    )
    return [
        ContestLine(
            str(row.id),
            str(redemption.campaign_id),
            load.serial(redemption.booklet_id),
            redemption.number,
            row.reason,
            state(standing(row, steps(session, row.id))),
            row.answer_until,
            redemption.cents,
            row.period_id is not None,
        )
        for row, redemption in rows
    ]
