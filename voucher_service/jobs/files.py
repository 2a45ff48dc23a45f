"""Signed passes written to a file: sheets to print, or one line a pass for a printer's machine.

A file appears whole or not at all, and only its owner can read it: whoever holds it holds the
passes. This is the one place where the private key, the booklets and the paper meet.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, Literal

from voucher_service.actions.printing import PrintedPass, print_passes
from voucher_service.core.errors import Conflict
from voucher_service.core.pass_text import segments, to_url
from voucher_service.core.signing import SigningKey
from voucher_service.documents.booklet_sheets import (
    BookletSheet,
    PassSlip,
    Progress,
    SheetTexts,
    render_booklets,
)
from voucher_service.documents.letters import SITES_IN_LETTER, render_letter
from voucher_service.documents.typesetting import join
from voucher_service.documents.wording import texts_for
from voucher_service.jobs.tools import Tools
from voucher_service.store.queries import paper
from voucher_service.store.session import Session

Form = Literal["pdf", "ndjson"]


def write_passes(
    session: Session,
    tools: Tools,
    key: SigningKey,
    booklets: range,
    form: Form,
    target: Path,
    dated: date,
    progress: Progress,
) -> None:
    """Sign some booklets of one order and write them; told (booklets done, total) on the way."""
    signed = print_passes(session, booklets, key, tools.typed_codes)
    base_url = tools.settings.base_url
    with whole_file(target) as file:
        if form == "ndjson":
            for booklet in _counted(signed, booklets, progress):
                file.write(b"".join(_line(printed, base_url) for printed in booklet))
        else:
            sheets = [_sheet(booklet, base_url) for booklet in signed]
            if not sheets:
                raise Conflict("voided", "Every one of these booklets is void: nothing to print.")
            texts = _texts(session, tools, booklets.start, dated, 0)
            file.write(render_booklets(sheets, texts, progress=progress))


def write_letters(
    session: Session,
    tools: Tools,
    booklets: range,
    target: Path,
    dated: date,
    progress: Progress,
) -> None:
    """The letters that go with some booklets, a page each, with the places nearest to each."""
    pages = []
    for done, booklet in enumerate(booklets, start=1):
        facts = paper.facts(session, booklet, SITES_IN_LETTER)
        settings = tools.settings
        texts = texts_for(facts, settings.help_number, settings.base_url, dated)
        pages.append(render_letter(texts, facts.serial, facts.passes))
        progress(done, len(booklets))
    with whole_file(target) as file:
        file.write(join(pages))


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A file that takes its name, and the place of an older one, once it is complete and safe."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _counted(
    booklets: Iterator[list[PrintedPass]], wanted: range, progress: Progress
) -> Iterator[list[PrintedPass]]:
    for done, booklet in enumerate(booklets, start=1):
        yield booklet
        progress(done, len(wanted))


def _line(printed: PrintedPass, base_url: str) -> bytes:
    facts = {
        "serial": printed.serial,
        "number": printed.number,
        "code": to_url(base_url, printed.token),
        "typed": printed.typed,
    }
    return json.dumps(facts).encode() + b"\n"


def _sheet(booklet: list[PrintedPass], base_url: str) -> BookletSheet:
    return BookletSheet(
        booklet[0].serial,
        tuple(
            PassSlip(printed.number, segments(base_url, printed.token), printed.typed)
            for printed in booklet
        ),
    )


def _texts(session: Session, tools: Tools, booklet: int, dated: date, sites: int) -> SheetTexts:
    """What the papers of a booklet say."""
    settings = tools.settings
    facts = paper.facts(session, booklet, sites)
    return texts_for(facts, settings.help_number, settings.base_url, dated)
