"""The reader's language: French first, English for browsers and phones that ask for it."""

from flask import request

LANGUAGES = ("fr", "en")


def language() -> str:
    """The language to answer this request in."""
    return request.accept_languages.best_match(LANGUAGES, "fr")
