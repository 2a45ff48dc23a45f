"""Opening hours as people fill them in, day by day, and as the national schema writes them.

The schema uses OpenStreetMap's syntax (``Mo-Fr 09:00-12:00,14:00-17:00``). A week of at most two
spans a day is written and read here; whatever else the syntax can say is left as it stands.
"""

import re
from collections.abc import Sequence
from datetime import time
from itertools import groupby

from voucher_service.core.errors import Invalid

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

Span = tuple[time, time]
"""From when until when."""

Week = Sequence[Sequence[Span]]
"""The spans of each day from Monday on; an empty day is closed."""

SPANS = 2
"""Morning and afternoon: as many as a form asks for."""

_RULE = re.compile(
    r"(?P<days>[A-Z][a-z](?:[-,] ?[A-Z][a-z])*) (?P<spans>\d{1,2}:\d{2}-\d{1,2}:\d{2}"
    r"(?:, ?\d{1,2}:\d{2}-\d{1,2}:\d{2})*)",
    re.ASCII,
)


def check(week: Week) -> None:
    """Refuse a day that ends before it begins; raises :class:`Invalid` with the day's field."""
    for day, spans in zip(DAYS, week, strict=True):
        moments = [moment for span in spans for moment in span]
        if moments != sorted(set(moments)):
            raise Invalid("bad_hours", "Each hour comes after the one before it.", f"hours_{day}")


def write(week: Week) -> str:
    """A week in the schema's syntax: days with the same hours together, closed ones left out."""
    check(week)
    parts = []
    for spans, group in groupby(range(len(DAYS)), key=lambda day: tuple(week[day])):
        days = list(group)
        if spans:
            first, last = DAYS[days[0]], DAYS[days[-1]]
            named = first if first == last else f"{first}-{last}"
            parts.append(f"{named} {','.join(map(_span, spans))}")
    return "; ".join(parts)


def _span(span: Span) -> str:
    return "-".join(f"{moment:%H:%M}" for moment in span)


def read(text: str) -> list[list[Span]] | None:
    """The week that a text says; nothing when a form of two spans a day cannot say the same."""
    week: list[list[Span]] = [[] for _ in DAYS]
    for part in filter(None, (each.strip() for each in text.split(";"))):
        rule = _RULE.fullmatch(part)
        days = _days(rule["days"]) if rule else None
        spans = _spans(rule["spans"]) if rule else None
        if not days or spans is None or len(spans) > SPANS or any(week[day] for day in days):
            return None
        for day in days:
            week[day] = spans
    try:
        check(week)
    except Invalid:
        return None
    return week


def _days(text: str) -> list[int] | None:
    """``Mo,We-Fr`` as numbers of days."""
    found: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return None
        begins, ends = DAYS.index(first), DAYS.index(last or first)
        if begins > ends:
            return None
        found.extend(range(begins, ends + 1))
    return found


def _spans(text: str) -> list[Span] | None:
    try:
        return [_read_span(part.strip()) for part in text.split(",")]
    except ValueError:
        return None  # 24:00, 25:61…


def _read_span(text: str) -> Span:
    begins, ends = map(_moment, text.split("-"))
    return begins, ends


def _moment(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    return time(hour, minute)
