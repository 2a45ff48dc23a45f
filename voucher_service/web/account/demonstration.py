"""The links of the demonstration: each signs in once, as somebody who works at a desk.

Never in production: there these addresses do not exist, whatever a database holds.
"""

from voucher_service.actions import accounts
from voucher_service.actions.sittings import Proofs
from voucher_service.config import Mode
from voucher_service.core.errors import NotFound
from voucher_service.web.account import tries
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.seats import sit_down
from voucher_service.web.desks import Page, See, Visit, Who


def _number(visit: Visit, link: str) -> int:
    number = visit.services.accounts_key.number_in(accounts.SIGN_IN, link)
    if visit.services.settings.mode is Mode.PRODUCTION or number is None:
        raise NotFound("not_found", "There is no such link.")
    return number


@DESK.page("/account/links/sign-in/<word:link>", who=Who.ANYBODY)
def demonstration(visit: Visit, link: str) -> Page:
    """Enter the demonstration."""
    number = _number(visit, link)
    if not accounts.link_is_open(visit.session, number, accounts.SIGN_IN, visit.now):
        return Page("account/link_over.html", what="sign_in")
    return Page("account/demonstration.html", link=link)


@DESK.form(
    "/account/links/sign-in/<word:link>",
    again=demonstration,
    who=Who.ANYBODY,
    before=tries.of_links,
)
def enter_demonstration(visit: Visit, link: str) -> See:
    """Sit down at the desk, as if a second factor had been shown."""
    owner = accounts.use_link(visit.session, _number(visit, link), accounts.SIGN_IN, visit.now)
    sit_down(visit, owner.id, Proofs(complete=True, second_factor=True))
    return See("/desk")
