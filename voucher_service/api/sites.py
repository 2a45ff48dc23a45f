"""Associations, their accreditation, their sites and the phones there.

An association's own token sees and changes its own sites and phones only; decisions about it are
the operator's.
"""

from voucher_service.actions import accrediting, applying, pairing
from voucher_service.actions.tokens import Role
from voucher_service.api.bank_accounts import account_of
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.shapes.sites import (
    ApprovalIn,
    ApprovalOut,
    AssociationDetail,
    AssociationIn,
    AssociationOut,
    DecisionIn,
    DeviceOut,
    MoreOfASite,
    PairingOut,
    SiteIn,
    SiteOut,
    StepOut,
)
from voucher_service.api.v1 import API, OPERATOR, OVERSEERS
from voucher_service.core.accreditation import Accreditation
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import places, scheme

READERS = OVERSEERS | {Role.ASSOCIATION}
WRITERS = OPERATOR | {Role.ASSOCIATION}


def _mine(call: Call) -> int | None:
    return call.caller.only(Role.ASSOCIATION)


@API.post("/associations", roles=OPERATOR, body=AssociationIn, answer=AssociationOut, status=201)
def apply_for_accreditation(call: Call, body: AssociationIn) -> AssociationOut:
    """Record an association that asks to take passes."""
    account = account_of(body.bank)
    application = accrediting.Application(
        name=body.name,
        contact_email=body.contact_email,
        iban=account.iban,
        holder=account.holder,
        siret=body.siret,
        rna=body.rna,
        legal_form=body.legal_form,
        town=account.town,
        country=account.country,
        entered_by=call.caller.actor,
    )
    number = accrediting.apply_for_accreditation(call.session, application, call.services.now())
    return _association(places.association(call.session, number, None))


@API.get("/associations", roles=READERS, query=Listing, answer=Items[AssociationOut])
def associations(call: Call, query: Listing) -> Items[AssociationOut]:
    """List associations."""
    return items(places.associations(call.session, _mine(call), window(query)), _association)


@API.get("/associations/<id:association>", roles=READERS, answer=AssociationDetail)
def association(call: Call, association: int) -> AssociationDetail:
    """Read an association and every decision about it."""
    row = places.association(call.session, association, _mine(call))
    steps = [
        StepOut(
            from_=Accreditation(step.from_state),
            to=Accreditation(step.to_state),
            reason=step.reason,
            actor=step.actor,
            at=step.at,
        )
        for step in places.steps(call.session, association)
    ]
    return AssociationDetail(**dict(_association(row)), steps=steps)


def _association(row: places.Association) -> AssociationOut:
    return AssociationOut(
        id=row.id,
        name=row.name,
        siret=row.siret,
        rna=row.rna,
        legal_form=row.legal_form,
        contact_email=row.contact_email,
        accreditation=Accreditation(row.accreditation),
    )


@API.post(
    "/associations/<id:association>/accreditation",
    roles=OPERATOR,
    body=DecisionIn,
    answer=AssociationOut,
)
def decide(call: Call, association: int, body: DecisionIn) -> AssociationOut:
    """Take one step of an accreditation, with its reason where one is owed."""
    applying.decide(
        call.session,
        association,
        body.to,
        body.reason,
        call.caller.actor,
        call.services.now(),
    )
    return _association(places.association(call.session, association, None))


@API.post(
    "/campaigns/<id:campaign>/approvals",
    roles=OPERATOR,
    body=ApprovalIn,
    answer=ApprovalOut,
    status=201,
)
def approve_for_campaign(call: Call, campaign: int, body: ApprovalIn) -> ApprovalOut:
    """Let an association take the passes of a campaign. Said twice, it is said once."""
    accrediting.approve_for_campaign(
        call.session, campaign, body.association, call.caller.actor, call.services.now()
    )
    return ApprovalOut(campaign=campaign, association=body.association)


@API.get(
    "/campaigns/<id:campaign>/approvals",
    roles=OVERSEERS,
    query=Listing,
    answer=Items[AssociationOut],
)
def approvals(call: Call, campaign: int, query: Listing) -> Items[AssociationOut]:
    """List the associations that may take the passes of a campaign."""
    scheme.campaign(call.session, campaign, None)
    return items(places.approved(call.session, campaign, window(query)), _association)


@API.post(
    "/associations/<id:association>/sites",
    roles=WRITERS,
    body=SiteIn,
    answer=SiteOut,
    status=201,
)
def add_site(call: Call, association: int, body: SiteIn) -> SiteOut:
    """Add a place where an association takes passes."""
    places.association(call.session, association, _mine(call))
    own = set(SiteIn.model_fields) - set(MoreOfASite.model_fields)
    details = body.model_dump(exclude=own, exclude_none=True)
    place = accrediting.Place(**body.model_dump(include=own), details=details)
    number = accrediting.add_site(call.session, association, place, call.services.now())
    return _site(places.site(call.session, number, None))


@API.get(
    "/associations/<id:association>/sites", roles=READERS, query=Listing, answer=Items[SiteOut]
)
def association_sites(call: Call, association: int, query: Listing) -> Items[SiteOut]:
    """List the sites of an association."""
    places.association(call.session, association, _mine(call))
    return items(places.sites(call.session, association, window(query)), _site)


@API.get("/sites", roles=READERS, query=Listing, answer=Items[SiteOut])
def sites(call: Call, query: Listing) -> Items[SiteOut]:
    """List sites."""
    return items(places.sites(call.session, _mine(call), window(query)), _site)


@API.get("/sites/<id:site>", roles=READERS, answer=SiteOut)
def site(call: Call, site: int) -> SiteOut:
    """Read a site."""
    return _site(places.site(call.session, site, _mine(call)))


def _site(row: places.Site) -> SiteOut:
    return SiteOut(
        id=row.id,
        association=row.association_id,
        name=row.name,
        adresse=row.adresse,
        code_postal=row.code_postal,
        commune=row.commune,
        code_insee=row.code_insee,
        latitude=row.latitude,
        longitude=row.longitude,
        services=row.services,
        telephone=row.telephone,
        horaires=row.horaires,
        details=row.details,
        closed_at=row.closed_at,
    )


@API.post("/sites/<id:site>/pairings", roles=WRITERS, answer=PairingOut, status=201)
def open_pairing(call: Call, site: int) -> PairingOut:
    """Let phones join a site for a day, with one code for all of them."""
    places.site(call.session, site, _mine(call))
    opened = pairing.open_pairing(call.session, site, call.services.now())
    link = opened.link(call.services.settings.base_url)
    return PairingOut(pairing_code=opened.code, expires_at=opened.expires_at, link=link)


@API.get(
    "/associations/<id:association>/devices",
    roles=READERS,
    query=Listing,
    answer=Items[DeviceOut],
)
def devices(call: Call, association: int, query: Listing) -> Items[DeviceOut]:
    """List the phones of an association's sites."""
    places.association(call.session, association, _mine(call))
    return items(places.devices(call.session, association, window(query)), _device)


@API.get("/sites/<id:site>/devices", roles=READERS, query=Listing, answer=Items[DeviceOut])
def site_devices(call: Call, site: int, query: Listing) -> Items[DeviceOut]:
    """List the phones of a site."""
    places.site(call.session, site, _mine(call))
    return items(places.site_devices(call.session, site, window(query)), _device)


def _device(row: places.Device) -> DeviceOut:
    return DeviceOut(
        id=row.id,
        site=row.site_id,
        name=row.name,
        paired_at=row.paired_at,
        last_contact_at=row.last_contact_at,
        revoked_at=row.revoked_at,
    )


@API.delete("/devices/<id:device>", roles=WRITERS, status=204, problems=(409,))
def revoke_device(call: Call, device: int) -> None:
    """Take a phone's right to scan away. What it has queued stays on it."""
    places.device(call.session, device, _mine(call))
    pairing.revoke_device(call.session, device, call.services.now())
