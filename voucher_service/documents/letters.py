"""What a person takes home besides the booklet: the letter, and the slip of the hand-over.

Neither names the person: nobody here knows who it is. Sentences are short, and stand in the
templates.
"""

from collections.abc import Sequence
from datetime import date

from voucher_service.core.canonical import Json
from voucher_service.documents.booklet_sheets import NearbySite, SheetTexts
from voucher_service.documents.french import in_euros, listing, long_date
from voucher_service.documents.typesetting import compile_pdf

SITES_IN_LETTER = 5
SITES_ON_SLIP = 3

_SERVICES_NAMED = 2
"""A site may offer nine services: the first ones say enough, and leave room for other sites."""


def render_letter(texts: SheetTexts, serial: str, passes: int) -> bytes:
    """The letter that goes with a booklet: one page at 14 points, with the five nearest sites.

    Where names are long, the last sites give way, so that it stays one page.
    """
    facts = _facts(texts, serial, passes, SITES_IN_LETTER)
    return compile_pdf("letter", facts, texts.dated)


def render_handover_slip(
    texts: SheetTexts, serial: str, passes: int, valid_until: date | None
) -> bytes:
    """The A5 slip given at a hand-over, with the three nearest sites.

    ``valid_until`` is the last day of this very booklet, known from the hand-over on.
    """
    facts = _facts(texts, serial, passes, SITES_ON_SLIP)
    if valid_until:
        facts["last_day"] = long_date(valid_until)
    return compile_pdf("handover_slip", facts, texts.dated)


def _facts(texts: SheetTexts, serial: str, passes: int, sites: int) -> dict[str, Json]:
    return {
        "serial": serial,
        "passes": passes,
        "value": in_euros(texts.face_value_cents),
        "last_day": long_date(texts.last_day) if texts.last_day else None,
        "validity": texts.validity_sentence,
        "campaign": texts.campaign_name,
        "funders": listing(texts.funders),
        "help": texts.help_number,
        "host": texts.page_host,
        "known_on": long_date(texts.dated),
        "sites": [_site(site) for site in _reachable_first(texts.nearest_sites)[:sites]],
    }


def _reachable_first(sites: Sequence[NearbySite]) -> list[NearbySite]:
    """Near sites first, but one without telephone or hours after those that have both."""
    return sorted(sites, key=lambda site: not (site.phone and site.hours))


def _site(site: NearbySite) -> Json:
    return {
        "name": site.name,
        "address": f"{site.address}, {site.commune}",
        "phone": site.phone,
        "hours": site.hours,
        "services": " · ".join(site.services[:_SERVICES_NAMED]),
        "distance": _distance(site.distance_km),
    }


def _distance(km: float | None) -> str | None:
    if km is None:
        return None
    return "à moins de 1 km" if km < 1 else f"à {km:.0f}\u00a0km"
