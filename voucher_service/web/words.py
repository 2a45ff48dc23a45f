"""What readers read: sentences in their language; amounts, numbers and hours in easy forms."""

import tomllib
from datetime import datetime
from functools import cache
from typing import Any, cast

from flask import Flask, g

from voucher_service.core.campaign import PARIS
from voucher_service.core.money import format_euros
from voucher_service.documents import french, hours
from voucher_service.http.language import language, service_names
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


def moment(at: datetime) -> str:
    """``27/11/2026 10:12``, in Paris."""
    return at.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


def opening_hours(text: str) -> str:
    """Opening hours in the reader's language."""
    return hours.in_words(text, sentences()[language()])


def service(name: str) -> str:
    """A national service in the reader's language."""
    return service_names(language()).get(name, name)


@cache
def _place_values() -> dict[str, dict[str, str]]:
    path = shipped("templates") / "places" / "values.toml"
    return cast("dict[str, dict[str, str]]", tomllib.loads(path.read_text("utf-8")))


def place_value(name: str) -> str:
    """A value of the national schema in the reader's language."""
    return _place_values().get(language(), {}).get(name, name)


def register(app: Flask) -> None:
    """Teach the templates how readers read amounts, numbers, moments, hours and services."""
    app.jinja_env.filters |= {
        "euros": format_euros,
        "phone": french.phone,
        "moment": moment,
        "opening_hours": opening_hours,
        "place_value": place_value,
        "service": service,
    }
