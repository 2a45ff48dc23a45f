"""From a template and plain data to a PDF, by Typst, the same bytes on every machine.

Fonts are those of ``templates/documents/fonts`` and those inside Typst's own wheel: the system's
are not looked at, and nothing is fetched. Data reach a template as JSON, so that a name can never
act as markup.
"""

import io
import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache

import typst
from pypdf import PdfWriter

from voucher_service.core.canonical import Json
from voucher_service.resources import shipped

_TEMPLATES = shipped("templates") / "documents"

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2000-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
# Latin, Greek and Cyrillic without their unassigned places, punctuation, currencies.
_UNDRAWN = re.compile(
    r"[^ -\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u04ff"
    r"\u1e00-\u1eff\u2010-\u2040\u20a0-\u20bf\u2212]"
)


def compile_pdf(template: str, data: dict[str, Json], dated: date, *, tagged: bool = True) -> bytes:
    """A document as PDF/A-3b; ``tagged`` adds the PDF/UA-1 tags that a screen reader needs.

    ``dated`` is the document's own day, never today's: it is part of the bytes. Raises
    ``ValueError`` where the template itself is at fault (an unknown font, for example).
    """
    compiler = typst.Compiler(
        _TEMPLATES / f"{template}.typ",
        root=_TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
    )
    facts = drawable(data | {"dated": dated.isoformat()})
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf",
        sys_inputs={"data": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=["a-3b", "ua-1"] if tagged else ["a-3b"],
        pdf_tags=tagged,
        timestamp=datetime.combine(dated, time.min, UTC),
    )
    if warnings or not isinstance(pdf, bytes):
        raise ValueError(f"{template}.typ: {[warning.message for warning in warnings]}")
    return pdf


def drawable(value: Json) -> Json:
    """The same data, where a white square stands for each character that no font of ours draws.

    PDF/A refuses a character without a glyph, and one emoji in a name must not hold up a statement.
    """
    match value:
        case str():
            return _UNDRAWN.sub("□", _UNSEEN.sub(" ", value))
        case list() | tuple():
            return [drawable(item) for item in value]
        case dict():
            return {name: drawable(item) for name, item in value.items()}
        case _:
            return value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[_TEMPLATES / "fonts"])


def join(parts: Iterable[bytes]) -> bytes:
    """One file from several, keeping what makes the first a PDF/A (metadata, colour profile)."""
    parts = iter(parts)
    whole = PdfWriter(clone_from=io.BytesIO(next(parts)))
    for part in parts:
        whole.append(io.BytesIO(part), import_outline=False)
    joined = io.BytesIO()
    whole.write(joined)
    return joined.getvalue()
