"""Rows to core values: what the rules need to see, in the rules' own words.

Takes rows from the object layer and from the hot path, on either engine. Never writes.
"""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from voucher_service.core.campaign import (
    Campaign,
    FixedDate,
    Funding,
    Grace,
    MonthsAfterHandover,
    Validity,
)
from voucher_service.core.money import Share
from voucher_service.core.passes import Holder, Standing
from voucher_service.store import tables


def serial(booklet: int) -> str:
    """The printed serial of a booklet."""
    return f"{booklet:08d}"


def booklet_of_serial(text: str) -> int | None:
    """The booklet a serial names, if it is one."""
    return int(text) if re.fullmatch(r"[0-9]{1,13}", text) else None


def instant(value: datetime | str) -> datetime:
    """An aware moment from either engine."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def day(value: date | str) -> date:
    """A date from either engine."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def validity(until: date | None, months: int | None, latest: date | None) -> Validity:
    """The validity rule behind the three columns that hold it."""
    if until is not None:
        return FixedDate(until)
    if months is None or latest is None:
        raise ValueError("a campaign has a last day, or months and a latest day")
    return MonthsAfterHandover(months, latest)


def campaign(row: tables.Campaign) -> Campaign:
    """A campaign's rules."""
    return Campaign(
        number=row.id,
        name=row.name,
        face_value_cents=row.face_value_cents,
        passes_per_booklet=row.passes_per_booklet,
        funding=Funding(row.funding),
        valid_from=row.valid_from,
        validity=validity(row.valid_until, row.valid_months, row.valid_latest),
        grace=Grace(row.grace),
        undo_window_minutes=row.undo_window_minutes,
        offline_passes_per_day=row.offline_passes_per_day,
        services=frozenset(row.services),
        territory=frozenset(row.territory),
    )


def shares(rows: Sequence[tables.CampaignFunder]) -> tuple[Share, ...]:
    """A campaign's weights."""
    return tuple(Share(row.funder_id, row.weight) for row in rows)


def standing(row: Sequence[Any], number: int) -> Standing:
    """A row of the hot path's question (``store.book.STANDING``), column by column."""
    booklet, rules, site, holder = row[:8], row[8:22], row[22:26], row[26:32]
    return Standing(
        booklet=booklet[0],
        serial=serial(booklet[0]),
        passes=booklet[1],
        number=number,
        campaign=_campaign_from_columns(*rules),
        activated=booklet[2] is not None,
        handed_over=booklet[3] is not None,
        blocked=booklet[4] is not None,
        voided=booklet[5] is not None,
        valid_until=day(booklet[6]),
        point=booklet[7],
        accredited=site[0] == "accredited" and site[3] is None,
        approved=site[1] is not None,
        site_commune=site[2],
        holder=_holder(holder) if holder[0] is not None else None,
    )


def _holder(columns: Sequence[Any]) -> Holder:
    redemption, association, site, scan_id, moment, undo_until = columns
    return Holder(redemption, association, site, scan_id, instant(moment), instant(undo_until))


@lru_cache(maxsize=256)
def _campaign_from_columns(
    number: int,
    name: str,
    face_value_cents: int,
    passes_per_booklet: int,
    funding: str,
    valid_from: date | str,
    until: date | str | None,
    months: int | None,
    latest: date | str | None,
    grace: str,
    services: str,
    territory: str,
    undo_window_minutes: int,
    offline_passes_per_day: int,
) -> Campaign:
    """The same columns are the same rules: read once, whichever of its passes is scanned."""
    return Campaign(
        number=number,
        name=name,
        face_value_cents=face_value_cents,
        passes_per_booklet=passes_per_booklet,
        funding=Funding(funding),
        valid_from=day(valid_from),
        validity=validity(day(until) if until else None, months, day(latest) if latest else None),
        grace=Grace(grace),
        undo_window_minutes=undo_window_minutes,
        offline_passes_per_day=offline_passes_per_day,
        services=frozenset(json.loads(services)),
        territory=frozenset(json.loads(territory)),
    )
