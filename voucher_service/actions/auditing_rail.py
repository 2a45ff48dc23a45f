"""What the ledger should hold of payouts by Stripe Connect, built anew from batches and transfers.

Part of ``auditing_sources``: whole transfers by the same accounting manual that wrote them, each
with the fields that are not known from its source. Nothing is compared here.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from voucher_service.core import ledger_out, ledger_rail
from voucher_service.core.campaign import paris_day
from voucher_service.core.transfer import Transfer
from voucher_service.store import rail, tables
from voucher_service.store.session import Session

Expected = Iterator[tuple[Transfer, frozenset[str]]]

ALL_KNOWN: frozenset[str] = frozenset()
NO_DATE = frozenset({"value_date"})
LONG_AGO = date(2000, 1, 1)


def of_rail(
    payout: tables.Payout,
    sent: tables.RailTransfer,
    whole: tables.RailReversal | None,
    association: int,
    parts: Sequence[tuple[int, int]],
) -> Expected:
    """A payout that Stripe has sent, and what took it back whole; parts are corrections."""
    name = payout.end_to_end
    left_on = paris_day(payout.sent_at) if payout.sent_at else LONG_AGO
    for campaign, cents in parts:
        yield ledger_out.payout_sent(name, campaign, association, cents, left_on), ALL_KNOWN
        yield ledger_rail.paid(name, campaign, cents, paris_day(sent.at)), ALL_KNOWN
        if whole is not None:
            on = paris_day(whole.at)
            yield ledger_rail.taken_back(name, campaign, association, cents, on), ALL_KNOWN


def payouts_of_reversals(session: Session) -> dict[str, str]:
    """The payout that each reversal took back, by the reversal's id."""
    return {row.reversal: row.end_to_end for row in rail.reversals(session)}


def of_funded(session: Session) -> Expected:
    """Batches whose money left for Stripe."""
    for batch in rail.funded_batches(session):
        for campaign, cents in rail.parts(session, batch).items():
            yield ledger_rail.funded(batch, campaign, cents, LONG_AGO), NO_DATE
