"""What associations owe back, part by part."""

from collections.abc import Mapping
from dataclasses import dataclass

from voucher_service.core.debts import Part
from voucher_service.store import corrections, tables
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Debt:
    """What an association owes back in a campaign; its oldest part first."""

    campaign: int
    association: int
    name: str
    cents: int
    parts: list[Part]


def debts(session: Session, campaign: int | None, association: int | None) -> list[Debt]:
    """Debts by campaign and association: all, or those of one of them."""
    return [
        Debt(
            of,
            debtor,
            session.get_one(tables.Association, debtor).name,
            cents,
            corrections.parts_of_debts(session, debtor, {of: cents})[of],
        )
        for (of, debtor), cents in sorted(corrections.owed(session).items())
        if campaign in {None, of} and association in {None, debtor}
    ]


def parts(session: Session, association: int, owed_cents: Mapping[int, int]) -> list[list[Part]]:
    """What makes up an association's debts of known cents, campaign by campaign."""
    return list(corrections.parts_of_debts(session, association, owed_cents).values())
