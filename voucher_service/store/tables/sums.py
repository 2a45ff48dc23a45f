"""Sums of what happened up to a mark, so that a page need not count a million rows.

All of it may be thrown away: ``store.sums`` makes it again, and ``store.queries.sums`` adds what
came since. Nothing here is a fact of its own.
"""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.store.tables.base import Base, Moment, PrimaryKey


class SumMark(Base):
    """Up to where one set of sums goes. The newest one counts."""

    __tablename__ = "sum_mark"

    id: Mapped[PrimaryKey]
    #: Uses up to this one are in the sums.
    last_redemption: Mapped[int]
    #: Transfers up to this one are in the sums.
    last_transfer: Mapped[int]
    #: Uses that were taken back after this moment are in the sums as if they stood.
    as_of: Mapped[Moment]


class UseSum(Base):
    """How many uses of a campaign, and their cents, by one of their sides."""

    __tablename__ = "use_sum"

    mark_id: Mapped[int] = mapped_column(ForeignKey("sum_mark.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    #: point, site, service, last_day or statement; started counts booklets by point.
    side: Mapped[str] = mapped_column(primary_key=True)
    #: Number of the point or site, name of the service, day, number of the statement.
    key: Mapped[str] = mapped_column(primary_key=True)
    #: The month of the services in Paris, such as 2026-11; empty where months say nothing.
    month: Mapped[str] = mapped_column(primary_key=True)
    uses: Mapped[int]
    cents: Mapped[int]


class AccountSum(Base):
    """What one kind of event moved on an account of a campaign, in cents."""

    __tablename__ = "account_sum"

    mark_id: Mapped[int] = mapped_column(ForeignKey("sum_mark.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    debited: Mapped[int]
    credited: Mapped[int]
