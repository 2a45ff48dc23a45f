"""From the facts of a booklet to what its papers say. Words only: nothing is drawn here."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import cast
from urllib.parse import urlsplit

from voucher_service.core.campaign import (
    FixedDate,
    MonthsAfterHandover,
    Validity,
    latest_day,
)
from voucher_service.core.coverage import distance_m
from voucher_service.documents.booklet_sheets import NearbySite, SheetTexts
from voucher_service.documents.french import long_date, phone
from voucher_service.documents.hours import in_words
from voucher_service.resources import shipped
from voucher_service.store.queries.paper import PaperFacts


def texts_for(facts: PaperFacts, help_number: str, base_url: str, dated: date) -> SheetTexts:
    """What a booklet's sheets, letter and slip say."""
    validity = facts.campaign.validity
    return SheetTexts(
        campaign_name=facts.campaign.name,
        face_value_cents=facts.campaign.face_value_cents,
        last_day=latest_day(validity) if isinstance(validity, FixedDate) else None,
        validity_sentence=_sentence(validity),
        funders=facts.funders,
        help_number=help_number,
        page_host=urlsplit(base_url).netloc,
        nearest_sites=tuple(_nearby(facts)),
        dated=dated,
    )


def _sentence(validity: Validity) -> str:
    match validity:
        case FixedDate(until):
            return f"jusqu’au {long_date(until)}"
        case MonthsAfterHandover(months, latest):
            return f"pendant {months} mois après la remise, au plus tard le {long_date(latest)}"


def _nearby(facts: PaperFacts) -> Sequence[NearbySite]:
    measured = ((site, distance_m(facts.point, site)) for site in facts.sites if facts.point)
    return [
        NearbySite(
            site.name,
            site.adresse,
            site.commune,
            phone(site.telephone) if site.telephone else None,
            in_words(site.horaires, _french()) if site.horaires else None,
            tuple(site.services),
            None if metres is None else metres / 1000,
        )
        for site, metres in measured
    ]


@cache
def _french() -> dict[str, str]:
    """The words of the public pages, which letters share."""
    path = shipped("templates") / "public" / "words.toml"
    return cast("dict[str, str]", tomllib.loads(path.read_text("utf-8"))["fr"])
