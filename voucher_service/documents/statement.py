"""A statement as a spreadsheet and as a page, from its canonical JSON and nothing else.

The JSON is what was hashed and signed; these are renderings of it, kept as bytes once made. No
figure is computed here: a sum that is not in the statement is not shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from voucher_service.core.canonical import Json
from voucher_service.documents.columns import Column, Row, write_csv
from voucher_service.documents.french import euros, long_date, moment, month, percent
from voucher_service.documents.qr_codes import link_code
from voucher_service.documents.typesetting import compile_pdf

COLUMNS = (
    Column("service_at", "Date du service", "Service at", "moment"),
    Column("recorded_at", "Enregistré le", "Recorded at", "moment"),
    Column("campaign", "Dispositif", "Campaign", "text"),
    Column("site", "N° du lieu", "Site no.", "text"),
    Column("site_name", "Lieu", "Site", "text"),
    Column("serial", "Carnet", "Booklet", "text"),
    Column("number", "Pass", "Pass", "count"),
    Column("service", "Service", "Service", "text"),
    Column("offline", "Hors ligne", "Offline", "flag"),
    Column("cents", "Montant (€)", "Amount (€)", "cents"),
)
"""An association's lines: one for each use of a pass."""

FUNDER_COLUMNS = (
    Column("id", "N°", "No.", "text"),
    Column("name", "Structure", "Association", "text"),
    Column("siret", "SIRET", "SIRET", "text"),
    Column("rna", "RNA", "RNA", "text"),
    Column("redemptions", "Pass utilisés", "Passes used", "count"),
    Column("cents", "Montant (€)", "Amount (€)", "cents"),
    Column("cancelled_cents", "Annulé (€)", "Cancelled (€)", "cents"),
    Column("share_cents", "Votre part (€)", "Your share (€)", "cents"),
)
"""A funder's lines: one for each association."""

Statement = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Proof:
    """What lets anyone check a statement: the hash of its JSON, its signature, key and page."""

    sha256: str
    signature_b64: str
    kid: str
    verify_url: str


def columns_of(statement: Statement) -> tuple[Column, ...]:
    """The columns of this kind of statement, for a screen, a CSV or a page."""
    return COLUMNS if statement["kind"] == "association" else FUNDER_COLUMNS


def lines_of(statement: Statement) -> Sequence[Row]:
    """The rows that go with :func:`columns_of`."""
    name = "lines" if statement["kind"] == "association" else "by_association"
    return cast("Sequence[Row]", statement[name])


def to_csv(statement: Statement) -> bytes:
    """The lines of a statement for a spreadsheet in French."""
    return write_csv(columns_of(statement), lines_of(statement))


def to_pdf(statement: Statement, proof: Proof) -> bytes:
    """The statement on A4, as PDF/A-3b with PDF/UA-1 tags, dated as the statement is."""
    columns, lines = columns_of(statement), lines_of(statement)
    path, modules = link_code(proof.verify_url)
    on_paper = cast("Statement", readable({**statement, "lines": []}))
    facts: Statement = {
        "statement": on_paper,
        "columns": [{"title": column.title_fr, "kind": column.kind} for column in columns],
        "lines": [[column.paper(line) for column in columns] for line in lines],
        "proof": {
            "sha256": proof.sha256,
            "signature": proof.signature_b64,
            "kid": proof.kid,
            "url": proof.verify_url,
            "path": path,
            "modules": modules,
        },
    }
    issued_on = date.fromisoformat(cast("str", statement["issued_on"]))
    return compile_pdf(f"{statement['kind']}_statement", facts, issued_on)


def readable(value: Json, name: str = "") -> Json:
    """The same document with its amounts, rates and dates written for people in French.

    An amount keeps its sign beside it, as ``due_cents_sign``, for a page that must say who owes.
    """
    match value:
        case dict():
            return {key: readable(item, key) for key, item in value.items()} | {
                f"{key}_sign": (item > 0) - (item < 0)
                for key, item in value.items()
                if isinstance(item, int) and key.endswith("cents")
            }
        case list():
            return [readable(item) for item in value]
        case _:
            write = next((write for end, write in _WRITTEN.items() if name.endswith(end)), None)
            return write(value) if write else value


def _day(iso: str) -> str:
    return long_date(date.fromisoformat(iso))


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "cents": euros,
    "_bp": percent,
    "_on": _day,
    "_until": _day,
    "cutoff": moment,
    "_at": moment,
    "last_day": _day,
    "label": month,
}
"""How a field is written, by the end of its name."""
