"""The places where an association takes passes: several for one SIRET, in one file."""

from typing import Any

from voucher_service.actions import accrediting, siting
from voucher_service.core.campaign import SERVICES
from voucher_service.core.opening_hours import DAYS
from voucher_service.core.places.schema import BY_NAME
from voucher_service.store.queries import association_desk
from voucher_service.store.queries.uses import Seen
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS, seen
from voucher_service.web.association.site_form import (
    SEVERAL,
    SiteFields,
    SiteForm,
    place_of,
    values_of,
)
from voucher_service.web.desks import Page, See, Visit

ANSWERS = {name: [(value, value) for value in BY_NAME[name].values] for name in SEVERAL}
"""What may be ticked, in the words of the national schema."""


@DESK.page("/sites", posts=MANAGERS)
def site_list(visit: Visit) -> Page:
    """Every place, open ones first."""
    sites = seen(visit)
    return Page(
        "association/sites.html",
        rows=association_desk.sites(visit.session, sites),
        phones=association_desk.paired(visit.session, sites),
    )


def _form(values: dict[str, Any], **more: Any) -> Page:  # noqa: ANN401 - what the template shows
    return Page(
        "association/site.html",
        v=values,
        services=SERVICES,
        answers=ANSWERS,
        days=DAYS,
        **more,
    )


@DESK.page("/sites/new", posts=MANAGERS)
def new_site(_visit: Visit) -> Page:
    """A place to add."""
    return _form({}, site=None)


@DESK.form("/sites/new", posts=MANAGERS, body=SiteForm, again=new_site)
def add_site(visit: Visit, given: SiteFields) -> See:
    """Add a place."""
    accrediting.add_site(visit.session, visit.own, place_of(given, {}), visit.now)
    return See("/association/sites", said="said_site_added", name=given.name)


@DESK.page("/sites/<id:number>", posts=MANAGERS)
def site(visit: Visit, number: int) -> Page:
    """One place, to change it."""
    row = association_desk.site(visit.session, seen(visit), number)
    return _form(values_of(row), site=row)


@DESK.form("/sites/<id:number>", posts=MANAGERS, body=SiteForm, again=site)
def change_site(visit: Visit, number: int, given: SiteFields) -> See:
    """Say anew what a place is."""
    row = association_desk.site(visit.session, seen(visit), number)
    siting.change_site(visit.session, number, place_of(given, row.details), visit.now)
    return See("/association/sites", said="said_site_changed", name=given.name)


@DESK.page("/sites/<id:number>/close", posts=MANAGERS)
def closing(visit: Visit, number: int) -> Page:
    """Whether to close a place, and which phones to empty before."""
    row = association_desk.site(visit.session, seen(visit), number)
    only = Seen(visit.own, (number,))
    phones = [
        phone for phone, _ in association_desk.phones(visit.session, only) if not phone.revoked_at
    ]
    return Page("association/site_closing.html", site=row, phones=phones)


@DESK.form("/sites/<id:number>/close", posts=MANAGERS, again=closing)
def close_site(visit: Visit, number: int) -> See:
    """A place takes no pass any more."""
    row = association_desk.site(visit.session, seen(visit), number)
    siting.close_site(visit.session, number, visit.now)
    return See("/association/sites", said="said_site_closed", name=row.name)
