"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import ASSOCIATIONS
from voucher_service.web.desks import Desk, Nav

NAV: Nav = [
    ("/association", "nav_home", ASSOCIATIONS),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("association", prefix="/association", posts=ASSOCIATIONS, nav=NAV)
