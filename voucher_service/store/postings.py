"""Writing transfers and adding them up. Nothing here changes one: corrections are new transfers."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, insert, select, union_all

from voucher_service.core import accounts
from voucher_service.core.errors import NotFound
from voucher_service.core.transfer import Kind, Transfer
from voucher_service.store import tables
from voucher_service.store.session import Session


def post(session: Session, transfers: Iterable[Transfer], now: datetime) -> None:
    """Write transfers as of now. An event written before raises an integrity error: never twice."""
    rows = [_row(transfer, now) for transfer in transfers]
    if rows:
        session.execute(insert(tables.Transfer), rows)


def _row(transfer: Transfer, now: datetime) -> dict[str, object]:
    values = asdict(transfer)
    values["campaign_id"] = values.pop("campaign")
    return values | {"kind": transfer.kind.value, "recorded_at": now}


def posted(session: Session, event: str) -> Transfer:
    """A transfer as it was written; raises :class:`NotFound`."""
    row = session.scalar(select(tables.Transfer).where(tables.Transfer.event == event))
    if row is None:
        raise NotFound("not_found", f"No transfer was written for {event}.")
    return Transfer(
        Kind(row.kind),
        row.event,
        row.campaign_id,
        row.debit,
        row.credit,
        row.cents,
        row.value_date,
        row.reference,
        row.reverses,
    )


def balances(session: Session, before: datetime | None = None) -> list[tuple[str, int, int]]:
    """Every account of every campaign: (account, campaign, credited minus debited cents).

    ``before``: as it was at a moment, by what had been written until then.
    """
    transfer = tables.Transfer
    then = () if before is None else (transfer.recorded_at < before,)
    moves = union_all(
        select(transfer.credit.label("account"), transfer.campaign_id, transfer.cents).where(*then),
        select(transfer.debit, transfer.campaign_id, -transfer.cents).where(*then),
    ).subquery()
    total = func.sum(moves.c.cents)
    rows = session.execute(
        select(moves.c.account, moves.c.campaign_id, total)
        .group_by(moves.c.account, moves.c.campaign_id)
        .order_by(moves.c.account, moves.c.campaign_id)
    )
    return [(account, campaign, int(cents)) for account, campaign, cents in rows]


def balance(session: Session, account: str, campaign: int | None = None) -> int:
    """One account's credited minus debited cents, in one campaign or in all."""
    transfer = tables.Transfer
    sides = []
    for column in (transfer.credit, transfer.debit):
        query = select(func.coalesce(func.sum(transfer.cents), 0)).where(column == account)
        if campaign is not None:
            query = query.where(transfer.campaign_id == campaign)
        sides.append(int(session.scalar(query) or 0))
    return sides[0] - sides[1]


def deposit(session: Session, funder: int, campaign: int) -> int:
    """What a funder has paid in a campaign beyond what is in passes; below zero, what it owes."""
    return balance(session, accounts.funds(funder), campaign) + balance(
        session, accounts.receivable(funder), campaign
    )


def moved(session: Session, kind: Kind, campaign: int) -> int:
    """Cents moved so far by one kind of event in a campaign, less what was taken back."""
    transfer = tables.Transfer
    of_kind = select(transfer.event, transfer.cents).where(
        transfer.kind == kind.value, transfer.campaign_id == campaign
    )
    total = session.scalar(select(func.sum(of_kind.subquery().c.cents))) or 0
    reversed_events = select(of_kind.subquery().c.event)
    back = session.scalar(
        select(func.sum(transfer.cents)).where(transfer.reverses.in_(reversed_events))
    )
    return int(total) - int(back or 0)
