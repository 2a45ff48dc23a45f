"""What is known of payouts while one is made."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.once import take_range
from voucher_service.store.session import Session


def lock_payouts(session: Session) -> None:
    """Let one payout be decided at a time: each must see the books after the one before."""
    take_range(session, "payout-lock", 1)


def of_statement(session: Session, number: str) -> Sequence[tables.Payout]:
    """The payouts made for a statement, oldest first."""
    table = tables.Payout
    return session.scalars(
        select(table).where(table.statement_number == number).order_by(table.sent_at)
    ).all()


def net_parts(document: bytes) -> list[tuple[int, int]]:
    """What an association's statement pays, by campaign: (campaign, net cents)."""
    campaigns = json.loads(document)["campaigns"]
    return [(int(part["id"]), part["net_cents"]) for part in campaigns if part["net_cents"] > 0]
