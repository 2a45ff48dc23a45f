"""Reading a drawn statement against the statement itself: what does the paper say otherwise.

A spreadsheet is compared cell by cell. A page is drawn again; where its bytes differ, for another
typesetter may have drawn it, the words on it are compared. Nothing is kept.
"""

import csv
import io
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.findings import MISSING, Difference, differences
from voucher_service.documents import invoices, signed_documents, statement_files
from voucher_service.documents.columns import SEPARATOR
from voucher_service.documents.invoices import XML
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.store.queries.documents import Document
from voucher_service.store.queries.fees import FeeDocument
from voucher_service.store.queries.statements import Statement

Paper = Statement | Document | FeeDocument


def draw(paper: Paper, media_type: str, base_url: str) -> bytes:
    """A document of any kind as it would be drawn today."""
    if isinstance(paper, FeeDocument):
        return invoices.draw(paper, media_type, base_url)
    if isinstance(paper, Document):
        return signed_documents.draw(paper, media_type, base_url)
    return statement_files.draw(paper, media_type, base_url)


def proofread(
    statement: Paper, media_type: str, content: bytes, base_url: str
) -> Iterator[Difference]:
    """Where a rendering does not say what its statement says; ``base_url`` is today's address."""
    try:
        if media_type == CSV:
            yield from _cells(draw(statement, CSV, base_url), content)
        elif media_type == PDF:
            yield from _words(statement, content, base_url)
        elif media_type == XML:
            yield from _changes(_split(draw(statement, XML, base_url)), _split(content))
    except (Conflict, Invalid, KeyError, TypeError, ValueError):
        return  # a statement that cannot be drawn any more: its own chapter says why


def _cells(expected: bytes, found: bytes) -> Iterator[Difference]:
    if expected == found:
        return
    right, read = _table(expected), _table(found)
    titles = right[0]
    for place in range(max(len(right), len(read))):
        line, said = (rows[place] if place < len(rows) else None for rows in (right, read))
        if line is None or said is None:
            yield Difference(f"line {place}", _joined(line), _joined(said))
            continue
        for column, title in enumerate(titles):
            cell = said[column] if column < len(said) else MISSING
            yield from differences(line[column], cell, f"line {place}, {title}")


def _split(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").split()


def _joined(line: list[str] | None) -> str:
    return MISSING if line is None else ", ".join(line)


def _table(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig", "replace")
    return list(csv.reader(io.StringIO(text), delimiter=SEPARATOR))


def _words(statement: Paper, content: bytes, base_url: str) -> Iterator[Difference]:
    """The words of the page that differ. The address printed on it is that of its own day."""
    if content == draw(statement, PDF, base_url):
        return
    read = _text(content)
    if read is None:
        yield Difference("file", "PDF", MISSING)
        return
    printed = re.search(rf"(\S+)/verify/{re.escape(statement.number)}", read)
    right = draw(statement, PDF, printed[1] if printed else base_url)
    if content != right:
        yield from _changes((_text(right) or "").split(), read.split())


def _text(content: bytes) -> str | None:
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return None  # whatever a damaged file makes the reader stumble over


def _changes(right: list[str], read: list[str]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, right, read, autojunk=False)
    for verb, begin, end, start, stop in matcher.get_opcodes():
        if verb != "equal":
            expected, found = " ".join(right[begin:end]), " ".join(read[start:stop])
            yield Difference("text", expected or MISSING, found or MISSING)
