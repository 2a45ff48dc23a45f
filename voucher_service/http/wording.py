"""Sentences beside reason codes, in the reader's language. They all stand in ``templates``."""

import tomllib
from functools import cache
from typing import cast

from voucher_service.http.language import language
from voucher_service.resources import shipped

HINDRANCES = "operator/hindrances.toml"
BANK_REASONS = "merchants/bank_reasons.toml"
VERDICTS = "merchants/verdicts.toml"
OTHER = "other"

Sentences = dict[str, dict[str, dict[str, str]]]


@cache
def sentences(file: str) -> Sentences:
    """Title and next step by code and language."""
    path = shipped("templates") / file
    return cast("Sentences", tomllib.loads(path.read_text("utf-8")))


def words(file: str, code: str, said: str | None = None) -> tuple[str, str]:
    """The title and the next step of a code, or of any other one when it is not listed.

    ``said``: a language that the reader chose; else the one that the request asks for.
    """
    known = sentences(file)
    found = (known[code] if code in known else known[OTHER])[said or language()]
    return found["title"], found["next_step"]
