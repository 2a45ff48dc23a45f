"""Asking to take passes, without an account: who one is. The rest is done behind a mail's link."""

from typing import Annotated, Literal

from pydantic import Field

from voucher_service.actions import applying
from voucher_service.core.application import Criterion
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Text
from voucher_service.http.limits import address, limit
from voucher_service.web.association.desk import DESK
from voucher_service.web.desks import Page, See, Visit, Who

TRIES, HOUR = 10, 3600
"""Applications from one address in an hour: each sends a mail."""


class ApplicationIn(Body):
    """Who asks."""

    name: Text
    siret: Text | None = None
    rna: Text | None = None
    legal_form: Text | None = None
    representative: Annotated[str, Field(max_length=200)]
    contact_email: Email
    allowed: Literal["true"]
    """Whoever fills this in may act for the association."""


@DESK.page("/apply", who=Who.ANYBODY)
def apply_page(_visit: Visit) -> Page:
    """What is asked for, and who one is."""
    return Page("association/apply.html", criteria=list(Criterion))


def _count(visit: Visit) -> None:
    limit(visit.services, "apply", address(), TRIES, HOUR)


@DESK.form("/apply", who=Who.ANYBODY, body=ApplicationIn, again=apply_page, before=_count)
def apply(visit: Visit, given: ApplicationIn) -> See:
    """Open a file, and mail its contact the way to it."""
    said = applying.Identity(**given.model_dump(exclude={"allowed"}))
    applying.begin(visit.session, said, visit.language, visit.now)
    return See("/association/apply/sent")


@DESK.page("/apply/sent", who=Who.ANYBODY)
def applied(_visit: Visit) -> Page:
    """What happens now."""
    return Page("association/applied.html")
