"""What an auditor compares documents and transfers with: the rows behind each. Reads only.

Everything long is streamed, so that a whole scheme can be gone through.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, except_, literal, select
from sqlalchemy.exc import NoResultFound

from voucher_service.core.documents import SERIES
from voucher_service.core.fees import SERIES as FEE_SERIES
from voucher_service.core.incidents import Ending, IncidentKind
from voucher_service.store import tables
from voucher_service.store.payouts import net_parts
from voucher_service.store.seals import COLUMNS
from voucher_service.store.session import Session

MISSING_ROW = NoResultFound
"""What a read raises when a row that must exist does not."""

STREAMED = {"yield_per": 1000}

T = tables.Transfer
R = tables.Redemption

EVENT_OF_USE = literal("use:") + cast(R.id, String)

Facts = Any
"""A row with its columns by name."""


def transfers_but_uses(session: Session) -> Iterator[Facts]:
    """Every transfer that is not the use of a pass, as it was written."""
    query = select(*COLUMNS).where(T.event.not_like("use:%")).order_by(T.id)
    yield from session.execute(query.execution_options(**STREAMED))


def uses_of_redemptions(session: Session, since: datetime | None) -> Iterator[Facts]:
    """Each redemption, its columns named ``r_…``, beside its use if the ledger holds it.

    A use that is missing has no ``id``.
    """
    campaign = tables.Campaign
    query = (
        select(
            R.id.label("r_id"),
            R.campaign_id.label("r_campaign"),
            R.association_id.label("r_association"),
            R.cents.label("r_cents"),
            R.moment.label("r_moment"),
            campaign.funding.label("r_funding"),
            *COLUMNS,
        )
        .select_from(R)
        .outerjoin(campaign, campaign.id == R.campaign_id)
        .outerjoin(T, T.event == EVENT_OF_USE)
    )
    if since is not None:
        query = query.where(R.recorded_at >= since)
    yield from session.execute(query.execution_options(**STREAMED))


def uses_alone(session: Session, since: datetime | None) -> Iterator[Facts]:
    """Uses in the ledger that no redemption stands behind."""
    claimed = select(EVENT_OF_USE).select_from(R)
    alone = except_(select(T.event).where(T.event.like("use:%")), claimed)
    query = select(*COLUMNS).where(T.event.in_(alone)).order_by(T.id)
    if since is not None:
        query = query.where(T.recorded_at >= since)
    yield from session.execute(query)


def calls(session: Session) -> Iterator[Facts]:
    """Calls for funds, each with its order's campaign."""
    call, order = tables.Call, tables.Order
    yield from session.execute(
        select(
            call.number, call.order_id, call.funder_id, call.amount_cents, call.called_on,
            order.campaign_id, order.funded_at,
        )
        .join(order, order.id == call.order_id)
        .order_by(call.number)
    )  # fmt: skip


def receipts(session: Session) -> Iterator[Facts]:
    """Receipts, each with its order's campaign."""
    receipt, order = tables.Receipt, tables.Order
    yield from session.execute(
        select(
            receipt.id, receipt.funder_id, receipt.amount_cents, receipt.received_on,
            receipt.reference, receipt.reversed_at, order.campaign_id,
            tables.GiftReceipt.gift_id,
        )
        .join(order, order.id == receipt.order_id)
        .outerjoin(tables.GiftReceipt, tables.GiftReceipt.receipt_id == receipt.id)
        .order_by(receipt.id)
    )  # fmt: skip


OF_A_USE = (
    R.id.label("redemption_id"),
    R.campaign_id,
    R.association_id,
    R.cents,
    R.moment,
    tables.Campaign.funding,
)
"""What the ledger's entry of a use is made of."""


def undone(session: Session) -> Iterator[Facts]:
    """Uses that their site took back, and when."""
    table, campaign = tables.Undo, tables.Campaign
    yield from session.execute(
        select(table.at, *OF_A_USE)
        .join(R, R.id == table.redemption_id)
        .join(campaign, campaign.id == R.campaign_id)
        .order_by(table.redemption_id)
    )


def contestations(session: Session) -> Iterator[Facts]:
    """Contests of uses that no statement had said when they were opened, each with its use."""
    table, campaign = tables.Contestation, tables.Campaign
    yield from session.execute(
        select(table.id, table.opened_at, table.outcome, table.decided_at, *OF_A_USE)
        .join(R, R.id == table.redemption_id)
        .join(campaign, campaign.id == R.campaign_id)
        .where(table.period_id.is_(None))
        .order_by(table.id)
    )


def frauds(session: Session) -> Iterator[Facts]:
    """Uses that were taken back as frauds before any statement said them, and when."""
    incident, campaign, correction = tables.Incident, tables.Campaign, tables.Correction
    owed_back = select(correction.incident_id).where(correction.incident_id.is_not(None))
    yield from session.execute(
        select(incident.closed_at.label("at"), *OF_A_USE)
        .join(R, R.id == incident.redemption_id)
        .join(campaign, campaign.id == R.campaign_id)
        .where(
            incident.kind == IncidentKind.FRAUD.value,
            incident.outcome == Ending.ACCEPTED.value,
            incident.id.not_in(owed_back),
        )
        .order_by(incident.id)
    )


def corrections(session: Session) -> Iterator[Facts]:
    """Corrections, each with the use that it cancels, if it cancels one."""
    table, campaign = tables.Correction, tables.Campaign
    yield from session.execute(
        select(
            table.id, table.kind, table.at, table.cents.label("corrected"),
            table.campaign_id.label("of_campaign"), table.association_id.label("payee"),
            table.reference, *OF_A_USE,
        )
        .outerjoin(R, R.id == table.redemption_id)
        .outerjoin(campaign, campaign.id == R.campaign_id)
        .order_by(table.id)
    )  # fmt: skip


def payouts(session: Session) -> Iterator[tuple[tables.Payout, tables.Statement | None]]:
    """Payouts, each with the statement that it pays."""
    payout, statement = tables.Payout, tables.Statement
    rows = session.execute(
        select(payout, statement)
        .outerjoin(statement, statement.number == payout.statement_number)
        .order_by(payout.end_to_end)
        .execution_options(yield_per=50)
    )
    yield from ((sent, paid) for sent, paid in rows)


def stated_parts(statement: tables.Statement) -> list[tuple[int, int]]:
    """What an association's statement pays, by campaign; nothing when it is no statement any more.

    An auditor also meets what was altered: that is said elsewhere, and must not stop the audit.
    """
    try:
        return net_parts(statement.document)
    except (KeyError, TypeError, ValueError):
        return []


def approvals(session: Session) -> dict[str, Facts]:
    """Who found each approved statement right, when, and who had closed its period."""
    table, statement, period = tables.StatementApproval, tables.Statement, tables.Period
    rows = session.execute(
        select(table.number, table.actor, table.at, period.closed_by)
        .outerjoin(statement, statement.number == table.number)
        .outerjoin(period, period.id == statement.period_id)
    )
    return {row.number: row for row in rows}


def series(session: Session) -> Sequence[tuple[str, int]]:
    """Every series of documents with the last number given: ``RA-2026``, 12."""
    table = tables.Counter
    rows = session.execute(select(table.series, table.value).order_by(table.series))
    return [(name, int(value)) for name, value in rows]


NUMBERED = {
    "AF": select(tables.Call.number),
    "VP": select(tables.PayoutBatch.number),
    "VR": select(tables.RefundBatch.number),
    "RA": select(tables.Statement.number),
    "RF": select(tables.Statement.number),
    "RB": select(tables.Refund.number),
    "RP": select(tables.CarryOver.number),
    **{prefix: select(tables.Document.number) for prefix in SERIES.values()},
    **{prefix: select(tables.FeeDocument.number) for prefix in FEE_SERIES},
    "FA": select(tables.SelfBilled.number),
}
"""Where the numbers of each series of documents are used."""


def numbers_used(session: Session, prefix: str) -> dict[str, set[str]] | None:
    """The numbers used in every series of a kind, by series: ``RA-2026``; nothing for no kind."""
    query = NUMBERED.get(prefix)
    if query is None:
        return None
    found: dict[str, set[str]] = defaultdict(set)
    column = next(iter(query.selected_columns))
    for number in session.scalars(query.where(column.like(f"{prefix}%"))):
        found[str(number).rpartition("-")[0]].add(str(number))
    return found
