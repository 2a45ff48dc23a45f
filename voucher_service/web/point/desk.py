"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import CLERKS
from voucher_service.web.desks import Desk, Nav

NAV: Nav = [
    ("/point", "nav_home", CLERKS),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("point", prefix="/point", posts=CLERKS, nav=NAV)
