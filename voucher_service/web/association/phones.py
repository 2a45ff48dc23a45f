"""Phones that take passes: which there are, when they were last heard, ending them, adding some."""

from datetime import timedelta

from flask import Response

from voucher_service.actions import pairing
from voucher_service.core.errors import Conflict
from voucher_service.documents.pairing_sheet import render_pairing_sheet
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.store.queries import association_desk
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import seen
from voucher_service.web.desks import Page, See, Visit

SILENT = timedelta(days=7)
"""A phone that was not heard for longer may hold passes that were never sent."""


class ForSite(Body):
    """Where phones will be paired."""

    site: Id


@DESK.page("/phones")
def phones(visit: Visit) -> Page:
    """Phones, paired ones first."""
    sites = seen(visit)
    open_sites = [
        (site.id, site.name)
        for site in association_desk.sites(visit.session, sites)
        if site.closed_at is None
    ]
    return Page(
        "association/phones.html",
        rows=association_desk.phones(visit.session, sites),
        sites=open_sites,
        silent_since=visit.now - SILENT,
    )


@DESK.form("/phones/sheet", body=ForSite, again=phones)
def pairing_sheet(visit: Visit, given: ForSite) -> Response:
    """A page to print, whose code joins phones to a site for a day."""
    site = association_desk.site(visit.session, seen(visit), given.site)
    if site.closed_at is not None:
        raise Conflict("site_closed", "This site is closed.")
    settings = visit.services.settings
    opened = pairing.open_pairing(visit.session, site.id, visit.now)
    content = render_pairing_sheet(
        site.name,
        opened.link(settings.base_url),
        opened.expires_at,
        settings.help_number,
        visit.now,
    )
    return Response(content, content_type="application/pdf")


@DESK.page("/phones/<id:number>/end")
def phone(visit: Visit, number: int) -> Page:
    """Whether to end a phone."""
    row = association_desk.phone(visit.session, seen(visit), number)
    return Page("association/phone.html", row=row)


@DESK.form("/phones/<id:number>/end", again=phone)
def end_phone(visit: Visit, number: int) -> See:
    """A phone takes no pass any more."""
    row = association_desk.phone(visit.session, seen(visit), number)
    pairing.revoke_device(visit.session, number, visit.now)
    return See("/association/phones", said="said_phone_ended", name=row.name)
