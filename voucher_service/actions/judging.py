"""Incidents that people open, and the money that follows when one is found right.

What is not a use is never paid with the face value of passes: a goodwill, and a double use that the
scheme bears, come out of the operator's own money; a fraud and an overpayment are owed back by the
association. Whoever opened an incident does not judge it.
"""

from datetime import datetime

from voucher_service.actions import correcting
from voucher_service.actions.disputing import close_incident
from voucher_service.core import ledger
from voucher_service.core.campaign import paris_day
from voucher_service.core.corrections import Correcting
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.incidents import Ending, IncidentKind
from voucher_service.store import redemptions, tables
from voucher_service.store.incidents import open_once
from voucher_service.store.once import find
from voucher_service.store.orders import lock_campaign
from voucher_service.store.postings import post, posted
from voucher_service.store.session import Session


def open_fraud(
    session: Session, redemption_number: int, reason: str, actor: str, now: datetime
) -> int:
    """Somebody says that a use never was a service. Gives the incident's number."""
    use = find(session, tables.Redemption, redemption_number, "redemption")
    return _open(
        session,
        IncidentKind.FRAUD,
        str(use.id),
        use.campaign_id,
        use.association_id,
        use.cents,
        reason,
        actor,
        now,
        redemption_id=use.id,
    )


def open_overpayment(
    session: Session,
    campaign: int,
    association: int,
    cents: int,
    reference: str,
    reason: str,
    actor: str,
    now: datetime,
) -> int:
    """The bank paid an association more than it was sent. ``reference``: the bank's line."""
    kind = IncidentKind.OVERPAYMENT
    return _open(session, kind, reference, campaign, association, cents, reason, actor, now)


def open_goodwill(
    session: Session,
    campaign: int,
    association: int,
    cents: int,
    reference: str,
    reason: str,
    actor: str,
    now: datetime,
) -> int:
    """Somebody proposes that the operator pays. ``reference``: the letter that asks for it."""
    kind = IncidentKind.GOODWILL
    return _open(session, kind, reference, campaign, association, cents, reason, actor, now)


def _open(
    session: Session,
    kind: IncidentKind,
    key: str,
    campaign: int,
    association: int,
    cents: int,
    reason: str,
    actor: str,
    now: datetime,
    redemption_id: int | None = None,
) -> int:
    find(session, tables.Campaign, campaign, "campaign")
    find(session, tables.Association, association, "association")
    if not reason.strip():
        raise Invalid("reason_missing", "Say what happened.", "reason")
    number = open_once(
        session,
        event=f"{kind}:{association}:{key}",
        kind=kind.value,
        campaign_id=campaign,
        association_id=association,
        redemption_id=redemption_id,
        cents=cents,
        reason=reason,
        opened_by=actor,
        opened_at=now,
    )
    if number is None:
        raise Conflict("incident_known", "This incident was opened already.")
    return number


def accept(session: Session, number: int, resolution: str, actor: str, now: datetime) -> None:
    """Find an incident right: its money moves, once. Refused while that would leave a hole."""
    row = find(session, tables.Incident, number, "incident")
    if row.opened_by == actor:
        raise Conflict("four_eyes", "Whoever opened it cannot judge it: ask a second person.")
    lock_campaign(session, row.campaign_id)
    close_incident(session, number, resolution, actor, now, Ending.ACCEPTED)
    match IncidentKind(row.kind):
        case IncidentKind.FRAUD:
            _take_back(session, row, resolution, actor, now)
        case IncidentKind.OVERPAYMENT:
            # The reference of the bank's line, under which the incident was opened.
            line = row.event.split(":", maxsplit=2)[2]
            _correct(session, row, Correcting.CHARGED, resolution, actor, now, line)
        case IncidentKind.GOODWILL | IncidentKind.DOUBLE_USE:
            _grant(session, row, resolution, actor, now)


def _correct(
    session: Session,
    row: tables.Incident,
    kind: Correcting,
    reason: str,
    actor: str,
    now: datetime,
    reference: str | None = None,
) -> None:
    correcting.write(
        session,
        kind,
        row.campaign_id,
        row.association_id,
        row.cents,
        reason,
        actor,
        now,
        incident_id=row.id,
        reference=reference,
    )


def _grant(session: Session, row: tables.Incident, reason: str, actor: str, now: datetime) -> None:
    if row.borne_by == "site":
        raise Conflict(
            "borne_by_site",
            "The campaign says that the site bears a double use: open a goodwill if you will pay.",
        )
    correcting.check_cover(session, row.campaign_id, row.cents)
    _correct(session, row, Correcting.GRANTED, reason, actor, now)


def _take_back(
    session: Session, row: tables.Incident, reason: str, actor: str, now: datetime
) -> None:
    """The use never was: its pass lives again, unless its booklet was ended for that."""
    use = find(session, tables.Redemption, row.redemption_id, "redemption")
    if not redemptions.cancel(session, use.id, now):
        raise Conflict("not_cancellable", "It was taken back, or is contested: decide that first.")
    if use.period_id is not None:
        correcting.check_cover(session, use.campaign_id, use.cents)
        correcting.cancel_settled(session, use, reason, actor, now, incident_id=row.id)
        return
    original = posted(session, ledger.use_event(use.id))
    post(session, [ledger.reversal(original, paris_day(now))], now)
