"""The first page of the desk."""

from voucher_service.web.desks import Page, Visit
from voucher_service.web.operator.desk import DESK


@DESK.page("")
def home(_visit: Visit) -> Page:
    """Where to begin."""
    return Page("operator/home.html")
