"""An association says who it is until somebody decides, and sends its application when complete.

Any part may be changed, in any order, as often as needed. What is missing is named. After the
decision its numbers stay; who speaks for it may still change, and the address known before is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from voucher_service.actions import accrediting, inviting
from voucher_service.actions.accrediting import Application
from voucher_service.actions.identifiers import checked_rna, checked_siret
from voucher_service.actions.inviting import Offer
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.application import (
    CHARTER,
    MAY_BE_SENT,
    UNDECIDED,
    Check,
    checks,
    missing,
)
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.posts import Post
from voucher_service.store import applications, sites, tables
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session

SAME_CLICK = timedelta(minutes=10)
"""How long after an invitation the same application is a second click, and mails nobody."""


NO_NEWS = frozenset({Accreditation.APPLIED, Accreditation.UNDER_REVIEW})
"""Steps that say nothing to an association which it does not know."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an association is. One of SIRET and RNA is needed."""

    name: str
    siret: str | None
    rna: str | None
    legal_form: str | None
    representative: str | None
    contact_email: str


def begin(session: Session, given: Identity, language: str, now: datetime) -> None:
    """Somebody asks to take passes: their file is opened, and its contact mailed the way to it.

    Said again by the same contact before anybody took the invitation, it is mailed again: the mail
    was lost, or the button pressed twice.
    """
    siret = checked_siret(given.siret) if given.siret else None
    rna = checked_rna(given.rna) if given.rna else None
    known = sites.association_with(session, siret, rna) if siret or rna else None
    if known is None:
        said = Application(
            name=given.name,
            contact_email=given.contact_email,
            siret=siret,
            rna=rna,
            legal_form=given.legal_form,
            representative=given.representative,
        )
        known = accrediting.apply_for_accreditation(session, said, now)
    elif not _same_again(session, known, given):
        raise Conflict("association_known", "This association is known: ask its manager.")
    elif applications.invited_since(session, known, now - SAME_CLICK):
        return
    offer = Offer(given.contact_email, Post.ASSOCIATION_MANAGER, known, language)
    inviting.offer_post(session, offer, "application", now)


def _same_again(session: Session, association: int, given: Identity) -> bool:
    row = find(session, tables.Association, association, "association")
    return (
        row.accreditation == Accreditation.APPLIED
        and row.contact_email == given.contact_email
        and not applications.has_people(session, association)
    )


def progress(session: Session, association: int) -> list[Check]:
    """Every criterion of an application, met or not."""
    row = find(session, tables.Association, association, "association")
    return checks(applications.facts(session, row))


def describe(session: Session, association: int, given: Identity, now: datetime) -> None:
    """Say anew who an association is. Its name and numbers only until it is decided about."""
    row = find(session, tables.Association, association, "association")
    siret = checked_siret(given.siret) if given.siret else None
    rna = checked_rna(given.rna) if given.rna else None
    if siret is None and rna is None:
        raise Invalid("not_identified", "Give a SIRET or an RNA number.", "siret")
    undecided = Accreditation(row.accreditation) in UNDECIDED
    if not undecided and (given.name, siret, rna) != (row.name, row.siret, row.rna):
        raise Conflict(
            "numbers_stay",
            "The name and the numbers were checked and stay: write to the operator to change them.",
        )
    if sites.others_with(session, association, siret, rna):
        raise Conflict("association_known", "Another association bears this number.")
    _tell_old_contact(session, row, given.contact_email, now)
    update_if(
        session,
        tables.Association,
        tables.Association.id == association,
        name=given.name,
        siret=siret,
        rna=rna,
        legal_form=given.legal_form,
        representative=given.representative,
        contact_email=given.contact_email,
    )


def _tell_old_contact(
    session: Session, row: tables.Association, contact: str, now: datetime
) -> None:
    """A swindler who redirects the mails must not be the only one to know."""
    if contact != row.contact_email:
        payload = {"to": row.contact_email, "association": row.id, "contact": contact}
        tell(session, "contact_changed", payload, now)


def accept_charter(session: Session, association: int, actor: str, now: datetime) -> None:
    """Accept the charter in force for an association. Said again, the first time counts."""
    find(session, tables.Association, association, "association")
    insert_once(
        session,
        tables.CharterAcceptance,
        association_id=association,
        version=CHARTER,
        actor=actor,
        at=now,
    )


def send(session: Session, association: int, actor: str, now: datetime) -> None:
    """Hand a complete application in, or answer what was asked. Refused while something lacks."""
    row = find(session, tables.Association, association, "association")
    if Accreditation(row.accreditation) not in MAY_BE_SENT:
        raise Conflict("sent_already", "This application was sent, or is decided.")
    lacking = missing(progress(session, association))
    if lacking:
        names = ", ".join(check.criterion.value for check in lacking)
        raise Conflict("incomplete", f"Still missing: {names}.")
    accrediting.decide(session, association, Accreditation.UNDER_REVIEW, None, actor, now)


def decide(
    session: Session,
    association: int,
    to: Accreditation,
    reason: str | None,
    actor: str,
    now: datetime,
) -> None:
    """The operator takes a step of an accreditation, and the association reads it in a mail."""
    accrediting.decide(session, association, to, reason, actor, now)
    if to not in NO_NEWS:
        payload = {"association": association, "to": to.value, "reason": reason or ""}
        tell(session, "accreditation_decided", payload, now)
