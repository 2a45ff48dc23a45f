"""The first page of the desk."""

from voucher_service.web.association.desk import DESK
from voucher_service.web.desks import Page, Visit


@DESK.page("")
def home(_visit: Visit) -> Page:
    """Where to begin."""
    return Page("association/home.html")
