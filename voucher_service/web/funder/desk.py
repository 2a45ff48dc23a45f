"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import FUNDERS, Post
from voucher_service.web.desks import Desk, Nav

NAV: Nav = [
    ("/funder", "nav_home", FUNDERS),
    ("/funder/people", "nav_people", frozenset({Post.FUNDER_APPROVER})),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("funder", prefix="/funder", posts=FUNDERS, nav=NAV)
