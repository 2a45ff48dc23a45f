"""What readers read: sentences in their language; amounts, numbers and hours in easy forms."""

import re
import tomllib
from datetime import datetime
from functools import cache
from typing import Any, cast

from flask import Flask, g

from voucher_service.core.campaign import PARIS
from voucher_service.core.money import format_euros
from voucher_service.http.language import language
from voucher_service.http.services import services
from voucher_service.resources import shipped


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every public sentence by language and name."""
    path = shipped("templates") / "public" / "words.toml"
    return cast("dict[str, dict[str, str]]", tomllib.loads(path.read_text("utf-8")))


def words() -> dict[str, Any]:
    """What every public page needs: its language, its sentences, whom to call."""
    settings = services().settings
    return {
        "language": language(),
        "t": sentences()[language()],
        "help_number": settings.help_number,
        "issuer": settings.issuer_name,
        "request_id": g.get("request_id", ""),
    }


def phone(number: str) -> str:
    """A number of mainland France as people say it: ``02 40 00 00 00``."""
    if re.fullmatch(r"\+33[1-9]\d{8}", number):
        national = f"0{number[3:]}"
        return " ".join(national[place : place + 2] for place in range(0, len(national), 2))
    return number


def moment(at: datetime) -> str:
    """``27/11/2026 10:12``, in Paris."""
    return at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
TIME = r"\d{1,2}:\d{2}"
HOURS = rf"{TIME}-{TIME}"
RULE = re.compile(
    rf"(?P<days>{DAY}(?:[-,] ?{DAY})*) (?P<hours>{HOURS}(?:, ?{HOURS})*|off)", re.ASCII
)


def opening_hours(text: str) -> str:
    """OpenStreetMap's opening hours in words when they are of the common kind, else as is."""
    rules = [RULE.fullmatch(part.strip()) for part in text.rstrip("; ").split(";")]
    if None in rules:
        return text
    t = sentences()[language()]
    names = {day: t[f"day_{day}"] for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")}
    return " · ".join(_in_words(rule, names, t) for rule in rules if rule)


def _in_words(rule: re.Match[str], names: dict[str, str], t: dict[str, str]) -> str:
    days = re.sub(DAY, lambda day: names[day[0]], rule["days"])
    days = re.sub(r", ?", ", ", days).replace("-", f" {t['hours_to']} ")
    if rule["hours"] == "off":
        return f"{days} {t['hours_closed']}"
    hours = re.sub(TIME, lambda time: _time(time[0], t), rule["hours"])
    spans = [span.strip().replace("-", f" {t['hours_to']} ") for span in hours.split(",")]
    return f"{days} " + f" {t['hours_and']} ".join(spans)


def _time(text: str, t: dict[str, str]) -> str:
    hour, _, minute = text.partition(":")
    said = t["hours_sharp"] if minute == "00" else t["hours_past"]
    return said.format(hour=int(hour), minute=minute)


def register(app: Flask) -> None:
    """Teach the templates how readers read amounts, numbers, moments and hours."""
    app.jinja_env.filters |= {
        "euros": format_euros,
        "phone": phone,
        "moment": moment,
        "opening_hours": opening_hours,
    }
