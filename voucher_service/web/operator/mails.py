"""Mails that wait for a person: addresses that were refused, messages for which nobody is known."""

from voucher_service.actions.mailing import try_again
from voucher_service.store.queries.mails import standing
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import ADMIN, DESK, EVERYBODY, SUPPORT


@DESK.page("/mails", posts=EVERYBODY)
def mails(visit: Visit) -> Page:
    """How mails stand, and which are stuck."""
    return Page(
        "operator/mails.html",
        mails=standing(visit.session),
        may=visit.post in SUPPORT | ADMIN,
    )


@DESK.form("/mails", posts=SUPPORT | ADMIN, again=mails)
def send_again(visit: Visit) -> See:
    """Try once more what is stuck."""
    count = try_again(visit.session, visit.now)
    return See("/operator/mails", said="mails_again", count=count)
