"""What a call for funds and its reminders say: how much, why, until when, and how to pay.

A call for funds is no invoice. It asks for the face value of passes, which are handed over at that
value and taken at it: the issue and each transfer of a multi-purpose voucher are outside VAT
(BOI-TVA-CHAMP-10-10-40-50), and only the service that is paid with one is taxed or exempt, at its
association's. So it bears no VAT, no invoice number, and is not sent through the invoicing
platforms as one. Fees are invoiced apart (``core.fees``). Builds plain values; reads nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from voucher_service.core.canonical import Json
from voucher_service.core.documents import (
    CALL_FOR_FUNDS,
    REMINDER,
    DocumentHeading,
    PayTo,
    campaign_part,
    opened,
    party_part,
    pay_to_part,
    payment_part,
)
from voucher_service.core.references import creditor_reference
from voucher_service.core.statements import CampaignFacts, Party

PUBLIC = "public"

DAYS_BETWEEN_REMINDERS = 7
"""Nobody is reminded of the same call again within this time."""


@dataclass(frozen=True, slots=True)
class Payer:
    """A funder as a call names it, with what its own accountants need to pay.

    A public body finds a paper in Chorus Pro by its SIRET, its service code (code service) and its
    engagement number (numéro d'engagement); which of the last two it insists on is its own choice.
    """

    party: Party
    kind: str
    service_code: str | None
    engagement_number: str | None
    needs_service_code: bool
    needs_engagement: bool

    @property
    def missing(self) -> list[str]:
        """What must be known before this payer can be sent a paper that it will pay."""
        asked = (
            ("siret", self.kind == PUBLIC, self.party.siret),
            ("service_code", self.needs_service_code, self.service_code),
            ("engagement_number", self.needs_engagement, self.engagement_number),
        )
        return [name for name, needed, given in asked if needed and not given]


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order that is paid for, and one funder's weight in it. Amounts in cents."""

    id: int
    booklets: int
    passes: int
    cents: int
    weight: int
    weights: int


@dataclass(frozen=True, slots=True)
class Called:
    """A call as its reminders name it."""

    number: str
    issued_on: date
    due_on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came for a call, as the bank names it."""

    on: date
    reference: str
    cents: int


def call_for_funds(
    heading: DocumentHeading,
    payer: Payer,
    campaign: CampaignFacts,
    order: Ordered,
    cents: int,
    pay_to: PayTo,
) -> dict[str, Json]:
    """What a funder is asked for an order: ``cents``, its share by the split of the order."""
    line: dict[str, Json] = {
        "order": str(order.id),
        "booklets": order.booklets,
        "passes": order.passes,
        "order_cents": order.cents,
        "weight": order.weight,
        "weights": order.weights,
        "share_cents": cents,
    }
    return opened(heading, CALL_FOR_FUNDS) | {
        "funder": _payer(payer),
        "campaign": campaign_part(campaign),
        "lines": [line],
        "total_cents": cents,
        **payment_part(heading.number, heading.issued_on, pay_to),
    }


def reminder(
    heading: DocumentHeading,
    payer: Payer,
    campaign: CampaignFacts,
    called: Called,
    level: int,
    receipts: Sequence[Received],
    left_cents: int,
    pay_to: PayTo,
) -> dict[str, Json]:
    """What is still missing of a call after its due day; ``level`` 1 is the first reminder.

    It asks for nothing new: the number and the reference are those of the call.
    """
    lines: list[Json] = [_line("called", called.issued_on, called.number, called.cents)]
    lines += [_line("received", item.on, item.reference, item.cents) for item in receipts]
    return opened(heading, REMINDER) | {
        "funder": _payer(payer),
        "campaign": campaign_part(campaign),
        "call": called.number,
        "level": level,
        "due_on": called.due_on.isoformat(),
        "days_late": (heading.issued_on - called.due_on).days,
        "lines": lines,
        "received_cents": sum(item.cents for item in receipts),
        "total_cents": left_cents,
        "pay_to": pay_to_part(pay_to),
        "reference": creditor_reference(called.number),
    }


def _line(what: str, on: date, document: str, cents: int) -> Json:
    return {"what": what, "moved_on": on.isoformat(), "document": document, "cents": cents}


def _payer(payer: Payer) -> Json:
    return {
        **party_part(payer.party),
        "address": payer.party.address,
        "service_code": payer.service_code,
        "engagement_number": payer.engagement_number,
    }
