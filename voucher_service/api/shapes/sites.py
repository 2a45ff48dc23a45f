"""Shapes of associations, sites, accreditation, pairing and phones."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from voucher_service.api.shapes.payouts import BankAccountIn
from voucher_service.api.shapes.scheme import Service
from voucher_service.core.accreditation import Accreditation
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Id, Insee, Latitude, Longitude, Postcode, Text

Texts = Annotated[list[Text], Field(max_length=50)]


class AssociationIn(Body):
    """What an association says of itself: a SIRET, an RNA number, or both."""

    name: Text
    siret: Text | None = None
    rna: Text | None = None
    legal_form: Text | None = None
    contact_email: Email
    bank: BankAccountIn


class AssociationOut(Body):
    """An association and where its accreditation stands. Bank details are never given back."""

    id: Id
    name: str
    siret: str | None
    rna: str | None
    legal_form: str | None
    contact_email: str
    accreditation: Accreditation


class StepOut(Body):
    """One decision about an association."""

    from_: Annotated[Accreditation, Field(serialization_alias="from")]
    to: Accreditation
    reason: str | None
    actor: str
    at: datetime


class AssociationDetail(AssociationOut):
    """An association with every decision about it."""

    steps: list[StepOut]


class DecisionIn(Body):
    """The next step of an accreditation."""

    to: Accreditation
    reason: Text | None = None


class ApprovalIn(Body):
    """Which association may take a campaign's passes."""

    association: Id


class ApprovalOut(ApprovalIn):
    """An association may take a campaign's passes."""

    campaign: Id


class MoreOfASite(Body):
    """Fields of the national schema that only directories need, under their own names."""

    pivot: Text | None = None
    complement_adresse: Text | None = None
    typologie: Text | None = None
    courriels: Text | None = None
    site_web: Text | None = None
    presentation_resume: Annotated[str, Field(max_length=280)] | None = None
    presentation_detail: Annotated[str, Field(max_length=4000)] | None = None
    structure_parente: Text | None = None
    publics_specifiquement_adresses: Texts | None = None
    prise_en_charge_specifique: Texts | None = None
    frais_a_charge: Texts | None = None
    dispositif_programmes_nationaux: Texts | None = None
    formations_labels: Texts | None = None
    autres_formations_labels: Texts | None = None
    itinerance: Texts | None = None
    modalites_acces: Texts | None = None
    modalites_accompagnement: Texts | None = None
    fiche_acces_libre: Text | None = None
    prise_rdv: Text | None = None


class SiteIn(MoreOfASite):
    """A place where passes will be spent, in the words of the national schema."""

    name: Text
    adresse: Text
    code_postal: Postcode
    commune: Text
    code_insee: Insee | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    services: Annotated[list[Service], Field(min_length=1, max_length=9)]
    telephone: Text | None = None
    horaires: Text | None = None


class SiteOut(Body):
    """A place where passes are spent; ``details`` holds further fields of the national schema."""

    id: Id
    association: Id
    name: str
    adresse: str
    code_postal: str
    commune: str
    code_insee: str | None
    latitude: float | None
    longitude: float | None
    services: list[str]
    telephone: str | None
    horaires: str | None
    details: dict[str, str | list[str]]
    closed_at: datetime | None


class PairingOut(Body):
    """A code that lets phones join the site for a day, shown once.

    ``link`` opens the app of a phone and joins.
    """

    pairing_code: str
    expires_at: datetime
    link: str


class DeviceOut(Body):
    """A phone of a site."""

    id: Id
    site: Id
    name: str
    paired_at: datetime
    last_contact_at: datetime
    revoked_at: datetime | None
