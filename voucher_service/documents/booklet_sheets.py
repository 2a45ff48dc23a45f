"""Sheets of passes to print and cut: a cover and up to five passes on each A4 page.

The codes come ready signed; this module only draws them. A spoiled sheet is never drawn again
under its serial: that rule belongs to whoever calls.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from voucher_service.core.canonical import Json
from voucher_service.documents.french import face_value, listing, long_date
from voucher_service.documents.qr_codes import CodeBatch, Segments, link_code
from voucher_service.documents.typesetting import compile_pdf, join

PASSES_A_PAGE = 5
"""Beside the cover, on a grid of two by three panels."""

MODULE_MM = 0.6
"""The side of a module where the symbol is small enough; never below ``SMALLEST_MODULE_MM``."""

SMALLEST_MODULE_MM = 0.5

_CODE_MM = 37
"""The room that a panel has for a code and its quiet zone."""

_CHUNK = 10

Progress = Callable[[int, int], None]
"""Booklets typeset at once. Typst keeps about 1.6 MB a page for its last ten documents."""


@dataclass(frozen=True, slots=True)
class PassSlip:
    """One pass: its number in the booklet, its code in two segments, its typed code."""

    number: int
    segments: Segments
    typed: str


@dataclass(frozen=True, slots=True)
class BookletSheet:
    """One booklet, or the passes of it that are printed (a replacement may hold fewer)."""

    serial: str
    passes: tuple[PassSlip, ...]


@dataclass(frozen=True, slots=True)
class NearbySite:
    """A place where passes are spent, as a letter names it."""

    name: str
    address: str
    commune: str
    phone: str | None
    hours: str | None
    services: tuple[str, ...]
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class SheetTexts:
    """What all booklets of a print run say.

    ``last_day`` is the same for all passes, or None where validity counts from the hand-over;
    ``validity_sentence`` then goes on after « À utiliser » and « Utilisez-les » (« pendant 6 mois
    après la remise, au plus tard le… »). ``dated`` is the day that the documents bear, and the day
    when the sites were as they say.
    """

    campaign_name: str
    face_value_cents: int
    last_day: date | None
    validity_sentence: str
    funders: tuple[str, ...]
    help_number: str
    page_host: str
    nearest_sites: tuple[NearbySite, ...]
    dated: date


def render_booklets(
    sheets: Iterable[BookletSheet],
    texts: SheetTexts,
    first: int = 1,
    total: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> bytes:
    """The sheets of some booklets as one PDF/A-3b.

    ``first`` and ``total`` say which part of a print run this is: its first booklet is number
    ``first`` of ``total``. ``progress`` is told (booklets drawn, booklets in this part). Up to ten
    booklets the file also carries PDF/UA-1 tags; a longer one is for the press, joined from
    untagged parts, so that memory does not grow with the run. Raises ``ValueError`` if there is no
    booklet, or if the address is too long for a readable code.
    """
    booklets = tuple(sheets)
    if not booklets:
        raise ValueError("There is no booklet to print.")
    codes = CodeBatch(
        booklets[0].passes[0].segments, sum(len(booklet.passes) for booklet in booklets)
    )
    last = total or first + len(booklets) - 1
    tagged = len(booklets) <= _CHUNK
    common = _common(texts, codes) | {"title": _title(booklets)}

    def drawn() -> Iterator[bytes]:
        for start, chunk in _chunks(booklets):
            pages = [
                page
                for rank, booklet in enumerate(chunk, start=first + start)
                for page in _pages(booklet, codes, f"{rank} sur {last}")
            ]
            pdf = compile_pdf("booklets", common | {"sheets": pages}, texts.dated, tagged=tagged)
            progress(start + len(chunk), len(booklets))
            yield pdf

    parts = drawn()
    return next(parts) if tagged else join(parts)


def module_mm(codes: CodeBatch) -> float:
    """The side of a module on paper; raises ``ValueError`` where it would be hard to read."""
    module = min(MODULE_MM, _CODE_MM / codes.modules)
    if module < SMALLEST_MODULE_MM:
        raise ValueError(f"The address is too long: modules of {module:.2f} mm are hard to read.")
    return module


def control_sum(passes: Sequence[PassSlip]) -> str:
    """Eight characters that a sheet and the list of its codes must share: ``3F2A-91BC``.

    The start of the SHA-256 of the sheet's digits, each followed by a line feed.
    """
    digits = "".join(f"{slip.segments[1]}\n" for slip in passes)
    start = hashlib.sha256(digits.encode()).hexdigest()[:8].upper()
    return f"{start[:4]}-{start[4:]}"


def _chunks(booklets: Sequence[BookletSheet]) -> Iterator[tuple[int, Sequence[BookletSheet]]]:
    for start in range(0, len(booklets), _CHUNK):
        yield start, booklets[start : start + _CHUNK]


def _title(booklets: Sequence[BookletSheet]) -> str:
    first, last = booklets[0].serial, booklets[-1].serial
    return f"Carnet {first}" if first == last else f"Carnets {first} à {last}"


def _common(texts: SheetTexts, codes: CodeBatch) -> dict[str, Json]:
    return {
        "campaign": texts.campaign_name,
        "value": face_value(texts.face_value_cents),
        "last_day": long_date(texts.last_day) if texts.last_day else None,
        "validity": texts.validity_sentence,
        "funders": listing(texts.funders),
        "help": texts.help_number,
        "host": texts.page_host,
        "modules": codes.modules,
        "code_um": round(codes.modules * module_mm(codes) * 1000),
    }


def _pages(booklet: BookletSheet, codes: CodeBatch, rank: str) -> Iterator[Json]:
    pages = -(-len(booklet.passes) // PASSES_A_PAGE)
    cover, cover_modules = link_code(booklet.serial)
    for page in range(pages):
        passes = booklet.passes[page * PASSES_A_PAGE : (page + 1) * PASSES_A_PAGE]
        yield {
            "serial": booklet.serial,
            "passes_in_booklet": len(booklet.passes),
            "rank": rank,
            "page": page + 1,
            "pages": pages,
            "control": control_sum(passes),
            "cover_path": cover,
            "cover_modules": cover_modules,
            "passes": [
                {
                    "number": slip.number,
                    "typed": slip.typed,
                    "path": codes.path(slip.segments),
                }
                for slip in passes
            ],
        }
