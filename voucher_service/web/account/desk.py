"""One's own account: everybody's who is signed in, or wants to be."""

from voucher_service.web.desks import Desk, Who

DESK = Desk("account", who=Who.PERSON)
