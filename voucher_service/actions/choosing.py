"""What each funder wants done with its unused money once a campaign is closed.

The choice is written down, whoever asks for what follows from it. What nobody asks for stays on
deposit, and covers nothing by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions import carrying, refunding
from voucher_service.core.errors import Conflict
from voucher_service.store import closings, tables
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Chooser:
    """Whose money of which campaign, who says so, and when."""

    session: Session
    campaign: int
    funder: int
    actor: str
    now: datetime


def refund(who: Chooser, iban: str, holder: str) -> str:
    """Have the deposit sent home; the number of the refund, which a second person approves."""
    _note(who, "refund")
    return refunding.ask(who.session, who.campaign, who.funder, iban, holder, who.actor, who.now)


def carry_over(who: Chooser, order: int | None) -> tuple[str | None, int]:
    """Leave the deposit for another campaign, and cover the call of an order if one is named.

    Gives the number of the carry-over and its cents.
    """
    _note(who, "carry_over")
    if order is None:
        return None, 0
    return carrying.carry_over(who.session, who.campaign, who.funder, order, who.actor, who.now)


def _note(who: Chooser, choice: str) -> None:
    row = closings.latest(who.session, who.campaign)
    if row is None or row.statement_number is None:
        raise Conflict("not_closed", "The campaign is not closed: nothing was given back yet.")
    who.session.add(
        tables.ClosingChoice(
            closing_id=row.id, funder_id=who.funder, choice=choice, actor=who.actor, at=who.now
        )
    )
