"""The desk: its declaration and its navigation. Screens are declared in the modules beside it."""

from voucher_service.core.posts import ASSOCIATIONS
from voucher_service.web.association.reading import MANAGERS
from voucher_service.web.desks import Desk, Nav

NAV: Nav = [
    ("/association", "nav_home", ASSOCIATIONS),
    ("/association/money", "nav_money", MANAGERS),
    ("/association/statements", "nav_statements", MANAGERS),
    ("/association/uses", "nav_uses", ASSOCIATIONS),
    ("/association/refusals", "nav_refusals", ASSOCIATIONS),
    ("/association/cases", "nav_cases", MANAGERS),
    ("/association/sites", "nav_sites", MANAGERS),
    ("/association/phones", "nav_phones", ASSOCIATIONS),
    ("/association/people", "nav_people", MANAGERS),
    ("/association/bank", "nav_bank", MANAGERS),
    ("/association/application", "nav_application", MANAGERS),
]
"""Address, name of the words, and which posts see it."""

DESK = Desk("association", prefix="/association", posts=ASSOCIATIONS, nav=NAV)
