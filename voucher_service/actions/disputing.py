"""A site says that a refusal was wrong; the operator answers, and ends incidents in words.

Whatever money follows is a matter of its own: nothing here moves any.
"""

from datetime import datetime

from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.incidents import Ending
from voucher_service.store import disputes, tables
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.session import Session

UPHELD, REJECTED = "upheld", "rejected"


def dispute(
    session: Session, site: int, device: int, scan_id: str, reason: str, now: datetime
) -> tables.Dispute:
    """A site says why a refusal of its own was wrong. Said again, the first time counts."""
    said(reason, "reason")
    refusal = disputes.refusal_of_scan(session, site, device, scan_id)
    if refusal is None:
        raise NotFound("not_found", "This site has no such refusal.")
    return _open(session, refusal.id, reason, f"device:{device}", now)


def dispute_refusal(
    session: Session, number: int, reason: str, actor: str, now: datetime
) -> tables.Dispute:
    """A person of the association says why a refusal was wrong. The first time counts."""
    said(reason, "reason")
    refusal = find(session, tables.Refusal, number, "refusal")
    if refusal.scan_id is None:
        raise Conflict("only_checked", "This pass was only checked: nothing was refused.")
    return _open(session, number, reason, actor, now)


def _open(session: Session, refusal: int, reason: str, actor: str, now: datetime) -> tables.Dispute:
    table = tables.Dispute
    insert_once(session, table, refusal_id=refusal, reason=reason, opened_by=actor, opened_at=now)
    return disputes.dispute_of(session, refusal)


def answer_dispute(
    session: Session, number: int, *, upheld: bool, answer: str, actor: str, now: datetime
) -> None:
    """Tell a site whether its dispute is right, and why. The association is told too."""
    said(answer, "answer")
    row = find(session, tables.Dispute, number, "dispute")
    facts = {"answer": answer, "answered_by": actor, "answered_at": now}
    answer_once(session, tables.Dispute, number, upheld=upheld, **facts)
    association = disputes.association_of(session, row.refusal_id)
    _tell(session, "dispute_answered", {"dispute": number, "association": association}, now)


def answer_once(
    session: Session,
    table: type[tables.Dispute | tables.StatementDispute],
    number: int,
    *,
    upheld: bool,
    **facts: object,
) -> None:
    """Write down the answer to a dispute of either kind; raises :class:`Conflict` if it has one."""
    open_ = table.id == number, table.outcome.is_(None)
    if not update_if(session, table, *open_, outcome=UPHELD if upheld else REJECTED, **facts):
        raise Conflict("answered_already", "This dispute was answered already.")


def close_incident(
    session: Session,
    number: int,
    resolution: str,
    actor: str,
    now: datetime,
    outcome: Ending = Ending.DISMISSED,
) -> None:
    """End an incident with what was decided, in words. The association is told."""
    said(resolution, "resolution")
    row = find(session, tables.Incident, number, "incident")
    table = tables.Incident
    if not update_if(
        session,
        table,
        table.id == number,
        table.closed_at.is_(None),
        outcome=outcome.value,
        resolution=resolution,
        closed_by=actor,
        closed_at=now,
    ):
        raise Conflict("closed_already", "This incident was closed already.")
    told = {"incident": number, "association": row.association_id}
    _tell(session, "incident_closed", told, now)


def said(words: str, field: str) -> None:
    """Refuse to say nothing; raises :class:`Invalid`."""
    if not words.strip():
        raise Invalid(f"{field}_missing", "Say why: the other side will read it.", field)


def _tell(session: Session, topic: str, payload: dict[str, int], now: datetime) -> None:
    session.add(tables.Outbox(topic=topic, payload=payload, created_at=now))
