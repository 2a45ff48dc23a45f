"""What waits for a person of the operator, counted in one question. Reads only."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select

from voucher_service.core.accreditation import Accreditation
from voucher_service.store import tables
from voucher_service.store.queries.fees import late_invoices
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each thing wait."""

    applications: int
    """Applied or under review: the operator's turn."""
    information: int
    """Information was asked for: the association's turn."""
    accounts: int
    """Bank accounts to confirm."""
    unfunded: int
    """Orders that are called and not covered."""
    unissued: int
    """Orders that are funded and not issued."""
    unpacked: int
    """Booklets that are issued and at no point yet."""
    periods: int
    """Periods that are over and not closed."""
    statements: int
    """Statements to approve."""
    unpaid: int
    """Approved statements of associations, with an amount, that no living payout pays."""
    batches: int
    """Batches that wait for a second person."""
    lines: int
    """Bank lines that nobody knows yet."""
    returned: int
    """Payouts that came back or were refused, and were not paid anew."""
    refunds: int
    """Refunds to approve or to send."""
    late_fees: int
    """Fee invoices that are late."""
    disputes: int
    statement_disputes: int
    incidents: int
    contests: int
    site_reports: int
    """Sites that somebody says are wrong."""
    mails: int
    """Messages for which nobody is known, and mails that were given up."""
    failed_jobs: int


def waiting(session: Session, now: datetime) -> Waiting:
    """Every queue of the operator's desk."""
    counts = [_questions(now)[field.name].scalar_subquery() for field in fields(Waiting)]
    return Waiting(*(int(count or 0) for count in session.execute(select(*counts)).one()))


def _count(table: type[tables.Base], *conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(table).where(*conditions)


def _questions(now: datetime) -> dict[str, Select[int]]:
    return _scheme() | _money(now) | _cases()


def _scheme() -> dict[str, Select[int]]:
    association, account = tables.Association, tables.BankAccount
    order, booklet = tables.Order, tables.Booklet
    stands = association.accreditation
    return {
        "applications": _count(
            association,
            stands.in_([Accreditation.APPLIED.value, Accreditation.UNDER_REVIEW.value]),
        ),
        "information": _count(association, stands == Accreditation.INFO_REQUESTED.value),
        "accounts": _count(account, account.confirmed_at.is_(None), account.replaced_at.is_(None)),
        "unfunded": _count(order, order.funded_at.is_(None)),
        "unissued": _count(order, order.funded_at.is_not(None), order.first_booklet.is_(None)),
        "unpacked": _count(booklet, booklet.point_id.is_(None), booklet.voided_at.is_(None)),
    }


def _money(now: datetime) -> dict[str, Select[int]]:
    period, statement, line = tables.Period, tables.Statement, tables.BankLine
    batch, decision, refund = tables.PayoutBatch, tables.PayoutBatchDecision, tables.Refund
    payout = tables.Payout
    approved = exists().where(tables.StatementApproval.number == statement.number)
    alive = exists().where(
        payout.statement_number == statement.number,
        payout.withdrawn_at.is_(None),
        payout.rejected_at.is_(None),
        payout.returned_at.is_(None),
    )
    came_back = exists().where(
        payout.statement_number == statement.number,
        payout.rejected_at.is_not(None) | payout.returned_at.is_not(None),
    )
    of_associations = (statement.association_id.is_not(None), statement.total_cents > 0)
    return {
        "periods": _count(period, period.closed_at.is_(None), period.cutoff <= now),
        "statements": _count(statement, ~approved),
        "unpaid": _count(statement, *of_associations, approved, ~alive),
        "batches": _count(batch, ~exists().where(decision.number == batch.number)),
        "lines": _count(line, line.matched_at.is_(None)),
        "returned": _count(statement, *of_associations, came_back, ~alive),
        "refunds": _count(refund, refund.sent_at.is_(None), refund.outcome.is_(None)),
        "late_fees": late_invoices(now),
    }


def _cases() -> dict[str, Select[int]]:
    dispute, incident, contest = tables.Dispute, tables.Incident, tables.Contestation
    job, report, of_statement = tables.Job, tables.SiteReport, tables.StatementDispute
    return {
        "disputes": _count(dispute, dispute.outcome.is_(None)),
        "statement_disputes": _count(of_statement, of_statement.outcome.is_(None)),
        "incidents": _count(incident, incident.closed_at.is_(None)),
        "contests": _count(contest, contest.outcome.is_(None)),
        "site_reports": _count(report, report.ended_at.is_(None)),
        "mails": _stuck_mails(),
        "failed_jobs": _count(job, job.state == "failed"),
    }


def _stuck_mails() -> Select[int]:
    mail, message = tables.Mail, tables.Outbox
    given_up = _count(mail, mail.given_up_at.is_not(None)).scalar_subquery()
    lost = _count(message, message.carried_at.is_(None), message.trouble.is_not(None))
    return select(given_up + lost.scalar_subquery())
