"""Saying that a statement is wrong: what may be wrong, with which line of it, and until when.

The statement itself is signed and never changes: what is found right is set right by a correction,
which a later statement says. Reads nothing, moves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from voucher_service.core.errors import Invalid

LIMITATION_YEARS = 5
"""How long a claim for money lives: article 2224 of the code civil."""


class Wrong(StrEnum):
    """What an association says is wrong with its statement."""

    USE_MISSING = "use_missing"
    AMOUNT = "amount"
    CORRECTION = "correction"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Line:
    """The line that is meant: a pass, or a correction by its place in the document from one on.

    Nothing: the statement as a whole.
    """

    serial: str | None = None
    number: int | None = None
    correction: int | None = None


def last_day(issued_on: date) -> date:
    """The last day on which a statement may be disputed."""
    year = issued_on.year + LIMITATION_YEARS
    is_leap_day = (issued_on.month, issued_on.day) == (2, 29)
    return date(year, 2, 28) if is_leap_day else issued_on.replace(year=year)


def about(wrong: Wrong, line: Line) -> str:
    """The business key within a statement: a line is disputed once, whatever is said of it."""
    if line.serial is not None:
        return f"pass:{line.serial}-{line.number}"
    return wrong.value if line.correction is None else f"correction:{line.correction}"


def said_line(line: Line, document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a statement says on the line that is meant, if it has that line."""
    if line.correction is not None:
        corrections: list[Mapping[str, Any]] = document["corrections"]
        return corrections[line.correction - 1] if line.correction <= len(corrections) else None
    wanted = (line.serial, line.number)
    return next(
        (each for each in document["lines"] if (each["serial"], each["number"]) == wanted), None
    )


def check_line(wrong: Wrong, line: Line, document: Mapping[str, Any]) -> None:
    """Whether this can be said of that line; raises :class:`Invalid` beside the field."""
    if (line.serial is None) != (line.number is None):
        field = "serial" if line.serial is None else "number"
        raise Invalid("pass_incomplete", "Give the serial and the number of the pass.", field)
    if line.correction is not None and wrong is not Wrong.CORRECTION:
        raise Invalid("not_this_line", "A correction is no line of this kind.", "correction")
    if line.serial is not None and wrong not in {Wrong.USE_MISSING, Wrong.AMOUNT}:
        raise Invalid("not_this_line", "A pass is no line of this kind.", "serial")
    _check_it_is_there(wrong, line, document)


def _check_it_is_there(wrong: Wrong, line: Line, document: Mapping[str, Any]) -> None:
    found = said_line(line, document)
    if wrong is Wrong.CORRECTION and found is None:
        raise Invalid("which_correction", "Say which correction of the statement.", "correction")
    if wrong is Wrong.USE_MISSING and found is not None:
        raise Invalid("on_this_statement", "This pass is on this statement.", "serial")
    if wrong is Wrong.AMOUNT and line.serial is not None and found is None:
        raise Invalid("not_on_statement", "This pass is not on this statement.", "serial")
