"""Tables of facts for spreadsheets and paper, from one list of columns.

The same columns head a screen, a CSV and a PDF, so that the three can never disagree. Amounts stay
whole cents until they are written.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from voucher_service.core.canonical import Json
from voucher_service.documents.french import euros, moment

Kind = Literal["text", "moment", "count", "cents", "flag"]
"""What a column holds: ``moment`` is RFC 3339 text, ``count`` and ``cents`` are integers."""

Row = Mapping[str, Json]

_STARTS_A_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
"""What spreadsheets take for the beginning of a formula, full-width signs included."""

_GUARD = "'"

SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of each row. ``key`` is its name in the statement's JSON."""

    key: str
    title_fr: str
    title_en: str
    kind: Kind

    def cell(self, row: Row) -> str:
        """The fact as a spreadsheet in French reads it: ``1234,56``, ``2026-11-03 10:12:00``."""
        value = row[self.key]
        match self.kind:
            case "cents":
                return decimal(cast("int", value))
            case "moment":
                return str(datetime.fromisoformat(cast("str", value)).replace(tzinfo=None))
            case "flag":
                return "oui" if value else "non"
            case "count":
                return str(value)
            case "text":
                return guarded("" if value is None else str(value))

    def paper(self, row: Row) -> str:
        """The fact as people read it: ``1 234,56 €``, ``03/11/2026 10:12``; blank if false."""
        value = row[self.key]
        match self.kind:
            case "cents":
                return euros(cast("int", value))
            case "moment":
                return moment(cast("str", value))
            case "flag":
                return "oui" if value else ""
            case "count" | "text":
                return "" if value is None else str(value)


def write_csv(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """RFC 4180, every cell quoted, UTF-8 with its mark and semicolons: Excel in French opens it."""
    return b"".join(csv_pieces(columns, [rows]))


def csv_pieces(columns: Sequence[Column], pages: Iterable[Iterable[Row]]) -> Iterator[bytes]:
    """The same file in pieces, one for each page of rows: nobody holds the whole of it."""
    yield codecs.BOM_UTF8 + _csv([[column.title_fr for column in columns]])
    for rows in pages:
        yield _csv([column.cell(row) for column in columns] for row in rows)


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows(lines)
    return text.getvalue().encode()


def decimal(cents: int) -> str:
    """``1234,56`` from cents, with a sign where negative; whole numbers all the way."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole},{rest:02d}"


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula.

    A text that begins with an apostrophe gets one too: so dropping the first always gives it back.
    """
    return _GUARD + text if text.startswith((*_STARTS_A_FORMULA, _GUARD)) else text
