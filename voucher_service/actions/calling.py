"""Calls for funds as papers, and their reminders.

The call itself, its number and its entry in the books are made with the order; the paper follows as
soon as all that its funder asks for is known, and is then frozen. What is paid above or below it
is a matter of receipts, never of another call.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.actions.identifiers import checked_siret
from voucher_service.core import calls as papers
from voucher_service.core import documents
from voucher_service.core.calls import Called
from voucher_service.core.campaign import paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.documents import CALL_FOR_FUNDS, REMINDER, DocumentHeading, PayTo
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import calls, settlements, tables
from voucher_service.store.documents import write
from voucher_service.store.once import find, next_number, update_if
from voucher_service.store.orders import funder_with, lock_order
from voucher_service.store.outbox import tell
from voucher_service.store.queries.calls import call_for_funds
from voucher_service.store.session import Session

MISSING = {
    "siret": "the funder's SIRET",
    "service_code": "the service code that this funder insists on",
    "engagement_number": "the engagement number that this funder insists on",
}


@dataclass(frozen=True, slots=True)
class House:
    """Who signs papers, and the ring-fenced account that they ask to be paid on."""

    signatory: Signatory
    pay_to: PayTo


@dataclass(frozen=True, slots=True)
class FunderDetails:
    """Where a funder's papers go, and what it insists on before it pays any of them."""

    street: str | None = None
    postcode: str | None = None
    town: str | None = None
    service_code: str | None = None
    needs_service_code: bool = False
    needs_engagement: bool = False


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a public funder gave for one expense: numéro d'engagement and code service."""

    number: str | None
    service_code: str | None = None


def set_funder_details(session: Session, funder: int, details: FunderDetails) -> None:
    """Write down where a funder's papers go; those that were issued stay as they are."""
    row = find(session, tables.Funder, funder, "funder")
    for name, value in asdict(details).items():
        setattr(row, name, value)
    session.flush()


def give_siret(session: Session, funder: int, siret: str) -> None:
    """Write down the SIRET of a funder that was added without one; it never changes after."""
    number, table = checked_siret(siret), tables.Funder
    find(session, table, funder, "funder")
    if funder_with(session, number):
        raise Conflict("siret_taken", "A funder with this SIRET exists already.")
    if not update_if(session, table, table.id == funder, table.siret.is_(None), siret=number):
        raise Conflict("siret_given", "This funder has its SIRET already.")


def give_engagement(session: Session, order: int, funder: int, engagement: Engagement) -> str:
    """Write down a funder's engagement for its call of an order; the number of the call."""
    number = calls.of_funder(session, order, funder)
    if number is None:
        raise Invalid("not_called", f"Order {order} calls funder {funder} for nothing.", "funder")
    set_engagement(session, number, engagement)
    return number


def set_engagement(session: Session, number: str, engagement: Engagement) -> None:
    """Write down a funder's engagement for one call; refused once its paper exists."""
    row = _held(session, number)
    if session.get(tables.Document, number) is not None:
        raise Conflict("issued_already", "This call was issued: its paper never changes.")
    row.engagement_number, row.service_code = engagement.number, engagement.service_code
    session.flush()


def _held(session: Session, number: str) -> tables.Call:
    """A call, its order held until the transaction ends."""
    row = find(session, tables.Call, number, "call for funds")
    lock_order(session, row.order_id)
    return row


def issue_call(session: Session, number: str, house: House, now: datetime) -> str:
    """Freeze the paper of a call; refused, naming what is missing. Said again, nothing changes."""
    row = _held(session, number)
    if session.get(tables.Document, number) is not None:
        return number
    payer = calls.payer(session, row)
    if payer.missing:
        named = " and ".join(MISSING[name] for name in payer.missing)
        raise Conflict(f"{payer.missing[0]}_missing", f"Give {named} first.")
    order = find(session, tables.Order, row.order_id, "order")
    document = papers.call_for_funds(
        _heading(session, number, house, now),
        payer,
        settlements.campaign_facts(session, order.campaign_id),
        calls.ordered(session, row),
        row.amount_cents,
        house.pay_to,
    )
    _freeze(session, document, CALL_FOR_FUNDS, order.campaign_id, row.funder_id, house, now)
    return number


def issue_calls(session: Session, order: int, house: House, now: datetime) -> list[str]:
    """Issue every paper of an order that lacks nothing; the others wait. Gives their numbers."""
    return [
        issue_call(session, number, house, now)
        for number in calls.unissued(session, order)
        if not calls.payer(session, find(session, tables.Call, number, "call")).missing
    ]


def remind(session: Session, number: str, house: House, now: datetime) -> str:
    """Remind a funder of what is left of a call after its due day; the reminder's number."""
    row, today = _held(session, number), paris_day(now)
    standing = call_for_funds(session, number)
    if standing.due_on is None or not standing.is_late(today):
        raise Conflict("not_late", "Nothing of this call is late.")
    level, last = calls.last_reminder(session, number)
    if last is not None and (today - last).days < papers.DAYS_BETWEEN_REMINDERS:
        raise Conflict("reminded_lately", f"This funder was reminded on {last}.")
    name = next_number(session, documents.SERIES[REMINDER], today.year)
    issued = find(session, tables.Document, number, "document")
    document = papers.reminder(
        _heading(session, name, house, now),
        calls.payer(session, row),
        settlements.campaign_facts(session, standing.campaign),
        Called(number, paris_day(issued.issued_at), standing.due_on, standing.amount),
        level + 1,
        calls.receipts(session, row),
        standing.left,
        house.pay_to,
    )
    _freeze(session, document, REMINDER, standing.campaign, row.funder_id, house, now)
    if not calls.keep_reminder(session, name, number, level + 1, today):
        raise Conflict("reminded_lately", "Somebody else has just sent this reminder.")
    return name


def _heading(session: Session, number: str, house: House, now: datetime) -> DocumentHeading:
    return DocumentHeading(
        number, paris_day(now), house.signatory.issuer, settlements.head_seal(session)
    )


def _freeze(
    session: Session,
    document: dict[str, Json],
    kind: str,
    campaign: int,
    funder: int,
    house: House,
    now: datetime,
) -> None:
    number, total = str(document["number"]), document["total_cents"]
    assert isinstance(total, int)  # noqa: S101 - core.calls wrote it
    proof = frozen(house.signatory, document)
    write(session, number, kind, campaign, total, proof, now, funder=funder)
    tell(session, kind, {"funder": funder, "number": number}, now)
