"""How French paper writes amounts, dates and lists. It only writes; it never computes."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from voucher_service.core.money import format_euros

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

_PLURAL_FROM_CENTS = 200
"""In French, 1,99 is still singular."""


def euros(cents: int) -> str:
    """``1 234,56 €``, with spaces that every typeface of ours has and no line breaks at."""
    return format_euros(cents).replace("\u202f", "\u00a0").replace("-", "−")


def face_value(cents: int) -> str:
    """``10 €``, or ``7,50 €`` where there are cents."""
    return euros(cents).replace(",00", "")


def in_euros(cents: int) -> str:
    """``10 euros``, ``7,50 euros``, ``1 euro``: for readers who are better off without symbols."""
    return face_value(cents).replace("€", "euro" if cents < _PLURAL_FROM_CENTS else "euros")


def long_date(day: date) -> str:
    """``31 décembre 2027``, ``1er janvier 2027``: the month in letters, as people say it."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{MONTHS[day.month - 1]}\u00a0{day.year}"


def month(label: str) -> str:
    """``novembre 2026`` from ``2026-11``; another label of a period stays as it is."""
    year, _, number = label.partition("-")
    if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= len(MONTHS)):
        return label
    return f"{MONTHS[int(number) - 1]}\u00a0{year}"


def moment(iso: str) -> str:
    """``03/11/2026 10:12`` from an RFC 3339 moment, which our documents hold in Paris time."""
    return datetime.fromisoformat(iso).strftime("%d/%m/%Y %H:%M")


def hour(at: datetime) -> str:
    """``9 h``, ``14 h 05``: as people say it, on the clock that ``at`` is given in."""
    return f"{at.hour}\u00a0h" + (f"\u00a0{at.minute:02d}" if at.minute else "")


def percent(basis_points: int) -> str:
    """``1,5 %`` from basis points."""
    whole, rest = divmod(basis_points, 100)
    decimals = f"{rest:02d}".rstrip("0")
    return f"{whole},{decimals}\u00a0%" if decimals else f"{whole}\u00a0%"


def listing(names: Sequence[str]) -> str:
    """``a, b et c``."""
    *first, last = names
    return f"{', '.join(first)} et {last}" if first else last


def phone(number: str) -> str:
    """A number of mainland France as people say it: ``02 40 00 00 00``."""
    if re.fullmatch(r"\+33[1-9]\d{8}", number):
        national = f"0{number[3:]}"
        return " ".join(national[place : place + 2] for place in range(0, len(national), 2))
    return number
