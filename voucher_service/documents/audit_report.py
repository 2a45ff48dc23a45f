"""The auditor's report: facts for a machine, sentences for a person, a page for the file.

Every sentence is in ``templates/documents/audit.toml``. Nothing is looked at or judged here.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.core.canonical import Json
from voucher_service.core.findings import Chapter, Finding, Report
from voucher_service.core.statements import books_document, local
from voucher_service.documents.french import euros
from voucher_service.documents.typesetting import compile_pdf
from voucher_service.resources import shipped

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

PLACE_IN_WORDS = "{field}"
"""A sentence that says the field itself needs no second mention of it."""


@cache
def _sentences() -> dict[str, Any]:
    path = shipped("templates") / "documents" / "audit.toml"
    return tomllib.loads(path.read_text("utf-8"))


def facts(report: Report) -> dict[str, Json]:
    """The report for a machine."""
    return {
        "as_of": local(report.as_of),
        "since": local(report.since) if report.since else None,
        "clean": report.clean,
        "books": books_document(report.books),
        "head_seal": _head(report.head_seal),
        "fee_head_seal": _head(report.fee_head_seal),
        "chapters": [
            {
                "name": chapter.name,
                "looked_at": chapter.looked_at,
                "findings": [asdict(finding) for finding in chapter.findings],
                "remarks": [asdict(remark) for remark in chapter.remarks],
            }
            for chapter in report.chapters
        ],
    }


def _head(seal: tuple[int, str] | None) -> Json:
    return {"number": seal[0], "hash": seal[1]} if seal else None


@dataclass(frozen=True, slots=True)
class Words:
    """A report in one language, paragraph by paragraph."""

    title: str
    heading: tuple[str, ...]
    chapters: tuple[str, ...]
    wrong: tuple[str, ...]
    remarks: tuple[str, ...]
    conclusion: tuple[str, ...]


def in_words(report: Report, issuer: str, language: Language) -> Words:
    """The report as people read it."""
    t = _sentences()[language]
    count = sum(len(chapter.findings) for chapter in report.chapters)
    return Words(
        t["title"],
        tuple(_heading(report, issuer, t)),
        tuple(_chapter(chapter, t) for chapter in report.chapters),
        tuple(_finding(item, t) for chapter in report.chapters for item in chapter.findings),
        tuple(_finding(item, t) for chapter in report.chapters for item in chapter.remarks),
        (*_position(report, t), t["clean"] if report.clean else t["broken"].format(count=count)),
    )


def lines(words: Words, language: Language) -> Iterator[str]:
    """The report for a terminal."""
    t = _sentences()[language]
    yield from (words.title, *words.heading, "", t["looked_at"])
    yield from (f"  {line}" for line in words.chapters)
    for title, found in ((t["wrong"], words.wrong), (t["remarks"], words.remarks)):
        if found:
            yield from ("", title)
            yield from (f"  {place}. {sentence}" for place, sentence in enumerate(found, start=1))
    yield ""
    yield from words.conclusion


def to_pdf(report: Report, issuer: str, language: Language) -> bytes:
    """The report on A4, dated as it is."""
    t, words = _sentences()[language], in_words(report, issuer, language)
    data: dict[str, Json] = {
        "language": language,
        "looked_at": t["looked_at"],
        "wrong_title": t["wrong"],
        "remarks_title": t["remarks"],
        **{name: _listed(value) for name, value in asdict(words).items()},
    }
    return compile_pdf("audit_report", data, paris_day(report.as_of))


def _listed(value: str | Sequence[str]) -> Json:
    return value if isinstance(value, str) else list(value)


def _heading(report: Report, issuer: str, t: dict[str, str]) -> Iterator[str]:
    yield t["of"].format(issuer=issuer)
    yield t["as_of"].format(moment=report.as_of.astimezone(PARIS).strftime("%d/%m/%Y %H:%M"))
    if report.since:
        yield t["since"].format(day=_day(paris_day(report.since)))


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _chapter(chapter: Chapter, t: dict[str, Any]) -> str:
    verdicts = {0: t["no_fault"], 1: t["one_fault"]}
    count = len(chapter.findings)
    verdict = verdicts.get(count, t["faults"].format(count=count))
    return str(
        t["chapter"].format(
            name=t["chapters"][chapter.name], count=chapter.looked_at, verdict=verdict
        )
    )


def _finding(finding: Finding, t: dict[str, Any]) -> str:
    sentence = t["codes"][finding.code]
    said = sentence.format(subject=finding.subject, field=finding.field)
    if finding.expected is None and finding.found is None:
        return f"{said}."
    field = "" if PLACE_IN_WORDS in sentence else finding.field
    expected, found = (
        _value(value, finding.field, t) for value in (finding.expected, finding.found)
    )
    values = t["values"].format(field=field, expected=expected, found=found)
    return f"{said}. {values.removeprefix(': ').removeprefix(' : ')}."


def _value(value: Json, field: str, t: dict[str, str]) -> str:
    match value:
        case None:
            return t["nothing"]
        case bool():
            return t["yes"] if value else t["no"]
        case int() if field.endswith("cents"):
            return euros(value)
        case _:
            return str(value)


def _position(report: Report, t: dict[str, str]) -> Iterator[str]:
    books = report.books
    yield t["position"].format(
        bank=euros(books.bank_reserved),
        owed=euros(books.owed),
        solvent=t["solvent"] if books.solvent else t["not_solvent"],
    )
    if report.head_seal is None:
        yield t["no_seal"]
    else:
        number, digest = report.head_seal
        yield t["seal"].format(number=number, hash=digest)
    if report.fee_head_seal is not None:  # many a house invoices no fees here
        number, digest = report.fee_head_seal
        yield t["fee_seal"].format(number=number, hash=digest)
