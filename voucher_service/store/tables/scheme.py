"""Who pays for what: funders, campaigns, orders, calls for funds, promises and receipts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Document, Instant


class Funder(Base):
    """A public body, a company or an association that pays."""

    __tablename__ = "funder"

    id: Mapped[PrimaryKey]
    #: As it stands on documents.
    name: Mapped[str]
    #: Checked by its digits only; never looked up.
    siret: Mapped[str | None] = mapped_column(unique=True)
    #: public, company or association.
    kind: Mapped[str]
    created_at: Mapped[Moment]
    #: Where its papers are addressed to: street, postcode, town.
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    town: Mapped[str | None]
    #: The service of a public body that pays (code service of Chorus Pro).
    service_code: Mapped[str | None]
    #: Whether it refuses a paper without its own engagement number, or without a service code.
    needs_engagement: Mapped[bool] = mapped_column(default=False)
    needs_service_code: Mapped[bool] = mapped_column(default=False)


class Campaign(Base):
    """The rules of one set of passes. Fixed once the first booklet exists."""

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("face_value_cents > 0", name="face_value_positive"),)

    #: Also the campaign number signed into each pass.
    id: Mapped[PrimaryKey]
    name: Mapped[str]
    face_value_cents: Mapped[int]
    passes_per_booklet: Mapped[int]
    #: How long one pass is meant to last, for reports only.
    minutes_per_pass: Mapped[int | None]
    #: prepaid or postpaid.
    funding: Mapped[str]
    valid_from: Mapped[date]
    #: Last day of every pass, when the rule is a fixed date.
    valid_until: Mapped[date | None]
    #: Months after the hand-over, when the rule counts from there.
    valid_months: Mapped[int | None]
    #: The latest day any pass can have, when the rule counts from the hand-over.
    valid_latest: Mapped[date | None]
    #: none or end_of_next_month.
    grace: Mapped[str]
    #: National services it pays for; an empty list means all.
    services: Mapped[list[str]] = mapped_column(Document)
    #: INSEE codes where it may be spent; an empty list means everywhere.
    territory: Mapped[list[str]] = mapped_column(Document)
    undo_window_minutes: Mapped[int]
    #: How many passes one phone may keep a day without network.
    offline_passes_per_day: Mapped[int]
    #: Who bears a double use made without network: scheme or site.
    offline_borne_by: Mapped[str]
    #: Fee kept back from sites, in hundredths of a percent.
    downstream_fee_bp: Mapped[int]
    created_at: Mapped[Moment]


class CampaignFunder(Base):
    """One funder's weight in a campaign. Thirds are 1/1/1."""

    __tablename__ = "campaign_funder"
    __table_args__ = (CheckConstraint("weight > 0", name="weight_positive"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"), primary_key=True)
    weight: Mapped[int]


class Order(Base):
    """A number of booklets for a campaign."""

    __tablename__ = "campaign_order"
    __table_args__ = (CheckConstraint("booklets > 0", name="booklets_positive"),)

    id: Mapped[PrimaryKey]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    booklets: Mapped[int]
    #: How many passes its last booklet holds less than the others, so that a gift is whole passes.
    missing_passes: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[Moment]
    #: When the last call was covered. Empty again if a receipt is taken back.
    funded_at: Mapped[datetime | None] = mapped_column(Instant)
    #: First of its serials; empty until issuing began.
    first_booklet: Mapped[int | None]


class Call(Base):
    """A call for funds: what one funder is asked for an order."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("order_id", "funder_id"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    #: In a series without holes.
    number: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("campaign_order.id"))
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))
    amount_cents: Mapped[int]
    called_on: Mapped[date]
    #: What a public funder gave for this expense; copied on the paper, which never changes.
    engagement_number: Mapped[str | None]
    service_code: Mapped[str | None]


class Reminder(Base):
    """A funder was reminded of a call: the first time, the second."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("call_number", "level"),)

    #: Its own, in a series without holes; the paper is the document of this number.
    number: Mapped[str] = mapped_column(ForeignKey("document.number"), primary_key=True)
    call_number: Mapped[str] = mapped_column(ForeignKey("call.number"))
    level: Mapped[int]
    sent_on: Mapped[date]


class Promise(Base):
    """A payer's payment-order number: good to know, worth no money."""

    __tablename__ = "promise"
    __table_args__ = (UniqueConstraint("order_id", "funder_id", "payment_order_number"),)

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = mapped_column(ForeignKey("campaign_order.id"))
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))
    payment_order_number: Mapped[str]
    amount_cents: Mapped[int]
    recorded_at: Mapped[Moment]


class Receipt(Base):
    """Cash that arrived for an order. The same bank reference counts once."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("order_id", "funder_id", "reference"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[PrimaryKey]
    order_id: Mapped[int] = mapped_column(ForeignKey("campaign_order.id"), index=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funder.id"))
    amount_cents: Mapped[int]
    received_on: Mapped[date]
    #: What the bank calls this line.
    reference: Mapped[str]
    recorded_at: Mapped[Moment]
    #: Set when the bank took the money back.
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)
