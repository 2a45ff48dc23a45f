"""The auditor's one question: whether all that is stored is still what it was, and agrees.

Every document, rendering, number, transfer, seal, invariant, approval and payment is looked at
again. Each fault names the document or the transfer, the field, and both values. Nothing is ever
repaired here, and nothing is drawn: how a rendering should look is told by whoever asks.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from voucher_service.actions.auditing_bank import Bank, audit_bank_files
from voucher_service.actions.auditing_ledger import audit_ledger
from voucher_service.actions.auditing_seals import seal_faults
from voucher_service.actions.auditing_statements import audit_statements
from voucher_service.actions.auditing_steps import Progress, Steps, untold
from voucher_service.actions.checking import INVARIANTS
from voucher_service.core.books import position
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.findings import MISSING, Chapter, Difference, Finding, Report, differences
from voucher_service.store import evidence, evidence_papers, fees, tables
from voucher_service.store.evidence_papers import DRAWN_AT_ONCE, some
from voucher_service.store.postings import balances
from voucher_service.store.seals import FEES, SCHEME, Chain, head
from voucher_service.store.session import Session

Paper = tables.Statement | tables.Document | tables.FeeDocument
Drawing = tables.Rendering | tables.DocumentFile | tables.FeeDocumentFile

Proofread = Callable[[Paper, str, bytes], Iterator[Difference]]
"""What a rendering (media type, bytes) says otherwise than its document."""

SERIES = re.compile(r"([A-Z]+\d*)-(\d{4})")

IN_DETAIL = {"seals_chain", "fee_seals_chain", "documents_verify", "series_have_no_hole"}
"""Invariants that chapters of their own say in detail."""


def audit(
    session: Session,
    proofread: Proofread,
    since: datetime | None,
    now: datetime,
    bank: Bank | None = None,
    progress: Progress = untold,
) -> Report:
    """Look at everything again. ``since`` leaves out older documents, uses of passes and seals.

    The chain, the numbers, the balances and the invariants are always those of the whole scheme.
    ``bank`` reads and writes banks' files again; without it only their hashes are looked at.
    """
    steps = Steps(progress, evidence_papers.steps(session, since))
    chapters = (
        audit_statements(session, since, steps),
        _renderings(session, proofread, since, steps),
        _numbers(session),
        audit_ledger(session, since, steps),
        _seals(session, "seals", SCHEME, since, steps),
        _seals(session, "fee_seals", FEES, since, steps),
        _invariants(session),
        _approvals(session),
        audit_bank_files(session, bank, since),
    )
    steps.end()
    books = position(balances(session))
    return Report(now, since, books, head(session, SCHEME), head(session, FEES), chapters)


def _renderings(
    session: Session, proofread: Proofread, since: datetime | None, steps: Steps
) -> Chapter:
    chapter = Chapter("renderings")
    families: tuple[Iterator[Paper], ...] = (
        evidence_papers.statements(session, since),
        evidence_papers.documents(session, since),
        fees.documents(session, since),
    )
    for family in families:
        for papers in some(family, DRAWN_AT_ONCE):
            drawn = evidence_papers.drawings(session, papers)
            for paper in papers:
                _drawn(chapter, paper, drawn.get(paper.number, ()), proofread)
                steps.take()
    return chapter


def _drawn(chapter: Chapter, paper: Paper, drawn: Sequence[Drawing], proofread: Proofread) -> None:
    for rendering in drawn:
        chapter.looked_at += 1
        subject = f"{rendering.number} ({rendering.media_type})"
        digest = sha256_hex(rendering.content)
        if digest != rendering.sha256:
            altered = [Difference("sha256", rendering.sha256, digest)]
            chapter.wrong("rendering_hash", subject, altered)
        says = list(proofread(paper, rendering.media_type, rendering.content))
        if says:
            chapter.wrong("rendering_says", subject, says)
    if not drawn:
        chapter.remarks.append(Finding("never_drawn", paper.number))


def _numbers(session: Session) -> Chapter:
    """Every series from 1 to its counter, each number used once."""
    chapter = Chapter("numbers")
    known: dict[str, dict[str, set[str]] | None] = {}
    for name, last in evidence.series(session):
        found = SERIES.fullmatch(name)
        kind = found[1].rstrip("0123456789") if found else ""  # of an association: FA7
        if kind not in known:
            known[kind] = evidence.numbers_used(session, kind)
        numbers = known[kind]
        if numbers is None:
            continue  # a lock, or serials of booklets, which the register itself holds
        used = numbers.get(name, set())
        chapter.looked_at += last
        given = {f"{name}-{number:06d}" for number in range(1, last + 1)}
        for number in sorted(given - used):
            chapter.wrong("number_missing", number)
        for number in sorted(used - given):
            chapter.wrong("number_beyond", number, [Difference(name, last, number)])
    return chapter


def _seals(
    session: Session, name: str, chain: Chain, since: datetime | None, steps: Steps
) -> Chapter:
    chapter = Chapter(name, findings=list(seal_faults(session, since, chain, steps)))
    last = head(session, chain)
    chapter.looked_at = last[0] if last else 0
    return chapter


def _invariants(session: Session) -> Chapter:
    chapter = Chapter("invariants", looked_at=len(INVARIANTS))
    for name, check in INVARIANTS.items():
        if name not in IN_DETAIL:
            for detail in check(session):
                chapter.wrong("invariant", name, [Difference(detail, None, None)])
    return chapter


def _approvals(session: Session) -> Chapter:
    """Four eyes: who closes a period never approves its statements, and nothing else is paid."""
    chapter = Chapter("approvals")
    approved = evidence.approvals(session)
    for number, approval in sorted(approved.items()):
        chapter.looked_at += 1
        if approval.actor == approval.closed_by:
            chapter.wrong("same_person", number, [Difference("actor", MISSING, approval.actor)])
    for payout, statement in evidence.payouts(session):
        chapter.looked_at += 1
        if statement is None:
            chapter.wrong("payout_for_nothing", payout.end_to_end)
            continue
        approval = approved.get(statement.number)
        sent_at = payout.sent_at
        if sent_at is not None and (approval is None or approval.at > sent_at):
            chapter.wrong("paid_unapproved", payout.end_to_end)
        net = sum(cents for _, cents in evidence.stated_parts(statement))
        found = list(differences(net, payout.cents, "cents"))
        if found:
            chapter.wrong("payout_amount", payout.end_to_end, found)
    return chapter
