"""The reader's language: French first, English for browsers and phones that ask for it."""

import tomllib
from functools import cache

from flask import g, request

from voucher_service.resources import shipped

LANGUAGES = ("fr", "en")


def language() -> str:
    """The language to answer this request in: that of the account, once we know who asks."""
    if "language" in g:
        return str(g.language)
    return request.accept_languages.best_match(LANGUAGES, "fr")


@cache
def service_names(said: str) -> dict[str, str]:
    """The national services as readers of a language know them; French keeps their own names."""
    path = shipped("templates") / "services.toml"
    names: dict[str, str] = tomllib.loads(path.read_text("utf-8")).get(said, {})
    return names
