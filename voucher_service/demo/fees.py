"""The operator's own fees in the demonstration: invoiced, paid or not, taken back in part.

Apart from the play of passes, as in life: none of it touches the ring-fenced account.
"""

from datetime import datetime, timedelta

from voucher_service.actions.invoicing import (
    Office,
    issue_credit_note,
    issue_invoice,
    record_payment,
)
from voucher_service.core.campaign import paris_day
from voucher_service.core.invoices import Line, Order
from voucher_service.demo import cast
from voucher_service.jobs import Tools
from voucher_service.payments.own_account import fee_terms
from voucher_service.store import fees
from voucher_service.store.orders import calls
from voucher_service.store.session import Session

ABOUT = Order(cast.ENGAGEMENT, subject=cast.CAMPAIGN)


def invoice(session: Session, tools: Tools, order: int, at: datetime) -> None:
    """Each funder of an order is invoiced for the service, apart from its call for funds."""
    for call in calls(session, order):
        fee = Line(cast.FEE, 1, call.amount_cents * cast.FEE_BP // 10_000)
        issue_invoice(session, call.funder_id, [fee], ABOUT, _office(tools), at)


def settle(session: Session, tools: Tools, opening: datetime, now: datetime) -> None:
    """What became of them: one is paid, one in part, one taken back in part, one is late.

    Days after, the first funder orders a training, and has not paid it yet.
    """
    paid, half, credited, _late = [row.number for row in fees.documents(session)]
    office = _office(tools)
    issue_credit_note(
        session, credited, cast.REBATE_CENTS, cast.REBATE, office, opening + timedelta(days=12)
    )
    for number, part, days in ((paid, 1, 25), (half, 2, 28), (credited, 1, 29)):
        at = opening + timedelta(days=days)
        cents = _left(session, number) // part
        record_payment(session, number, cents, paris_day(at), f"VIR FRAIS {number}", at)
    first = next(row.funder_id for row in fees.documents(session) if row.number == paid)
    training = [Line(cast.TRAINING, 2, cast.TRAINING_CENTS)]
    issue_invoice(session, first, training, ABOUT, office, now - timedelta(days=10))


def _left(session: Session, number: str) -> int:
    total = next(row.total_cents for row in fees.documents(session) if row.number == number)
    return total - sum(fees.credited(session, number))


def _office(tools: Tools) -> Office:
    return Office(tools.signatory, fee_terms(tools.settings))
