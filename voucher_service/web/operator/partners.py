"""Who takes part: funders, associations entered by hand, their sites and phones."""

from typing import Literal

from voucher_service.actions import accrediting, ordering, pairing
from voucher_service.actions.identifiers import checked_iban
from voucher_service.core.errors import Invalid
from voucher_service.core.payout_batch import Account
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Text
from voucher_service.payments import sepa
from voucher_service.store.queries import places, scheme
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import ADMIN, DESK, SUPPORT, Listed, oldest

ROWS_OF_PHONES = 100


class FunderIn(Body):
    """Somebody who will pay."""

    name: Text
    siret: Text | None = None
    kind: Literal["public", "company", "association"]


class AssociationIn(Body):
    """What an association says of itself on paper: a SIRET, an RNA number, or both."""

    name: Text
    siret: Text | None = None
    rna: Text | None = None
    legal_form: Text | None = None
    contact_email: Email
    iban: Text
    holder: Text


@DESK.page("/funders", query=Listed)
def funders(visit: Visit, query: Listed) -> Page:
    """Funders, and where to add one."""
    return Page(
        "operator/funders.html", page=scheme.funders(visit.session, None, oldest(query.cursor))
    )


@DESK.form("/funders", posts=ADMIN, body=FunderIn, again=funders)
def add_funder(visit: Visit, given: FunderIn) -> See:
    """Add somebody who pays."""
    ordering.add_funder(visit.session, given.name, given.kind, given.siret, visit.now)
    return See("/operator/funders", said="funder_added")


@DESK.page("/associations/new", posts=SUPPORT)
def new_association(visit: Visit) -> Page:
    """Where an application that came on paper is entered."""
    del visit
    return Page("operator/association_new.html")


@DESK.form("/associations", posts=SUPPORT, body=AssociationIn, again=new_association)
def add_association(visit: Visit, given: AssociationIn) -> See:
    """Record an association that asks to take passes."""
    account = Account(given.holder, checked_iban(given.iban))
    if any(sepa.account_faults(account)):
        raise Invalid("unfit_account", "No bank would pay to this holder.", "holder")
    application = accrediting.Application(
        name=given.name,
        contact_email=given.contact_email,
        iban=account.iban,
        holder=account.holder,
        siret=given.siret,
        rna=given.rna,
        legal_form=given.legal_form,
        entered_by=visit.actor,
    )
    number = accrediting.apply_for_accreditation(visit.session, application, visit.now)
    return See(f"/operator/associations/{number}", said="association_added")


@DESK.page("/sites/<id:site>")
def site(visit: Visit, site: int) -> Page:
    """A site and its phones."""
    row = places.site(visit.session, site, None)
    return Page(
        "operator/site.html",
        site=row,
        association=places.association(visit.session, row.association_id, None),
        phones=places.site_devices(visit.session, site, Window(None, ROWS_OF_PHONES)).rows,
    )


@DESK.form("/sites/<id:site>/phones/<id:phone>/end", posts=SUPPORT, again=site)
def end_phone(visit: Visit, site: int, phone: int) -> See:
    """Take a phone's right to scan away. What it has queued stays on it."""
    pairing.revoke_device(visit.session, phone, visit.now)
    return See(f"/operator/sites/{site}", said="phone_ended")
