"""Who pays, where their papers go, and what they insist on."""

from voucher_service.actions import calling, ordering
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.shapes.scheme import FunderDetails, FunderIn, FunderOut, FunderSiret
from voucher_service.api.v1 import API, OPERATOR, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import scheme

READERS = OVERSEERS | {Role.FUNDER}


@API.post("/funders", roles=OPERATOR, body=FunderIn, answer=FunderOut, status=201)
def add_funder(call: Call, body: FunderIn) -> FunderOut:
    """Add somebody who pays."""
    number = ordering.add_funder(
        call.session, body.name, body.kind, body.siret, call.services.now()
    )
    calling.set_funder_details(call.session, number, _details(body))
    return _funder(scheme.funder(call.session, number))


@API.post("/funders/<id:funder>/details", roles=OPERATOR, body=FunderDetails, answer=FunderOut)
def set_funder_details(call: Call, funder: int, body: FunderDetails) -> FunderOut:
    """Say where a funder's papers go, and what it insists on. Papers issued before stay."""
    calling.set_funder_details(call.session, funder, _details(body))
    return _funder(scheme.funder(call.session, funder))


@API.post("/funders/<id:funder>/siret", roles=OPERATOR, body=FunderSiret, answer=FunderOut)
def give_siret(call: Call, funder: int, body: FunderSiret) -> FunderOut:
    """Give the SIRET of a funder that was added without one. It never changes after."""
    calling.give_siret(call.session, funder, body.siret)
    return _funder(scheme.funder(call.session, funder))


def _details(body: FunderDetails) -> calling.FunderDetails:
    return calling.FunderDetails(
        body.street,
        body.postcode,
        body.town,
        body.service_code,
        body.needs_service_code,
        body.needs_engagement,
    )


@API.get("/funders", roles=READERS, query=Listing, answer=Items[FunderOut])
def funders(call: Call, query: Listing) -> Items[FunderOut]:
    """List who pays."""
    seen = scheme.funders(call.session, call.caller.only(Role.FUNDER), window(query))
    return items(seen, _funder)


def _funder(row: scheme.Funder) -> FunderOut:
    return FunderOut.model_validate(row, from_attributes=True)
