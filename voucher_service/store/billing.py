"""Mandates, self-billed invoices and attestations as they are written and found."""

from datetime import date, datetime

from sqlalchemy import select

from voucher_service.core.attestations import Paid, Place
from voucher_service.core.campaign import paris_day
from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

Mandate = tables.BillingMandate
SelfBilled = tables.SelfBilled


def mandate(session: Session, association: int) -> tables.BillingMandate | None:
    """The mandate that is in force."""
    return session.scalar(
        select(Mandate).where(Mandate.association_id == association, Mandate.ended_at.is_(None))
    )


def end_mandate(session: Session, association: int, actor: str, now: datetime) -> bool:
    """End the mandate in force; False when there is none."""
    return 1 == update_if(
        session,
        Mandate,
        Mandate.association_id == association,
        Mandate.ended_at.is_(None),
        ended_by=actor,
        ended_at=now,
    )


def self_billed_of(session: Session, statement: str) -> str | None:
    """The invoice that was made for a statement."""
    query = select(SelfBilled.number).where(SelfBilled.statement_number == statement)
    return session.scalar(query)


def keep_self_billed(
    session: Session, number: str, statement: str, mandate: int, until: date
) -> bool:
    """Write down for which statement an invoice is. False when somebody was first."""
    return insert_once(
        session,
        SelfBilled,
        number=number,
        statement_number=statement,
        mandate_id=mandate,
        contest_until=until,
    )


def contest(session: Session, number: str, reason: str, actor: str, now: datetime) -> bool:
    """Write down a contest, once."""
    return 1 == update_if(
        session,
        SelfBilled,
        SelfBilled.number == number,
        SelfBilled.contested_at.is_(None),
        contest_reason=reason,
        contested_by=actor,
        contested_at=now,
    )


def attestation_of(session: Session, statement: str, site: int) -> str | None:
    """The attestation of a site for a statement."""
    table = tables.Attestation
    return session.scalar(
        select(table.number).where(table.statement_number == statement, table.site_id == site)
    )


def place(session: Session, site: int) -> Place:
    """A site as an attestation names it."""
    row = session.get_one(tables.Site, site)
    return Place(str(row.id), row.name, f"{row.adresse}, {row.code_postal} {row.commune}")


def paid(session: Session, statement: str) -> Paid | None:
    """How a statement was paid, if it was and did not come back."""
    table = tables.Payout
    row = session.scalar(
        select(table).where(
            table.statement_number == statement,
            table.settled_at.is_not(None),
            table.returned_at.is_(None),
        )
    )
    if row is None or row.settled_at is None:
        return None
    return Paid(row.end_to_end, paris_day(row.settled_at))
