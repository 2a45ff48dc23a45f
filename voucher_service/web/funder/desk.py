"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import FUNDERS, Post
from voucher_service.web.desks import Desk, Nav

APPROVERS = frozenset({Post.FUNDER_APPROVER})
"""Who may order, approve, contest and choose for a funder; the others read."""

NAV: Nav = [
    ("/funder", "nav_home", FUNDERS),
    ("/funder/orders", "nav_orders", FUNDERS),
    ("/funder/statements", "nav_statements", FUNDERS),
    ("/funder/invoices", "nav_invoices", FUNDERS),
    ("/funder/contests", "nav_contests", FUNDERS),
    ("/funder/downloads", "nav_downloads", FUNDERS),
    ("/funder/people", "nav_people", APPROVERS),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("funder", prefix="/funder", posts=FUNDERS, nav=NAV)
