"""The page that shows a site's team how to join with their phones. Its code lives a day."""

from datetime import datetime

from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.documents.french import hour, long_date
from voucher_service.documents.qr_codes import link_code
from voucher_service.documents.typesetting import compile_pdf


def render_pairing_sheet(
    site: str, link: str, until: datetime, help_number: str, dated: datetime
) -> bytes:
    """One page: the code, five steps, and what to type where no camera reads it.

    ``link`` is ``ADDRESS#CODE``: both halves are printed too.
    """
    address, _, pairing_code = link.partition("#")
    path, modules = link_code(link)
    end = until.astimezone(PARIS)
    return compile_pdf(
        "pairing_sheet",
        {
            "site": site,
            "path": path,
            "modules": modules,
            "address": address.removeprefix("https://").removeprefix("http://").rstrip("/"),
            "pairing_code": pairing_code,
            "until": f"{long_date(end.date())} à {hour(end)}",
            "help": help_number,
        },
        paris_day(dated),
    )
