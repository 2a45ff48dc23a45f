"""Shapes of funders, campaigns, orders, promises and receipts."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from voucher_service.core.campaign import SERVICES
from voucher_service.http.body import Body
from voucher_service.http.fields import Cents, Day, Id, Insee, Postcode, Text

Service = Literal[SERVICES]  # type: ignore[valid-type]
Kind = Literal["public", "company", "association"]
Weight = Annotated[int, Field(ge=1, le=1_000_000)]


class FunderDetails(Body):
    """Where a funder's papers go, and what a public one insists on before it pays.

    ``service_code``: the service that pays (code service of Chorus Pro).
    """

    street: Text | None = None
    postcode: Postcode | None = None
    town: Text | None = None
    service_code: Text | None = None
    needs_service_code: bool = False
    needs_engagement: bool = False


class FunderIn(FunderDetails):
    """Somebody who will pay."""

    name: Text
    siret: Text | None = None
    kind: Kind


class FunderSiret(Body):
    """How platforms find a funder: its papers need it."""

    siret: Text


class FunderOut(FunderDetails):
    """Somebody who pays."""

    id: Id
    name: str
    siret: str | None
    kind: Kind


class ShareBody(Body):
    """A funder's weight in a campaign. Thirds are 1, 1, 1."""

    funder: Id
    weight: Weight


class FixedDateBody(Body):
    """Every pass ends on the same day."""

    rule: Literal["fixed_date"]
    until: Day


class MonthsAfterHandoverBody(Body):
    """A pass ends some months after its hand-over, and at the latest on a day."""

    rule: Literal["months_after_handover"]
    months: Annotated[int, Field(ge=1, le=120)]
    latest: Day


Validity = Annotated[FixedDateBody | MonthsAfterHandoverBody, Field(discriminator="rule")]


class OfflineBody(Body):
    """How many passes one phone may keep a day without network, and who bears a double use."""

    passes_per_day: Annotated[int, Field(ge=0, le=10_000)]
    borne_by: Literal["scheme", "site"]


class CampaignRules(Body):
    """What a campaign decides once for all its passes."""

    name: Text
    face_value_cents: Annotated[Cents, Field(le=1_000_000)]
    passes_per_booklet: Annotated[int, Field(ge=1, le=255)]
    minutes_per_pass: Annotated[int, Field(ge=1, le=1440)] | None = None
    funding: Literal["prepaid", "postpaid"]
    valid_from: Day
    validity: Validity
    grace: Literal["none", "end_of_next_month"]
    services: Annotated[list[Service], Field(max_length=len(SERVICES))] = Field(default=[])
    """National services it pays for; an empty list means all."""
    territory: Annotated[list[Insee], Field(max_length=2000)] = Field(default=[])
    """INSEE codes where it may be spent; an empty list means everywhere."""
    undo_window_minutes: Annotated[int, Field(ge=0, le=43_200)]
    offline: OfflineBody
    downstream_fee_bp: Annotated[int, Field(ge=0, le=10_000)] = 0


class CampaignIn(CampaignRules):
    """A campaign to be."""

    funders: Annotated[list[ShareBody], Field(min_length=1, max_length=100)]


class CampaignOut(CampaignRules):
    """A campaign. A funder reads its own weight only, and the sum of all."""

    id: Id
    funders: list[ShareBody]
    weights: int


class EngagementBody(Body):
    """What a public funder gave for this expense, to be found on its call for funds."""

    funder: Id
    engagement_number: Text | None = None
    service_code: Text | None = None


class OrderIn(Body):
    """How many booklets, and the engagements that are known already."""

    booklets: Annotated[int, Field(ge=1, le=5_000_000)]
    engagements: Annotated[list[EngagementBody], Field(max_length=100)] = Field(default=[])


class CallOut(Body):
    """What one funder is asked for an order."""

    funder: Id
    amount_cents: int
    number: str


class OrderOut(Body):
    """An order. ``funded`` once every call is covered; ``first_serial`` once it is being issued."""

    id: Id
    campaign: Id
    booklets: int
    funded: bool
    first_serial: str | None
    calls: list[CallOut]


class PromiseBody(Body):
    """A payment-order number: good to know, worth no money."""

    funder: Id
    payment_order_number: Text
    amount_cents: Cents


class ReceiptIn(Body):
    """Cash that arrived, as the bank tells it."""

    funder: Id
    amount_cents: Cents
    received_on: Day
    reference: Text


class ReceiptOut(Body):
    """Cash that arrived for an order."""

    id: Id
    funder: Id
    amount_cents: int
    received_on: date
    reference: str


class ReceiptRecorded(ReceiptOut):
    """The receipt, and whether every call of its order is covered now."""

    order: Id
    funded: bool


class OrderDetail(OrderOut):
    """An order with its money, promised and received."""

    created_at: datetime
    promises: list[PromiseBody]
    receipts: list[ReceiptOut]
