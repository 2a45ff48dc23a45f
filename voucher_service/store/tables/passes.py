"""Booklets and what happened to them. A pass has no row: it is its booklet and its redemption."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey
from voucher_service.store.types import Bytes, Document, Instant, Key

LIVE = text("undone_at IS NULL")


class Booklet(Base):
    """Some passes stapled together. What it is now follows from its dates."""

    __tablename__ = "booklet"

    #: Sequential: the printed serial, and the index inside the typed code.
    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    #: Six random bytes: the identity inside the signed pass.
    public_id: Mapped[bytes] = mapped_column(Bytes, unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("campaign_order.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    #: How many passes it holds; a replacement may hold fewer than the campaign's booklets.
    passes: Mapped[int]
    #: Since when its value is covered. Empty: not funded.
    activated_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Which distribution point holds it, or handed it over.
    point_id: Mapped[int | None] = mapped_column(ForeignKey("distribution_point.id"), index=True)
    handed_over_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Last day of its passes, before any grace.
    valid_until: Mapped[date]
    blocked_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The booklet it stands in for. A booklet is replaced once.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("booklet.id"), unique=True)


class BookletEvent(Base):
    """What was done to a booklet, why, by whom, when. Never changed."""

    __tablename__ = "booklet_event"

    id: Mapped[PrimaryKey]
    booklet_id: Mapped[int] = mapped_column(ForeignKey("booklet.id"), index=True)
    #: handed_over, taken_back, blocked, unblocked, voided, replaced or stands_in.
    kind: Mapped[str]
    #: The point whose stock it changed; empty when no stock changed.
    point_id: Mapped[int | None] = mapped_column(ForeignKey("distribution_point.id"), index=True)
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[Moment] = mapped_column(index=True)


class StockMovement(Base):
    """A run of serials that went from one holder to another: a parcel, or what was given back."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("point_id IS NOT NULL OR from_point_id IS NOT NULL", name="goes_somewhere"),
    )

    id: Mapped[PrimaryKey]
    #: Where they went; empty: back to the operator.
    point_id: Mapped[int | None] = mapped_column(ForeignKey("distribution_point.id"), index=True)
    #: Which point had them; empty: the operator.
    from_point_id: Mapped[int | None] = mapped_column(
        ForeignKey("distribution_point.id"), index=True
    )
    first_booklet: Mapped[int]
    booklets: Mapped[int]
    #: Why a point gave them back.
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[Moment]


class Delivery(Base):
    """What a point found in a parcel when it counted. Once for each movement; never changed."""

    __tablename__ = "delivery"

    movement_id: Mapped[int] = mapped_column(ForeignKey("stock_movement.id"), primary_key=True)
    counted: Mapped[int]
    #: The serials read on the first and on the last booklet; empty when the parcel was.
    first_booklet: Mapped[int | None]
    last_booklet: Mapped[int | None]
    #: Booklets of the parcel that did not come, as far as known: they are blocked.
    missing: Mapped[list[int]] = mapped_column(Document)
    actor: Mapped[str]
    at: Mapped[Moment]


class Handover(Base):
    """A booklet given to somebody. Never who."""

    __tablename__ = "handover"

    booklet_id: Mapped[int] = mapped_column(ForeignKey("booklet.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("distribution_point.id"), index=True)
    #: Whether the person was new to digital help, if the clerk asked.
    newcomer: Mapped[bool | None]
    at: Mapped[Moment]


class UnmetRequest(Base):
    """How many people asked a point for a booklet on a day when it had none."""

    __tablename__ = "unmet_request"

    point_id: Mapped[int] = mapped_column(ForeignKey("distribution_point.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    people: Mapped[int]


class Redemption(Base):
    """A pass that was spent. The first unique index is the promise: once."""

    __tablename__ = "redemption"
    __table_args__ = (
        Index(
            "uq_redemption_live_pass",
            "booklet_id",
            "number",
            unique=True,
            postgresql_where=LIVE,
            sqlite_where=LIVE,
        ),
        UniqueConstraint("device_id", "scan_id"),
        Index("ix_redemption_site", "site_id", "id"),
        Index(
            "ix_redemption_period",
            "period_id",
            "association_id",
            postgresql_where=text("period_id IS NOT NULL"),
            sqlite_where=text("period_id IS NOT NULL"),
        ),
        # For phones that ask what changed; costs the hot path nothing.
        Index(
            "ix_redemption_undone",
            "undone_at",
            postgresql_where=text("undone_at IS NOT NULL"),
            sqlite_where=text("undone_at IS NOT NULL"),
        ),
        CheckConstraint("cents > 0", name="cents_positive"),
    )

    id: Mapped[PrimaryKey]
    booklet_id: Mapped[int] = mapped_column(ForeignKey("booklet.id"))
    number: Mapped[int]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    #: Made and stored by the phone before it sends: a retry is the same scan.
    scan_id: Mapped[str]
    service: Mapped[str]
    #: When the service took place, by our clock.
    moment: Mapped[Moment]
    #: When the scan reached us.
    recorded_at: Mapped[Moment]
    undo_until: Mapped[Moment]
    offline: Mapped[bool]
    cents: Mapped[int]
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Set while somebody contests it: it is not settled meanwhile.
    contested_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The period that settled it, set once.
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"))


class Undo(Base):
    """Why a redemption was taken back."""

    __tablename__ = "undo"

    redemption_id: Mapped[int] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    reason: Mapped[str]
    #: The device or person that took it back, or who upheld a contest.
    actor: Mapped[str]
    at: Mapped[Moment]


class Refusal(Base):
    """A scan that was not accepted, and why. The code itself is never kept."""

    __tablename__ = "refusal"
    __table_args__ = (
        UniqueConstraint("device_id", "scan_id", "reason"),
        Index("ix_refusal_device_at", "device_id", "at"),
        Index("ix_refusal_site_at", "site_id", "at"),
    )

    id: Mapped[PrimaryKey]
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    #: Empty when the pass was only checked.
    scan_id: Mapped[str | None]
    reason: Mapped[str]
    #: Unknown when the code itself was no good.
    booklet_id: Mapped[int | None] = mapped_column(ForeignKey("booklet.id"))
    number: Mapped[int | None]
    service: Mapped[str | None]
    moment: Mapped[Moment]
    at: Mapped[Moment]
    offline: Mapped[bool]
    #: Whether the code was typed: those failures are counted.
    typed: Mapped[bool]


class OfflineDay(Base):
    """How many passes of a campaign a device kept on a day: the counter behind its allowance."""

    __tablename__ = "offline_day"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    passes: Mapped[int]
