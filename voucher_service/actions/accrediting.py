"""Associations become places where passes are taken: application, sites, decisions, approval.

Criteria are visible and every decision keeps its reason. One SIRET, many sites: sites are matched
on their association, never on a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from voucher_service.actions import bank_accounts
from voucher_service.actions.identifiers import checked_iban, checked_rna, checked_siret
from voucher_service.core.accreditation import Accreditation, step
from voucher_service.core.campaign import SERVICES
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.payout_batch import Account
from voucher_service.core.places.schema import BY_NAME, check
from voucher_service.store import gifts, sites, tables
from voucher_service.store.once import find, insert_once, insert_row, update_if
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Application:
    """What an association says of itself. One of SIRET and RNA is needed."""

    name: str
    contact_email: str
    iban: str = ""
    """Where it is paid, if it says so at once."""
    holder: str = ""
    siret: str | None = None
    rna: str | None = None
    legal_form: str | None = None
    representative: str | None = None
    town: str = ""
    country: str = ""
    entered_by: str = "association"
    """Who says where it is paid: another person confirms it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site in the words of the national schema; ``details`` holds its other fields by name."""

    name: str
    adresse: str
    code_postal: str
    commune: str
    services: Sequence[str]
    code_insee: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    telephone: str | None = None
    horaires: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def apply_for_accreditation(session: Session, application: Application, now: datetime) -> int:
    """An association asks to take passes. Gives its number."""
    siret = checked_siret(application.siret) if application.siret else None
    rna = checked_rna(application.rna) if application.rna else None
    if siret is None and rna is None:
        raise Invalid("not_identified", "Give a SIRET or an RNA number.", "siret")
    if application.iban:
        checked_iban(application.iban)  # before anything is written
    if sites.association_with(session, siret, rna):
        raise Conflict(
            "association_known",
            "An association with this number exists: add a site to it instead.",
        )
    association = insert_row(
        session,
        tables.Association,
        name=application.name,
        siret=siret,
        rna=rna,
        legal_form=application.legal_form,
        representative=application.representative,
        contact_email=application.contact_email,
        accreditation=Accreditation.APPLIED.value,
        created_at=now,
    )
    if application.iban:
        _propose_account(session, association, application, now)
    return association


def _propose_account(
    session: Session, association: int, application: Application, now: datetime
) -> None:
    account = Account(application.holder, application.iban, application.town, application.country)
    bank_accounts.propose(session, association, account, application.entered_by, now)


def decide(
    session: Session,
    association: int,
    to: Accreditation,
    reason: str | None,
    actor: str,
    now: datetime,
) -> None:
    """Take one step of an accreditation. The step and its reason are kept for ever."""
    row = find(session, tables.Association, association, "association")
    current = Accreditation(row.accreditation)
    step(current, to, reason)
    table = tables.Association
    if not update_if(
        session,
        table,
        table.id == association,
        table.accreditation == current.value,
        accreditation=to.value,
    ):
        raise Conflict("changed", "Somebody else decided just now: look again.")
    session.add(
        tables.AccreditationStep(
            association_id=association,
            from_state=current.value,
            to_state=to.value,
            reason=reason,
            actor=actor,
            at=now,
        )
    )


def approve_for_campaign(
    session: Session, campaign: int, association: int, actor: str, now: datetime
) -> bool:
    """Let an association take the passes of a campaign. False when it already could."""
    find(session, tables.Campaign, campaign, "campaign")
    find(session, tables.Association, association, "association")
    new = False
    for number in (*gifts.rounds(session, campaign), campaign):  # and those of its donors
        new = insert_once(
            session,
            tables.Approval,
            campaign_id=number,
            association_id=association,
            approved_at=now,
            actor=actor,
        )
    return new


def add_site(session: Session, association: int, place: Place, now: datetime) -> int:
    """A place where an association will take passes. Gives the site's number."""
    find(session, tables.Association, association, "association")
    return insert_row(session, tables.Site, association_id=association, **columns_of(place, now))


def columns_of(place: Place, now: datetime) -> dict[str, Any]:
    """What is written of a site; raises :class:`Invalid` for what the national schema refuses."""
    unknown = sorted(set(place.services) - set(SERVICES))
    if unknown:
        raise Invalid("unknown_service", f"Not a national service: {unknown[0]}", "services")
    for name in BY_NAME.keys() & place.details.keys():
        check(name, place.details[name])
    return {
        "name": place.name,
        "adresse": place.adresse,
        "code_postal": place.code_postal,
        "commune": place.commune,
        "code_insee": place.code_insee,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "services": list(place.services),
        "telephone": place.telephone,
        "horaires": place.horaires,
        "details": dict(place.details),
        "updated_at": now,
    }
