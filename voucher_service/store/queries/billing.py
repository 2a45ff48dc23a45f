"""Mandates and self-billed invoices, as far as the caller may see: an association its own.

``association`` is the tenant: nothing means that the caller may see everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from voucher_service.core.errors import NotFound
from voucher_service.store import tables
from voucher_service.store.session import Session

Mandate = tables.BillingMandate


@dataclass(frozen=True, slots=True)
class SelfBilled:
    """An invoice in an association's name, and what the association said of it."""

    document: tables.Document
    kept: tables.SelfBilled


def mandates(session: Session, association: int) -> Sequence[tables.BillingMandate]:
    """Every mandate that an association gave, oldest first."""
    query = select(Mandate).where(Mandate.association_id == association)
    return session.scalars(query.order_by(Mandate.id)).all()


def self_billed(session: Session, number: str, association: int | None) -> SelfBilled:
    """One self-billed invoice; raises :class:`NotFound`."""
    kept, document = tables.SelfBilled, tables.Document
    query = (
        select(document, kept)
        .join(kept, kept.number == document.number)
        .where(document.number == number)
    )
    if association is not None:
        query = query.where(document.association_id == association)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("not_found", f"There is no self-billed invoice {number}.")
    return SelfBilled(row[0], row[1])
