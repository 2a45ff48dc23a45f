"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import POSTS, House
from voucher_service.web.desks import Desk, Nav

NAV: Nav = [
    ("/operator", "nav_home", POSTS[House.OPERATOR]),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("operator", prefix="/operator", posts=POSTS[House.OPERATOR], nav=NAV)
