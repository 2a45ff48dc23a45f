"""What closing a period reads and writes besides the claims themselves."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select, text

from voucher_service.core.settlement import CampaignTerms, Claim, Corrections
from voucher_service.core.statements import CampaignFacts, Party, UseLine
from voucher_service.core.transfer import Kind
from voucher_service.store import corrections, load, redemptions, seals, tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session


def lock_periods(session: Session) -> None:
    """Hold every period until the transaction ends, so that closes follow one another."""
    session.execute(select(tables.Period.id).with_for_update())


def period(session: Session, label: str) -> tables.Period | None:
    """The period with this label."""
    return session.scalar(select(tables.Period).where(tables.Period.label == label))


def open_period(session: Session, label: str, cutoff: datetime, now: datetime) -> bool:
    """Insert a period unless one bears its label."""
    return insert_once(session, tables.Period, label=label, cutoff=cutoff, opened_at=now)


def know_what_was_claimed(session: Session) -> None:
    """Let PostgreSQL look at the tables after a claim changed them.

    With the statistics of before, it may compare each use with the whole ledger. SQLite needs none.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE redemption, transfer"))


def mark_closed(session: Session, number: int, actor: str, now: datetime) -> bool:
    """End a period, once."""
    table = tables.Period
    return 1 == update_if(
        session,
        table,
        table.id == number,
        table.closed_at.is_(None),
        closed_at=now,
        closed_by=actor,
    )


def claims(session: Session, period: tables.Period) -> list[Claim]:
    """The uses that a period claimed, with what corrects them; an old debt alone is no claim."""
    used = {(use.campaign, use.association): use for use in redemptions.claims(session, period.id)}
    corrected = corrections.claimed(session, period)
    keys = used.keys() | {key for key, found in corrected.items() if found.news}
    nothing = Corrections()
    return [
        replace(used.get(key, Claim(*key, 0, 0)), corrections=corrected.get(key, nothing))
        for key in sorted(keys)
    ]


def borne_before(session: Session, period: tables.Period) -> dict[int, int]:
    """Cents that earlier periods settled less what they cancelled, by campaign."""
    settled = redemptions.settled_before(period).subquery()
    cancelled = corrections.cancelled_before(period).subquery()
    rows = session.execute(
        select(settled.c.campaign_id, settled.c.cents - func.coalesce(cancelled.c.cents, 0))
        .select_from(settled)
        .outerjoin(cancelled, cancelled.c.campaign_id == settled.c.campaign_id)
    )
    return {campaign: int(cents) for campaign, cents in rows}


def terms(session: Session, period: tables.Period, campaigns: Sequence[int]) -> list[CampaignTerms]:
    """What settling some campaigns in a period needs to know of them."""
    borne = borne_before(session, period)
    share = tables.CampaignFunder
    rows = session.execute(
        select(tables.Campaign, share)
        .outerjoin(share, share.campaign_id == tables.Campaign.id)
        .where(tables.Campaign.id.in_(campaigns))
        .order_by(tables.Campaign.id, share.funder_id)
    )
    shared: dict[tables.Campaign, list[tables.CampaignFunder | None]] = defaultdict(list)
    for campaign, one in rows:
        shared[campaign].append(one)
    return [
        CampaignTerms(
            row.id,
            load.shares([one for one in own if one is not None]),
            borne.get(row.id, 0),
            row.downstream_fee_bp,
        )
        for row, own in shared.items()
    ]


def ledger_uses(session: Session, period_number: int) -> dict[tuple[int, str], int]:
    """Cents of use transfers behind a period's claims, by (campaign, credited account)."""
    redemption, transfer = tables.Redemption, tables.Transfer
    event = literal("use:") + cast(redemption.id, String)
    rows = session.execute(
        select(transfer.campaign_id, transfer.credit, func.sum(transfer.cents))
        .select_from(redemption)
        .join(transfer, transfer.event == event)
        .where(redemption.period_id == period_number, transfer.kind == Kind.USE.value)
        .group_by(transfer.campaign_id, transfer.credit)
    )
    return {(campaign, account): int(cents) for campaign, account, cents in rows}


def uses(session: Session, period_number: int, association: int) -> list[UseLine]:
    """An association's uses of a period, in the order of the services."""
    return uses_of(session, period_number, [association])[association]


def uses_of(
    session: Session, period_number: int, associations: Collection[int]
) -> dict[int, list[UseLine]]:
    """The uses of a period of some associations, each in the order of the services."""
    use, site = tables.Redemption, tables.Site
    rows = session.execute(
        select(
            use.association_id,
            use.moment,
            use.recorded_at,
            use.campaign_id,
            use.site_id,
            site.name,
            use.booklet_id,
            use.number,
            use.service,
            use.cents,
            use.offline,
        )
        .join(site, site.id == use.site_id)
        .where(use.period_id == period_number, use.association_id.in_(associations))
        .order_by(use.moment, use.id)
    )
    found: dict[int, list[UseLine]] = defaultdict(list)
    for association, at, recorded, campaign, place, name, booklet, *rest in rows:
        line = UseLine(at, recorded, str(campaign), str(place), name, load.serial(booklet), *rest)
        found[association].append(line)
    return found


def services(session: Session, period_number: int, campaign: int) -> list[tuple[str, int, int]]:
    """A campaign's uses of a period by service: (service, redemptions, cents)."""
    table = tables.Redemption
    rows = session.execute(
        select(table.service, func.count(), func.sum(table.cents))
        .where(table.period_id == period_number, table.campaign_id == campaign)
        .group_by(table.service)
        .order_by(table.service)
    )
    return [(service, int(count), int(cents)) for service, count, cents in rows]


def association_party(
    session: Session, association: int, masked: str | None, holder: str | None
) -> Party:
    """An association as a statement names it."""
    row = session.get_one(tables.Association, association)
    return Party(str(row.id), row.name, row.siret, row.rna, iban_masked=masked, holder=holder)


def funder_party(session: Session, funder: int) -> Party:
    """A funder as a statement names it."""
    row = session.get_one(tables.Funder, funder)
    return Party(str(row.id), row.name, row.siret)


def campaign_facts(session: Session, campaign: int) -> CampaignFacts:
    """A campaign as a statement names it."""
    row = session.get_one(tables.Campaign, campaign)
    return CampaignFacts(
        str(row.id), row.name, row.face_value_cents, row.funding, row.downstream_fee_bp
    )


def called_and_received(session: Session, campaign: int, funder: int) -> tuple[int, int]:
    """Cents a funder was called for and has paid in a campaign."""
    order, call, receipt = tables.Order, tables.Call, tables.Receipt
    called = session.scalar(
        select(func.sum(call.amount_cents))
        .join(order, order.id == call.order_id)
        .where(order.campaign_id == campaign, call.funder_id == funder)
    )
    received = session.scalar(
        select(func.sum(receipt.amount_cents))
        .join(order, order.id == receipt.order_id)
        .where(
            order.campaign_id == campaign,
            receipt.funder_id == funder,
            receipt.reversed_at.is_(None),
        )
    )
    return int(called or 0), int(received or 0)


def head_seal(session: Session) -> tuple[int, str] | None:
    """The number and hash of the last seal of the scheme's ledger."""
    return seals.head(session, seals.SCHEME)


def statement_numbers(session: Session, period_number: int) -> list[str]:
    """A period's statements."""
    table = tables.Statement
    return list(
        session.scalars(
            select(table.number).where(table.period_id == period_number).order_by(table.number)
        )
    )


def not_approved(session: Session, period_number: int) -> list[str]:
    """A period's statements that no second person has approved."""
    table, approval = tables.Statement, tables.StatementApproval
    return list(
        session.scalars(
            select(table.number)
            .outerjoin(approval, approval.number == table.number)
            .where(table.period_id == period_number, approval.number.is_(None))
            .order_by(table.number)
        )
    )


def contested_cents(session: Session, campaign: int) -> int:
    """Cents waiting for the decision of a contest in a campaign."""
    table = tables.Redemption
    total = session.scalar(
        select(func.sum(table.cents)).where(
            table.campaign_id == campaign, table.contested_at.is_not(None)
        )
    )
    return int(total or 0)
