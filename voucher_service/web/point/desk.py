"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import CLERKS, Post
from voucher_service.web.desks import Desk, Nav

MANAGERS = frozenset({Post.POINT_MANAGER})

NAV: Nav = [
    ("/point", "nav_home", CLERKS),
    ("/point/hand-over", "nav_hand_over", CLERKS),
    ("/point/stock", "nav_stock", CLERKS),
    ("/point/parcels", "nav_parcels", CLERKS),
    ("/point/booklets", "nav_booklets", CLERKS),
    ("/point/day", "nav_day", CLERKS),
    ("/point/register", "nav_register", CLERKS),
    ("/point/people", "nav_people", MANAGERS),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("point", prefix="/point", posts=CLERKS, nav=NAV)
