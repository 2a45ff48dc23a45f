"""The file of the association: what is there, what is missing, what was decided and asked."""

from typing import Annotated

from pydantic import Field

from voucher_service.actions import applying
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.application import CHARTER, MAY_BE_SENT, UNDECIDED, Criterion, missing
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Text
from voucher_service.store.queries import association_desk, places
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS
from voucher_service.web.desks import Page, See, Visit

WHERE = {
    Criterion.IDENTITY: "/association/application/identity",
    Criterion.REPRESENTATIVE: "/association/application/identity",
    Criterion.SITE: "/association/sites",
    Criterion.REACHABLE: "/association/sites",
    Criterion.BANK_ACCOUNT: "/association/bank",
    Criterion.CHARTER: "/association/application/charter",
}
"""Where each criterion is put right; each may be opened at any time."""

LOOKS = {
    Accreditation.ACCREDITED: "good",
    Accreditation.SUSPENDED: "bad",
    Accreditation.REVOKED: "bad",
    Accreditation.WITHDRAWN: "plain",
    Accreditation.INFO_REQUESTED: "bad",
}
"""How a state looks; the others are waiting."""


class IdentityIn(Body):
    """Who the association is."""

    name: Text
    siret: Text | None = None
    rna: Text | None = None
    legal_form: Text | None = None
    representative: Annotated[str | None, Field(max_length=200)] = None
    contact_email: Email


class CharterIn(Body):
    """That the charter is accepted."""

    accepted: bool


@DESK.page("/application", posts=MANAGERS)
def application(visit: Visit) -> Page:
    """How far the file is, what is missing and what comes next."""
    row = places.association(visit.session, visit.own, None)
    steps = places.steps(visit.session, visit.own)
    state = Accreditation(row.accreditation)
    checks = applying.progress(visit.session, visit.own)
    return Page(
        "association/application.html",
        association=row,
        state_now=state,
        looks=LOOKS,
        checks=checks,
        missing=missing(checks),
        where=WHERE,
        may_send=state in MAY_BE_SENT,
        steps=steps,
        asked=steps[-1] if steps and steps[-1].to_state == state else None,
        campaigns=association_desk.campaigns(visit.session, visit.own),
    )


@DESK.form("/application/send", posts=MANAGERS, again=application)
def send(visit: Visit) -> See:
    """Hand the file in, or answer what was asked."""
    applying.send(visit.session, visit.own, visit.actor, visit.now)
    return See("/association/application", said="said_sent")


@DESK.page("/application/identity", posts=MANAGERS)
def identity(visit: Visit) -> Page:
    """Who the association is, to change it."""
    row = places.association(visit.session, visit.own, None)
    return Page(
        "association/identity.html",
        association=row,
        undecided=Accreditation(row.accreditation) in UNDECIDED,
    )


@DESK.form("/application/identity", posts=MANAGERS, body=IdentityIn, again=identity)
def describe(visit: Visit, given: IdentityIn) -> See:
    """Say who the association is."""
    said = applying.Identity(**given.model_dump())
    applying.describe(visit.session, visit.own, said, visit.now)
    return See("/association/application", said="said_described")


@DESK.page("/application/charter", posts=MANAGERS)
def charter(visit: Visit) -> Page:
    """The charter, to read and to accept."""
    accepted = association_desk.charter(visit.session, visit.own)
    return Page("association/charter.html", accepted=accepted, version=CHARTER)


@DESK.form("/application/charter", posts=MANAGERS, body=CharterIn, again=charter)
def accept_charter(visit: Visit, given: CharterIn) -> See:  # noqa: ARG001 - ticking it is the act
    """Accept the charter."""
    applying.accept_charter(visit.session, visit.own, visit.actor, visit.now)
    return See("/association/application", said="said_charter")
