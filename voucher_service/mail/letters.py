"""The words of a mail: a template for each topic, French and English side by side.

A template is plain text: the subject, an empty line, the text. Every mail ends alike: whom to call,
and who writes. Nothing is sent here.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from voucher_service.config import Settings
from voucher_service.core.campaign import PARIS
from voucher_service.core.money import format_euros
from voucher_service.documents import french
from voucher_service.mail.links import link_in
from voucher_service.resources import shipped

LANGUAGES = ("fr", "en")
MARK = re.compile(r"^== (\w\w) ==\n", re.MULTILINE)
"""Before the words of each language in a template."""

ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody reads."""

    subject: str
    text: str


def write(topic: str, language: str, facts: Mapping[str, Any], settings: Settings) -> Letter:
    """A message in words. ``facts``: its payload, and the names that belong to it."""
    house = {
        "desk": f"{settings.base_url}/desk",
        "base_url": settings.base_url,
        "help_number": settings.help_number,
        "issuer": settings.issuer_name,
    }
    why = _bank_words(facts["reason"], language) if "reason" in facts else {}
    if "link_number" in facts:
        house["link"] = link_in(topic, facts["link_number"], settings)
    body = _template(topic, language).render(**_on_one_line(facts), **house, **why)
    subject, _, text = body.strip().partition("\n")
    end = _template("every_mail", language).render(**house)
    return Letter(subject, f"{text.strip()}\n\n{end.strip()}\n")


def _on_one_line(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Names from outside may hold anything: none may begin a header, or a paragraph of ours."""
    return {
        name: " ".join(fact.split()) if isinstance(fact, str) else fact
        for name, fact in facts.items()
    }


@cache
def _environment(language: str) -> Environment:
    environment = Environment(  # noqa: S701 - plain text: there is nothing to escape
        loader=FileSystemLoader(shipped("templates") / "mail"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"euros": format_euros, "day": day_of(language)}
    return environment


@cache
def _template(topic: str, language: str) -> Any:  # noqa: ANN401 - a template of jinja2
    environment = _environment(language)
    source = (shipped("templates") / "mail" / f"{topic}.txt").read_text("utf-8")
    return environment.from_string(parts(source)[language])


@cache
def _bank_reasons() -> dict[str, dict[str, dict[str, str]]]:
    path = shipped("templates") / "merchants" / "bank_reasons.toml"
    return cast("dict[str, dict[str, dict[str, str]]]", tomllib.loads(path.read_text("utf-8")))


def _bank_words(code: str, language: str) -> dict[str, str]:
    """What a bank's reason means, and what to do."""
    known = _bank_reasons()
    said = known.get(code, known["other"])[language]
    return {"reason_words": said["title"], "reason_step": said["next_step"]}


def parts(source: str) -> dict[str, str]:
    """The words of a template by language."""
    _, *pieces = MARK.split(source)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def day_of(language: str) -> Any:  # noqa: ANN401 - a function
    """How a language says a day, given as ``2026-11-27`` or as a moment."""

    def day(text: str) -> str:
        on = date.fromisoformat(text) if len(text) == len("2026-11-27") else _in_paris(text)
        if language == "fr":
            return french.long_date(on)
        return f"{on.day} {ENGLISH_MONTHS[on.month - 1]} {on.year}"

    return day


def _in_paris(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(PARIS).date()
