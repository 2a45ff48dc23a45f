"""What an audit found: each fault with the document or transfer, the field, and both values.

Plain values and one comparison. How a fault reads in words is in ``templates``; whether something
is a fault is said by whoever looks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from voucher_service.core.books import Books
from voucher_service.core.canonical import Json


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that does not hold what it should. ``field`` is a path: ``lines[2].cents``."""

    field: str
    expected: Json
    found: Json


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, by its code, and where: a document, a transfer, a seal, a series."""

    code: str
    subject: str
    field: str = ""
    expected: Json = None
    found: Json = None


@dataclass(slots=True)
class Chapter:
    """One kind of evidence: how much of it was looked at, what is wrong, what is only worth saying.

    A remark is no fault: a name that was changed since, a paper that was never drawn.
    """

    name: str
    looked_at: int = 0
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    def wrong(self, code: str, subject: str, differences: Sequence[Difference] = ()) -> None:
        """Note a fault; one for each field when it is known which."""
        if not differences:
            self.findings.append(Finding(code, subject))
        self.findings += [
            Finding(code, subject, item.field, item.expected, item.found) for item in differences
        ]


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit looked at and found. ``since`` is when its look at documents began."""

    as_of: datetime
    since: datetime | None
    books: Books
    head_seal: tuple[int, str] | None
    """The last link of the chain over the scheme's ledger."""
    fee_head_seal: tuple[int, str] | None
    """The same over the operator's own fees."""
    chapters: tuple[Chapter, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong. Remarks are no faults."""
        return not any(chapter.findings for chapter in self.chapters)


MISSING = "—"
"""What stands for a field or a line that is not there."""


def differences(expected: Json, found: Json, path: str = "") -> Iterator[Difference]:
    """Every field of ``expected`` that ``found`` holds otherwise. More fields in it say nothing.

    Lists are compared line by line; a line that one side lacks is a difference of its own.
    """
    match expected, found:
        case dict(), dict():
            facts = cast("Mapping[str, Json]", found)
            for name, value in cast("Mapping[str, Json]", expected).items():
                inside = f"{path}.{name}" if path else name
                yield from differences(value, facts.get(name, MISSING), inside)
        case list(), list():
            yield from _lines(cast("Sequence[Json]", expected), cast("Sequence[Json]", found), path)
        case _:
            # True is not 1 and "1" is not 1: a document says one of them.
            if type(expected) is not type(found) or expected != found:
                yield Difference(path, expected, found)


def _lines(expected: Sequence[Json], found: Sequence[Json], path: str) -> Iterator[Difference]:
    for place in range(max(len(expected), len(found))):
        inside = f"{path}[{place + 1}]"
        if place >= len(found):
            yield Difference(inside, _short(expected[place]), MISSING)
        elif place >= len(expected):
            yield Difference(inside, MISSING, _short(found[place]))
        else:
            yield from differences(expected[place], found[place], inside)


def _short(line: Json) -> Json:
    """A whole line in a few words, for a report."""
    if not isinstance(line, dict):
        return line
    return ", ".join(f"{name} {value}" for name, value in line.items() if _is_plain(value))


def _is_plain(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)
