"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import CLERKS, Post
from voucher_service.web.desks import Desk, Nav

NAV: Nav = [
    ("/point", "nav_home", CLERKS),
    ("/point/people", "nav_people", frozenset({Post.POINT_MANAGER})),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("point", prefix="/point", posts=CLERKS, nav=NAV)
