"""The invariants of the end of campaigns and of money that goes home; ``checking`` runs them.

Each looks at the facts from two sides and names what does not meet. Nothing is repaired here.
"""

from collections.abc import Callable, Iterator

from voucher_service.store import audit_end
from voucher_service.store.session import Session


def _campaigns_end_as_stated(session: Session) -> Iterator[str]:
    """The joint statement, the credit notes and the ledger give back the same."""
    for name, said, booked in audit_end.expiries(session):
        if said != booked:
            yield f"{name}: its documents give back {said} cents, the ledger {booked}"


def _deposits_go_home_once(session: Session) -> Iterator[str]:
    for number, said, moved in audit_end.refunds(session):
        if said != moved:
            yield f"refund {number}: {said} cents have left, the ledger says {moved}"
    for number in audit_end.refunds_by_one_person(session):
        yield f"refund {number} left without a second person"
    for number, cents, left, came in audit_end.carry_overs(session):
        if not cents == left == came:
            yield f"carry-over {number} of {cents} cents: {left} left, {came} came"


INVARIANTS: dict[str, Callable[[Session], Iterator[str]]] = {
    "campaigns_end_as_stated": _campaigns_end_as_stated,
    "deposits_go_home_once": _deposits_go_home_once,
}
