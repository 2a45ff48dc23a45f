"""The invariants of payouts by Stripe Connect; ``checking`` runs them with the rest."""

from collections.abc import Callable, Iterator

from voucher_service.core.ledger_rail import IN_PART
from voucher_service.core.transfer import Kind
from voucher_service.store import rail, tables
from voucher_service.store.session import Session


def _transfers_by_stripe_once(session: Session) -> Iterator[str]:
    """Each transfer moved its payout once; each funded batch its total; nothing else did."""
    for row in rail.sent(session):
        payout = session.get_one(tables.Payout, row.end_to_end)
        if not rail.by_stripe(session, payout.batch_number):
            yield f"payout {row.end_to_end} went by Stripe, its batch by the bank"
        back = [one.cents for one in rail.reversals(session, row.end_to_end)]
        if sum(back) > payout.cents:
            yield f"payout {row.end_to_end} went back as {sum(back)} cents"
        whole = sum(cents for cents in back if cents == payout.cents)
        for kinds, cents in (
            ((Kind.RAIL_PAID,), payout.cents),
            ((Kind.RAIL_TAKEN_BACK,), whole),
            (IN_PART, sum(back) - whole),
        ):
            booked = sum(rail.moved(session, kind, row.end_to_end) for kind in kinds)
            if booked != cents:
                names = " and ".join(kind.value for kind in kinds)
                yield f"payout {row.end_to_end}: {names} is {booked} cents in the ledger"
    for batch in rail.funded_batches(session):
        booked = rail.moved(session, Kind.RAIL_FUNDED, batch)
        if booked != rail.total(session, batch):
            yield f"batch {batch} left for Stripe as {booked} cents"


INVARIANTS: dict[str, Callable[[Session], Iterator[str]]] = {
    "transfers_by_stripe_once": _transfers_by_stripe_once,
}
