"""What screens say: the sentences of their reader, amounts, counts and days in the reader's form.

Sentences stand in ``templates/desk``; those of a reader come before the common ones. Nothing here
decides anything.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Flask

from voucher_service.core.campaign import PARIS
from voucher_service.core.money import format_euros
from voucher_service.documents import french
from voucher_service.http.language import language
from voucher_service.resources import shipped
from voucher_service.web.forms import Wrong

ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@cache
def sentences(reader: str) -> dict[str, dict[str, str]]:
    """Every sentence that a reader may meet, by language and name.

    A desk of many words has more of them in a folder of its name, chapter by chapter.
    """
    found: dict[str, dict[str, str]] = {"fr": {}, "en": {}}
    folder = shipped("templates") / "desk"
    chapters = sorted((folder / reader).glob("*.toml"))
    for path in (folder / "common.toml", folder / f"{reader}.toml", *chapters):
        read = tomllib.loads(path.read_text("utf-8"))
        for tongue, said in found.items():
            said.update(read.get(tongue, {}))
    return found


def said(reader: str, name: str, values: Mapping[str, Any]) -> str:
    """A sentence with what stands in it."""
    return sentences(reader)[language()][name].format(**values)


def reason(reader: str, code: str) -> str:
    """What a refusal of the house means, and what to do; its code where nothing better is known."""
    known = sentences(reader)[language()]
    return known.get(f"reason_{code}") or known["reason_other"].format(code=code)


def complaint(reader: str, wrong: Wrong) -> str:
    """What is wrong with a field: the words of this very field, or those of this kind of fault."""
    known = sentences(reader)[language()]
    names = (
        f"wrong_{wrong.name}_{wrong.kind}",
        f"wrong_{wrong.kind}" if wrong.kind == "missing" else f"wrong_{wrong.name}",
        f"wrong_{wrong.kind}",
        f"reason_{wrong.kind}",
        "wrong_value",
    )
    found = next(known[name] for name in names if name in known)
    return found.format(**wrong.figures)


def money(cents: int) -> str:
    """``1 234,56 €`` or ``€1,234.56``."""
    if language() == "fr":
        return format_euros(cents)
    sign, whole, rest = "-" if cents < 0 else "", *divmod(abs(cents), 100)
    return f"{sign}€{whole:,}.{rest:02d}"


def count(number: int) -> str:
    """``12 345`` or ``12,345``."""
    grouped = f"{number:,}"
    return grouped.replace(",", "\u202f") if language() == "fr" else grouped


def percent(basis_points: int) -> str:
    """``5,5 %`` or ``5.5%``, from hundredths of a percent."""
    in_french = french.percent(basis_points)
    if language() == "fr":
        return in_french
    return in_french.replace(",", ".").replace("\u00a0", "").replace("\u202f", "")


def day(value: date | datetime) -> str:
    """``27 novembre 2026`` or ``27 November 2026``, in Paris."""
    at = value.astimezone(PARIS).date() if isinstance(value, datetime) else value
    if language() == "fr":
        return french.long_date(at)
    return f"{at.day}\u00a0{ENGLISH_MONTHS[at.month - 1]}\u00a0{at.year}"


def hour(at: datetime) -> str:
    """``14 h 05`` or ``14:05``, in Paris."""
    local = at.astimezone(PARIS)
    return french.hour(local) if language() == "fr" else f"{local:%H:%M}"


def moment(at: datetime) -> str:
    """A day and an hour, in Paris."""
    between = " à " if language() == "fr" else ", "
    return f"{day(at)}{between}{hour(at)}"


def month(label: str) -> str:
    """``novembre 2026`` or ``November 2026`` from ``2026-11``; another label stays as it is."""
    in_french = french.month(label)
    if language() == "fr" or in_french == label:
        return in_french
    year, _, number = label.partition("-")
    return f"{ENGLISH_MONTHS[int(number) - 1]}\u00a0{year}"


def month_of(label: str) -> str:
    """A month after a noun: ``d'octobre 2026``, ``de novembre 2026``, ``of November 2026``."""
    named = month(label)
    if language() != "fr":
        return f"of {named}"
    return f"d'{named}" if named[0] in "ao" else f"de {named}"


def register(app: Flask) -> None:
    """Teach the templates of screens how their readers read."""
    app.jinja_env.filters |= {
        "in_money": money,
        "in_count": count,
        "in_percent": percent,
        "in_day": day,
        "in_hour": hour,
        "in_moment": moment,
        "in_month": month,
        "of_month": month_of,
    }
