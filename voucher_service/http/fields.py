"""The kinds of values that bodies, queries and answers are made of, each with its limits.

Limits keep what databases and calendars cannot hold out of the house. No rule lives here.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

ID = r"[1-9][0-9]{0,17}"
"""How an id is written in paths and bodies: digits that fit a database's key."""

WORD = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}"
"""How a label or a document's number is written."""

MOST_CENTS = 10**14
"""A thousand billion euros: larger is a slip, and still far below what a database holds."""

FIRST_YEAR, LAST_YEAR = 2000, 2199

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")


def _id(value: object, info: ValidationInfo) -> object:
    """Digits from outside, a number from inside."""
    if isinstance(value, str) and re.fullmatch(ID, value):
        return int(value)
    if isinstance(value, int) and info.mode == "python":
        return value
    raise ValueError("an id is a text of digits")


def _written_as(pattern: re.Pattern[str], meant: str) -> BeforeValidator:
    """Refuse what only looks like a moment to a lenient reader, such as a bare number.

    The reader behind it must be lenient: after a check of ours, a strict one takes no text.
    """

    def check(value: object) -> object:
        written = isinstance(value, str) and pattern.fullmatch(value)
        if not isinstance(value, date) and not written:
            raise ValueError(meant)
        return value

    return BeforeValidator(check)


def _sensible(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


Id = Annotated[
    int,
    BeforeValidator(_id),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{ID}$"}),
]
Day = Annotated[
    date,
    Field(strict=False),
    _written_as(_DAY, "write a day as YYYY-MM-DD"),
    AfterValidator(_sensible),
]
Moment = Annotated[
    AwareDatetime,
    Field(strict=False),
    _written_as(_MOMENT, "write a moment as RFC 3339 with its offset"),
    AfterValidator(_sensible),
]
Cents = Annotated[int, Field(ge=1, le=MOST_CENTS)]
#: Something to read, without control characters: PostgreSQL refuses NUL, and no name needs them.
Text = Annotated[
    str,
    StringConstraints(
        max_length=500, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
    ),
]
#: Nothing that a mail's header takes for the end of an address, or for nothing at all.
_IN_MAIL = (
    r"[^@,;:<>()\[\]\x22\\\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]+"
)
Email = Annotated[str, StringConstraints(max_length=254, pattern=f"^{_IN_MAIL}@{_IN_MAIL}$")]
Word = Annotated[str, StringConstraints(pattern=f"^{WORD}$")]
Serial = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,13}$")]
Insee = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
Postcode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
