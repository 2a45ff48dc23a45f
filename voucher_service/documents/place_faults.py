"""What is wrong in a file of places, in sentences. Judges nothing."""

import tomllib
from functools import cache
from typing import cast

from voucher_service.core.places import Fault
from voucher_service.resources import shipped


@cache
def _words() -> dict[str, dict[str, str]]:
    path = shipped("templates") / "places" / "faults.toml"
    return cast("dict[str, dict[str, str]]", tomllib.loads(path.read_text("utf-8")))


def where(fault: Fault, language: str) -> str:
    """``Ligne 12``, or the whole file."""
    words = _words()[language]
    return words["line"].format(line=fault.line) if fault.line else words["whole_file"]


def what(fault: Fault, language: str) -> str:
    """What is wrong, and what is expected."""
    said = _words()[language][fault.reason]
    # One pass: a value may itself look like something to be filled in.
    return said.format(value=fault.value, expected=fault.expected)
