"""The reader's language: French first, English when the browser asks for it."""

import tomllib
from functools import cache
from typing import Any, cast

from flask import g, request

from voucher_service.core.money import format_euros
from voucher_service.http.services import services
from voucher_service.resources import shipped

LANGUAGES = ("fr", "en")


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every public sentence by language and name."""
    path = shipped("templates") / "public" / "words.toml"
    return cast("dict[str, dict[str, str]]", tomllib.loads(path.read_text("utf-8")))


def words() -> dict[str, Any]:
    """What every public page needs: its language, its sentences, whom to call."""
    language = request.accept_languages.best_match(LANGUAGES, "fr")
    settings = services().settings
    return {
        "language": language,
        "t": sentences()[language],
        "help_number": settings.help_number,
        "issuer": settings.issuer_name,
        "request_id": g.get("request_id", ""),
    }


def euros(cents: int) -> str:
    """Cents as a reader sees them."""
    return format_euros(cents)
