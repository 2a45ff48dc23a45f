"""Opening hours as people say them, from OpenStreetMap's way of writing them. Looks nothing up."""

import re
from collections.abc import Mapping

DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
TIME = r"\d{1,2}:\d{2}"
HOURS = rf"{TIME}-{TIME}"
RULE = re.compile(
    rf"(?P<days>{DAY}(?:[-,] ?{DAY})*) (?P<hours>{HOURS}(?:, ?{HOURS})*|off)", re.ASCII
)


def in_words(text: str, t: Mapping[str, str]) -> str:
    """Opening hours in words when they are of the common kind, else as they are.

    ``t`` gives the words of a language: ``day_Mo``, ``hours_to`` and so on.
    """
    rules = [RULE.fullmatch(part.strip()) for part in text.rstrip("; ").split(";")]
    if None in rules:
        return text
    names = {day: t[f"day_{day}"] for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")}
    return " · ".join(_rule(rule, names, t) for rule in rules if rule)


def _rule(rule: re.Match[str], names: Mapping[str, str], t: Mapping[str, str]) -> str:
    days = re.sub(DAY, lambda day: names[day[0]], rule["days"])
    days = re.sub(r", ?", ", ", days).replace("-", f" {t['hours_to']} ")
    if rule["hours"] == "off":
        return f"{days} {t['hours_closed']}"
    hours = re.sub(TIME, lambda time: _time(time[0], t), rule["hours"])
    spans = [span.strip().replace("-", f" {t['hours_to']} ") for span in hours.split(",")]
    return f"{days} " + f" {t['hours_and']} ".join(spans)


def _time(text: str, t: Mapping[str, str]) -> str:
    hour, _, minute = text.partition(":")
    said = t["hours_sharp"] if minute == "00" else t["hours_past"]
    return said.format(hour=int(hour), minute=minute)
