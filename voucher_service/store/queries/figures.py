"""The figures of a whole campaign, for whoever counts everything at once: the demonstration.

Reads only, and sees every tenant: never for a caller who has one.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from voucher_service.core import accounts
from voucher_service.store import tables
from voucher_service.store.payouts import net_parts
from voucher_service.store.postings import balance
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a campaign. ``handed_over`` leaves out booklets that were replaced."""

    booklets: int
    passes: int
    handed_over: int
    redeemed: int
    undone: int
    unmet: int


def first_campaign(session: Session) -> int:
    """The campaign with which a scheme began; zero where there is none."""
    return int(session.scalar(select(func.min(tables.Campaign.id))) or 0)


def figures(session: Session, campaign: int) -> Figures:
    """What there is, and what became of it. Requests in vain are those of the whole scheme."""
    booklet, redemption = tables.Booklet, tables.Redemption
    of_campaign = booklet.campaign_id == campaign
    own = session.execute(
        select(func.count(), func.sum(booklet.passes)).where(
            of_campaign, booklet.replaces_id.is_(None)
        )
    ).one()
    given = select(func.count()).where(
        of_campaign, booklet.handed_over_at.is_not(None), booklet.voided_at.is_(None)
    )
    used = select(func.count(), func.count(redemption.undone_at)).select_from(redemption)
    uses, undone = session.execute(used.where(redemption.campaign_id == campaign)).one()
    return Figures(
        booklets=int(own[0]),
        passes=int(own[1] or 0),
        handed_over=int(session.scalar(given) or 0),
        redeemed=int(uses) - int(undone),
        undone=int(undone),
        unmet=int(session.scalar(select(func.sum(tables.UnmetRequest.people))) or 0),
    )


def refusals_by_reason(session: Session) -> dict[str, int]:
    """How many scans were refused, by reason."""
    refusal = tables.Refusal
    rows = session.execute(
        select(refusal.reason, func.count()).group_by(refusal.reason).order_by(refusal.reason)
    )
    return {reason: int(count) for reason, count in rows}


def paid_and_payable(session: Session, campaign: int) -> dict[str, tuple[int, int]]:
    """Cents of a campaign paid to each association by its bank, and still owed, by name."""
    association, statement, payout = tables.Association, tables.Statement, tables.Payout
    rows = session.execute(
        select(statement.association_id, statement.document)
        .join(payout, payout.statement_number == statement.number)
        .where(payout.settled_at.is_not(None), payout.returned_at.is_(None))
    )
    paid: dict[int, int] = defaultdict(int)
    for number, document in rows:
        paid[number or 0] += dict(net_parts(document)).get(campaign, 0)
    named = session.execute(select(association.id, association.name).order_by(association.id))
    return {
        name: (paid[number], balance(session, accounts.payable(number), campaign))
        for number, name in named
    }


def funders_by_month(session: Session, campaign: int) -> dict[str, dict[str, int]]:
    """Cents that each funder of a campaign bears, by the label of the period and its name."""
    period, statement, funder = tables.Period, tables.Statement, tables.Funder
    rows = session.execute(
        select(period.label, funder.name, func.sum(statement.total_cents))
        .join(statement, statement.period_id == period.id)
        .join(funder, funder.id == statement.funder_id)
        .where(statement.campaign_id == campaign)
        .group_by(period.label, funder.name, funder.id)
        .order_by(period.label, funder.id)
    )
    by_month: dict[str, dict[str, int]] = {}
    for label, name, cents in rows:
        by_month.setdefault(label, {})[name] = int(cents)
    return by_month


def sent_home(session: Session) -> dict[str, int]:
    """Cents that went back to funders and were paid, by the name of the campaign."""
    refund, campaign = tables.Refund, tables.Campaign
    rows = session.execute(
        select(campaign.name, func.sum(refund.cents))
        .join(campaign, campaign.id == refund.campaign_id)
        .where(refund.outcome == "settled")
        .group_by(campaign.id, campaign.name)
        .order_by(campaign.id)
    )
    return {name: int(cents) for name, cents in rows}


def used_by_service(session: Session, campaign: int) -> dict[str, int]:
    """How many passes of a campaign were used for each service."""
    table = tables.Redemption
    rows = session.execute(
        select(table.service, func.count())
        .where(table.undone_at.is_(None), table.campaign_id == campaign)
        .group_by(table.service)
        .order_by(func.count().desc(), table.service)
    )
    return {service: int(count) for service, count in rows}


def spendable_pass(session: Session) -> tuple[int, int, int] | None:
    """The (order, booklet, number) of a pass that can be spent now: the last of its booklet."""
    booklet, redemption = tables.Booklet, tables.Redemption
    used = select(redemption.id).where(
        redemption.booklet_id == booklet.id,
        redemption.number == booklet.passes,
        redemption.undone_at.is_(None),
    )
    row = session.execute(
        select(booklet.order_id, booklet.id, booklet.passes)
        .where(
            booklet.handed_over_at.is_not(None),
            booklet.blocked_at.is_(None),
            booklet.voided_at.is_(None),
            booklet.activated_at.is_not(None),
            ~used.exists(),
        )
        .order_by(booklet.handed_over_at.desc())
        .limit(1)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def unspent_booklets(session: Session, most: int) -> range | None:
    """Some consecutive booklets in people's hands of which no pass was spent, the latest ones."""
    booklet, redemption = tables.Booklet, tables.Redemption
    used = select(redemption.id).where(redemption.booklet_id == booklet.id)
    query = select(booklet.id).where(
        booklet.handed_over_at.is_not(None),
        booklet.blocked_at.is_(None),
        booklet.voided_at.is_(None),
        booklet.activated_at.is_not(None),
        ~used.exists(),
    )
    ids = set(session.scalars(query))
    for count in range(most, 0, -1):
        starts = [one for one in ids if all(one + further in ids for further in range(count))]
        if starts:
            return range(max(starts), max(starts) + count)
    return None


def is_empty(session: Session) -> bool:
    """Whether nobody has begun anything here."""
    return session.scalar(select(tables.Funder.id).limit(1)) is None
