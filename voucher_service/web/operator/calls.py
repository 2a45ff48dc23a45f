"""Calls for funds: their papers, what a payer insists on before it pays, and reminders."""

from voucher_service.actions import calling
from voucher_service.actions.calling import Engagement, FunderDetails, House
from voucher_service.core.campaign import paris_day
from voucher_service.http.body import Body
from voucher_service.http.fields import Postcode, Text
from voucher_service.payments.reserved import pay_to
from voucher_service.store.queries import calls, names, scheme
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import ADMIN, DESK, FINANCE


class EngagementIn(Body):
    """What a public payer gave for this expense."""

    engagement_number: Text | None = None
    service_code: Text | None = None


class DetailsIn(Body):
    """Where a funder's papers go, and what it insists on."""

    street: Text | None = None
    postcode: Postcode | None = None
    town: Text | None = None
    service_code: Text | None = None
    needs_service_code: bool = False
    needs_engagement: bool = False


class SiretIn(Body):
    """How platforms find a funder."""

    siret: Text


def house(visit: Visit) -> House:
    """Who signs papers, and the account that they ask to be paid on; refused when none is set."""
    return House(visit.services.signatory, pay_to(visit.services.settings))


@DESK.page("/calls/<word:number>")
def call(visit: Visit, number: str) -> Page:
    """A call for funds as it stands, and what may be done about it."""
    row = calls.call_for_funds(visit.session, number)
    return Page(
        "operator/call.html",
        call=row,
        late=row.is_late(paris_day(visit.now)),
        ready=bool(visit.services.settings.reserved.iban),
        funders=names.funders(visit.session, [row.funder]),
        campaigns=names.campaigns(visit.session, [row.campaign]),
    )


@DESK.form("/calls/<word:number>/issue", posts=FINANCE, body=EngagementIn, again=call)
def issue_call(visit: Visit, number: str, given: EngagementIn) -> See:
    """Issue the paper of a call, with what its funder insists on."""
    if given.engagement_number or given.service_code:
        engagement = Engagement(given.engagement_number, given.service_code)
        calling.set_engagement(visit.session, number, engagement)
    calling.issue_call(visit.session, number, house(visit), visit.now)
    return See(f"/operator/calls/{number}", said="call_issued")


@DESK.form("/calls/<word:number>/remind", posts=FINANCE, again=call)
def remind(visit: Visit, number: str) -> See:
    """Remind a funder of what is left of a call after its due day."""
    calling.remind(visit.session, number, house(visit), visit.now)
    return See(f"/operator/calls/{number}", said="call_reminded")


@DESK.page("/funders/<id:funder>")
def funder(visit: Visit, funder: int) -> Page:
    """A funder: where its papers go, and what it insists on before it pays."""
    return Page("operator/funder.html", funder=scheme.one_funder(visit.session, funder))


@DESK.form("/funders/<id:funder>", posts=ADMIN, body=DetailsIn, again=funder)
def set_details(visit: Visit, funder: int, given: DetailsIn) -> See:
    """Say where a funder's papers go. Papers issued before stay."""
    calling.set_funder_details(visit.session, funder, FunderDetails(**dict(given)))
    return See(f"/operator/funders/{funder}", said="funder_details_set")


@DESK.form("/funders/<id:funder>/siret", posts=ADMIN, body=SiretIn, again=funder)
def give_siret(visit: Visit, funder: int, given: SiretIn) -> See:
    """Give the SIRET of a funder that was added without one: its papers need it."""
    calling.give_siret(visit.session, funder, given.siret)
    return See(f"/operator/funders/{funder}", said="funder_details_set")
