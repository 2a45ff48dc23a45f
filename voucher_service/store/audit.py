"""The questions behind the invariants: each fact read from two independent sides. Reads only."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select

from voucher_service.core import accounts
from voucher_service.core.documents import SERIES
from voucher_service.core.fees import SERIES as FEE_SERIES
from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.postings import balances
from voucher_service.store.session import Session

T = tables.Transfer
R = tables.Redemption


def campaigns(session: Session) -> Sequence[int]:
    """Every campaign's number."""
    return session.scalars(select(tables.Campaign.id).order_by(tables.Campaign.id)).all()


def unsound_transfers(session: Session) -> Sequence[str]:
    """Events whose transfer is not a positive amount between two accounts of one campaign."""
    own = cast(T.campaign_id, String)
    foreign = [
        and_(column.like(f"{name}:campaign:%"), column != literal(f"{name}:campaign:") + own)
        for column in (T.debit, T.credit)
        for name in ("outstanding", "to_be_funded")
    ]
    return session.scalars(
        select(T.event).where(or_(T.cents <= 0, T.debit == T.credit, *foreign)).order_by(T.id)
    ).all()


def receipts_and_ledger(session: Session) -> Iterator[tuple[int, int, int, int]]:
    """(campaign, funder, cents received, cents the ledger booked for it)."""
    receipt, order = tables.Receipt, tables.Order
    received: dict[tuple[int, int], int] = {
        (campaign, funder): int(cents)
        for campaign, funder, cents in session.execute(
            select(order.campaign_id, receipt.funder_id, func.sum(receipt.amount_cents))
            .join(order, order.id == receipt.order_id)
            .where(receipt.reversed_at.is_(None))
            .group_by(order.campaign_id, receipt.funder_id)
        )
    }
    booked: dict[tuple[int, int], int] = defaultdict(int)
    bank, by_gift, sides = accounts.BANK, "gift:funder:%", (T.debit, T.credit)
    for campaign, debit, credit, cents in session.execute(
        select(T.campaign_id, T.debit, T.credit, func.sum(T.cents))
        .where(
            or_(T.kind == Kind.RECEIPT.value, _reverses(Kind.RECEIPT)),
            or_(*(side == bank for side in sides), *(side.like(by_gift) for side in sides)),
        )
        .group_by(T.campaign_id, T.debit, T.credit)
    ):
        came = debit == bank or debit.startswith("gift:")
        other, sign = (credit, 1) if came else (debit, -1)
        booked[campaign, int(other.rpartition(":")[2])] += sign * int(cents)
    for key in sorted(received.keys() | booked.keys()):
        yield (*key, received.get(key, 0), booked.get(key, 0))


def _reverses(kind: Kind) -> ColumnElement[bool]:
    return and_(T.kind == Kind.REVERSAL.value, T.reverses.like(f"{kind.value}:%"))


def balances_by_campaign(session: Session) -> dict[int, dict[str, int]]:
    """Every account's balance, by campaign."""
    result: dict[int, dict[str, int]] = defaultdict(dict)
    for account, campaign, cents in balances(session):
        result[campaign][account] = cents
    return result


def outstanding_and_passes(session: Session) -> Iterator[tuple[int, int, int]]:
    """(campaign, face value of passes funded, unspent and not expired, ledger's outstanding)."""
    order, campaign = tables.Order, tables.Campaign
    funded = dict(
        session.execute(
            select(
                order.campaign_id,
                func.sum(
                    (order.booklets * campaign.passes_per_booklet - order.missing_passes)
                    * campaign.face_value_cents
                ),
            )
            .join(campaign, campaign.id == order.campaign_id)
            .where(order.funded_at.is_not(None), campaign.funding == "prepaid")
            .group_by(order.campaign_id)
        ).all()
    )
    used = dict(
        session.execute(
            select(R.campaign_id, func.sum(R.cents))
            .where(R.undone_at.is_(None))
            .group_by(R.campaign_id)
        ).all()
    )
    expired = dict(
        session.execute(
            select(T.campaign_id, func.sum(T.cents))
            .where(T.kind == Kind.EXPIRY.value)
            .group_by(T.campaign_id)
        ).all()
    )
    held = balances_by_campaign(session)
    for number, value in sorted(funded.items()):
        alive = int(value) - int(used.get(number, 0)) - int(expired.get(number, 0))
        yield number, alive, held[number].get(accounts.outstanding(number), 0)


def redemptions_and_ledger(session: Session) -> Iterator[tuple[int, int, int, int]]:
    """(campaign, association, cents of live redemptions, cents of uses less those taken back)."""
    redeemed = {
        (campaign, association): int(cents)
        for campaign, association, cents in session.execute(
            select(R.campaign_id, R.association_id, func.sum(R.cents))
            .where(R.undone_at.is_(None))
            .group_by(R.campaign_id, R.association_id)
        )
    }
    back = T.__table__.alias("back")
    booked = {
        (campaign, int(account.rpartition(":")[2])): int(cents)
        for campaign, account, cents in session.execute(
            select(
                T.campaign_id,
                T.credit,
                func.sum(case((back.c.id.is_(None), T.cents), else_=0)),
            )
            .outerjoin(back, back.c.reverses == T.event)
            .where(T.kind == Kind.USE.value)
            .group_by(T.campaign_id, T.credit)
        )
    }
    for key in sorted(redeemed.keys() | booked.keys()):
        yield (*key, redeemed.get(key, 0), booked.get(key, 0))


def redemptions_without_transfer(session: Session) -> Sequence[int]:
    """Redemptions that no use stands behind."""
    event = literal("use:") + cast(R.id, String)
    return session.scalars(
        select(R.id).outerjoin(T, T.event == event).where(T.id.is_(None)).order_by(R.id)
    ).all()


def passes_spent_twice(session: Session) -> Sequence[tuple[int, int]]:
    """(booklet, number) of passes with two live redemptions."""
    return session.execute(
        select(R.booklet_id, R.number)
        .where(R.undone_at.is_(None))
        .group_by(R.booklet_id, R.number)
        .having(func.count() > 1)
    ).all()


def events_reversed_twice(session: Session) -> Sequence[str | None]:
    """Events that two transfers take back."""
    return session.scalars(
        select(T.reverses)
        .where(T.reverses.is_not(None))
        .group_by(T.reverses)
        .having(func.count() > 1)
    ).all()


def statements_paid_twice(session: Session) -> Sequence[str]:
    """Statements with two payouts that were neither withdrawn, rejected nor returned."""
    table = tables.Payout
    return session.scalars(
        select(table.statement_number)
        .where(
            table.withdrawn_at.is_(None), table.rejected_at.is_(None), table.returned_at.is_(None)
        )
        .group_by(table.statement_number)
        .having(func.count() > 1)
    ).all()


def transfers_naming(session: Session, beginning: str) -> Sequence[str]:
    """Events of transfers between accounts of which one has a name that begins so."""
    named = T.debit.startswith(beginning) | T.credit.startswith(beginning)
    return session.scalars(select(T.event).where(named).order_by(T.id)).all()


def statements(session: Session) -> Iterator[tables.Statement]:
    """Every statement."""
    query = select(tables.Statement).order_by(tables.Statement.number)
    yield from session.scalars(query.execution_options(yield_per=50))


def renderings(session: Session) -> Iterator[tables.Rendering]:
    """Every rendering."""
    query = select(tables.Rendering).order_by(tables.Rendering.number)
    yield from session.scalars(query.execution_options(yield_per=50))


def series(session: Session) -> Iterator[tuple[str, int, int]]:
    """(series and year, last number given, numbers used) of each kind of document."""
    for prefix, column in (
        ("RA", tables.Statement.number),
        ("RF", tables.Statement.number),
        ("AF", tables.Call.number),
        ("VP", tables.PayoutBatch.number),
        ("VR", tables.RefundBatch.number),
        ("RB", tables.Refund.number),
        ("RP", tables.CarryOver.number),
        *((prefix, tables.Document.number) for prefix in SERIES.values()),
        *((prefix, tables.FeeDocument.number) for prefix in FEE_SERIES),
        ("FA%", tables.SelfBilled.number),
    ):
        counter = tables.Counter
        numbers = select(column).where(column.like(f"{prefix}-%")).distinct()
        used = Counter(
            number.rpartition("-")[0]
            for number in session.scalars(numbers.execution_options(yield_per=1000))
        )
        for name, last in session.execute(
            select(counter.series, counter.value).where(counter.series.like(f"{prefix}-%"))
        ):
            yield name, last, used[name]


def uses_recorded_after_close(session: Session) -> Sequence[str]:
    """Labels of closed periods that hold a use recorded later than the close."""
    period = tables.Period
    return session.scalars(
        select(period.label)
        .join(R, R.period_id == period.id)
        .where(or_(period.closed_at.is_(None), R.recorded_at > period.closed_at))
        .distinct()
    ).all()


def claims_and_statements(session: Session) -> Iterator[tuple[str, int, int]]:
    """(number, cents of its claims, gross cents it states) of associations' statements."""
    claimed = {
        (period, association): int(cents)
        for period, association, cents in session.execute(
            select(R.period_id, R.association_id, func.sum(R.cents))
            .where(R.period_id.is_not(None))
            .group_by(R.period_id, R.association_id)
        )
    }
    for statement in statements(session):
        if statement.association_id is not None:
            key = statement.period_id, statement.association_id
            yield statement.number, claimed.get(key, 0), _stated(statement.document)


def _stated(document: bytes) -> int:
    """The gross cents of an association's statement; none when it was altered beyond reading."""
    try:
        return int(json.loads(document)["totals"]["gross_cents"])
    except (KeyError, TypeError, ValueError):
        return 0
