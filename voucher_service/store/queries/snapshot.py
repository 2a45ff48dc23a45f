"""What a phone keeps to judge without network: campaigns' rules, booklets in hands, spent passes.

A full snapshot lists every handed-over booklet of some campaigns; a delta lists those that
something happened to since a moment, each with its whole present state. Reads only; never a person.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union

from voucher_service.core.accreditation import Accreditation
from voucher_service.store import tables
from voucher_service.store.session import Session

Booklet = tables.Booklet
Campaign = tables.Campaign
Redemption = tables.Redemption
Site = tables.Site


@dataclass(frozen=True, slots=True)
class Held:
    """A handed-over booklet: whether its passes may be taken at all, and which are spent."""

    public_id: bytes
    usable: bool
    spent: Sequence[int]


def site(session: Session, number: int) -> tables.Site:
    """The site of a phone."""
    return session.get_one(Site, number)


def approved_campaigns(session: Session, site: int) -> Sequence[tables.Campaign]:
    """The campaigns whose passes a site may take today: none while it is not accredited."""
    association, approval = tables.Association, tables.Approval
    query = (
        select(Campaign)
        .join(approval, approval.campaign_id == Campaign.id)
        .join(association, association.id == approval.association_id)
        .join(Site, Site.association_id == association.id)
        .where(
            Site.id == site,
            Site.closed_at.is_(None),
            association.accreditation == Accreditation.ACCREDITED.value,
        )
    )
    return session.scalars(query.order_by(Campaign.id)).all()


def rights_changed(session: Session, association: int, since: datetime) -> bool:
    """Whether an association was approved or judged since a moment: it may see other campaigns."""
    approval, step = tables.Approval, tables.AccreditationStep
    changes = union(
        select(approval.association_id).where(
            approval.association_id == association, approval.approved_at >= since
        ),
        select(step.association_id).where(step.association_id == association, step.at >= since),
    )
    return session.execute(changes).first() is not None


def all_held(session: Session, campaigns: Collection[int], ending_from: date) -> Iterator[Held]:
    """Every handed-over booklet of some campaigns whose last day is not before a day."""
    alive = and_(
        Booklet.campaign_id.in_(campaigns),
        Booklet.valid_until >= ending_from,
        Booklet.handed_over_at.is_not(None),
    )
    return _held(session, alive, Redemption.campaign_id.in_(campaigns))


def changed_held(session: Session, campaigns: Collection[int], since: datetime) -> Iterator[Held]:
    """The handed-over booklets of some campaigns that something happened to since a moment."""
    changed = select(_changed(since).subquery().c[0])
    ours = and_(Booklet.campaign_id.in_(campaigns), Booklet.id.in_(changed), _known(since))
    return _held(session, ours, Redemption.booklet_id.in_(changed))


def _known(since: datetime) -> ColumnElement[bool]:
    """Handed over, or taken back since: a phone that kept it must hear that it is not usable."""
    event = tables.BookletEvent
    taken_back = select(event.booklet_id).where(event.kind == "taken_back", event.at >= since)
    return or_(Booklet.handed_over_at.is_not(None), Booklet.id.in_(taken_back))


def _held(
    session: Session, booklets: ColumnElement[bool], redemptions: ColumnElement[bool]
) -> Iterator[Held]:
    """Two readings of columns, not of objects: there may be a hundred thousand booklets."""
    spent: dict[int, list[int]] = defaultdict(list)
    uses = select(Redemption.booklet_id, Redemption.number).where(
        redemptions, Redemption.undone_at.is_(None)
    )
    for booklet, number in session.execute(uses.order_by(Redemption.booklet_id, Redemption.number)):
        spent[booklet].append(number)
    usable = and_(
        Booklet.handed_over_at.is_not(None),
        Booklet.activated_at.is_not(None),
        Booklet.blocked_at.is_(None),
        Booklet.voided_at.is_(None),
    )
    rows = session.execute(
        select(Booklet.id, Booklet.public_id, usable).where(booklets).order_by(Booklet.id)
    )
    for booklet, public_id, good in rows:
        yield Held(public_id, bool(good), spent.get(booklet, ()))


def _changed(since: datetime) -> CompoundSelect[int]:
    """The ids of booklets that were handed over, stopped, spent, given back or put to sleep."""
    event, order, receipt = tables.BookletEvent, tables.Order, tables.Receipt
    return union(
        select(event.booklet_id).where(event.at >= since),
        _spent_since(since),
        select(Redemption.booklet_id).where(Redemption.undone_at >= since),
        # An order whose money went back to the bank puts its booklets to sleep, and wakes them
        # when it is funded again: neither leaves an event on each booklet.
        select(Booklet.id)
        .join(order, order.id == Booklet.order_id)
        .outerjoin(receipt, receipt.order_id == order.id)
        .where(or_(order.funded_at >= since, receipt.reversed_at >= since)),
    )


def _spent_since(since: datetime) -> Select[int]:
    """Uses written since a moment.

    They are numbered in the order of writing, so the database walks back from the newest to the
    first older one: no index on the moment burdens the hot path.
    """
    last_before = (
        select(Redemption.id)
        .where(Redemption.recorded_at < since)
        .order_by(Redemption.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(Redemption.booklet_id).where(Redemption.id > func.coalesce(last_before, 0))
