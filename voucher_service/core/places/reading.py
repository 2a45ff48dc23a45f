"""A file of places, read whole: its rows in today's words, and everything that is wrong with them.

Nothing is guessed and nothing stops at the first fault: each says its line, its field, what stands
there and what is expected. Whether a place is known here is another matter, see ``planning``.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from voucher_service.core.places.former import DROPPED, column, renewed
from voucher_service.core.places.schema import BY_NAME, FIELDS, Field

MOST_LINES = 50_000
MOST_COLUMNS = 500
"""Of any kind: the schema has 31, and a file of five million names would be compared for days."""
LONGEST_SHOWN = 80
REQUIRED = tuple(field.name for field in FIELDS if field.required)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: in which line of the file (the first is 1), in which field.

    ``reason`` names a sentence; ``expected`` completes it. A fault of the whole file has line 0.
    """

    line: int
    field: str
    value: str
    reason: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One place as the file says it: cells by today's field, only of columns that the file has."""

    number: int
    row: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. With faults, nothing of it may be taken over."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]
    """Columns that are not the schema's."""


def read(content: bytes, today: date) -> Reading:
    """Read a file: UTF-8, commas (or semicolons) between cells."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].count(b"\n")
        return _nothing(Fault(before + 1, "", "", "not_utf8"))
    try:
        (_, header), *rows = list(_rows(text)) or [(0, [])]
    except (csv.Error, NotText):
        return _nothing(Fault(0, "", "", "not_csv"))
    if len(header) > MOST_COLUMNS:
        return _nothing(Fault(1, "", "", "not_csv"))
    names = [column(name) for name in header]
    if not rows or len(rows) > MOST_LINES:
        reason = "too_many_lines" if rows else "empty_file"
        return _nothing(Fault(0, "", "", reason, str(MOST_LINES) if rows else ""))
    faults = list(_header_faults(names))
    if faults:
        return _nothing(*faults)
    lines = []
    for number, cells in rows:
        if len(cells) == len(names):
            lines.append(Line(number, _row(names, cells)))
            faults += _row_faults(lines[-1], today)
        else:
            faults.append(Fault(number, "", str(len(cells)), "cells", str(len(names))))
    faults += _twice(lines)
    ignored = tuple(name for name in names if name not in BY_NAME and name not in DROPPED)
    return Reading(tuple(lines), tuple(sorted(faults, key=lambda one: one.line)), ignored)


class NotText(ValueError):
    """There is a NUL in it, which no database of ours keeps."""


def _nothing(*faults: Fault) -> Reading:
    return Reading((), faults, ())


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with the number of its first line."""
    if "\x00" in text:
        raise NotText
    first = text.split("\n", maxsplit=1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=delimiter)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _header_faults(names: list[str]) -> Iterator[Fault]:
    for name in REQUIRED:
        if name not in names:
            yield Fault(1, name, "", "column_missing")
    for name in sorted({name for name in names if names.count(name) > 1 and name in BY_NAME}):
        yield Fault(1, name, "", "column_twice")


def _row(names: list[str], cells: list[str]) -> dict[str, str]:
    return renewed({name: cell for name, cell in zip(names, cells, strict=True) if name in BY_NAME})


def _row_faults(line: Line, today: date) -> Iterator[Fault]:
    for name, cell in line.row.items():
        field = BY_NAME[name]
        if field.required and not cell:
            yield Fault(line.number, name, "", "missing")
        for value in field.parts(cell):
            yield from _value_faults(line.number, field, value, today)
    if bool(line.row.get("latitude")) != bool(line.row.get("longitude")):
        missing = "latitude" if line.row.get("longitude") else "longitude"
        yield Fault(line.number, missing, "", "half_position")


def _value_faults(number: int, field: Field, value: str, today: date) -> Iterator[Fault]:
    shown = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
    if field.between is not None:
        low, high = field.between
        given = _number(value)
        if given is None:
            yield Fault(number, field.name, shown, "bad_number")
        elif not low <= given <= high:
            yield Fault(number, field.name, shown, "out_of_range", f"{low} … {high}")
    elif field.is_day:
        on = _day(value)
        if on is None:
            yield Fault(number, field.name, shown, "bad_day")
        elif on > today:
            yield Fault(number, field.name, shown, "future_day", today.isoformat())
    elif not field.takes(value):
        reason = "unknown_value" if field.values else field.reason
        yield Fault(number, field.name, shown, reason, field.expected)


def _number(text: str) -> float | None:
    """A decimal number with a point; nothing for anything else, infinity included."""
    if not text.isascii() or any(sign not in "0123456789.-" for sign in text):
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-27") else None
    except ValueError:
        return None


def _twice(lines: list[Line]) -> Iterator[Fault]:
    """Lines whose id stands in an earlier one."""
    seen: dict[str, int] = {}
    for line in lines:
        key = line.row["id"]
        if not key:
            continue
        if key in seen:
            yield Fault(line.number, "id", key, "id_twice", str(seen[key]))
        seen.setdefault(key, line.number)
