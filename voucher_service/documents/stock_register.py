"""The register of stamped values on paper and as a spreadsheet, from what the store added up.

One list of columns heads the screen, the CSV and the PDF. Nothing is computed here but the words.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

from voucher_service.core.canonical import Json
from voucher_service.documents.columns import Column, Row, write_csv
from voucher_service.documents.french import euros, long_date
from voucher_service.documents.typesetting import compile_pdf
from voucher_service.resources import shipped
from voucher_service.store.queries.register_entries import Entry
from voucher_service.store.queries.registers import INTO_STOCK, Register

COLUMNS = (
    Column("campaign", "Dispositif", "Campaign", "text"),
    Column("movement", "Mouvement", "Movement", "text"),
    Column("booklets", "Carnets", "Booklets", "count"),
    Column("passes", "Pass", "Passes", "count"),
    Column("face_value_cents", "Valeur d’un pass (€)", "Value of a pass (€)", "cents"),
    Column("cents", "Montant (€)", "Amount (€)", "cents"),
)
"""The account of each campaign, from the opening stock to the closing stock."""

ENTRY_COLUMNS = (
    Column("day", "Jour", "Day", "text"),
    Column("movement", "Mouvement", "Movement", "text"),
    Column("campaign", "Dispositif", "Campaign", "text"),
    Column("first", "Du numéro", "From serial", "text"),
    Column("last", "Au numéro", "To serial", "text"),
    Column("booklets", "Carnets", "Booklets", "count"),
    Column("passes", "Pass", "Passes", "count"),
    Column("cents", "Montant (€)", "Amount (€)", "cents"),
    Column("remark", "Remarque", "Remark", "text"),
)
"""The journal behind it. A loss that was lifted again counts less than nothing."""

MISSING = re.compile(r"missing from parcel (\d+)")
REPLACES = re.compile(r"for (\d+)")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose register it is, and who issues the passes."""

    name: str
    commune: str
    issuer: str


def rows(register: Register, language: str = "fr") -> Sequence[Row]:
    """The rows that go with :data:`COLUMNS`."""
    said = _words()[language]
    return [
        {
            "campaign": account.name,
            "movement": said[movement],
            "booklets": quantity.booklets,
            "passes": quantity.passes,
            "face_value_cents": account.face_value_cents,
            "cents": account.cents(movement),
        }
        for account in register.accounts
        for movement, quantity in account.quantities.items()
    ]


def entry_rows(entries: Sequence[Entry], language: str = "fr") -> Sequence[Row]:
    """The rows that go with :data:`ENTRY_COLUMNS`."""
    said = _words()[language]
    return [
        {
            "day": entry.day.strftime("%d/%m/%Y"),
            "movement": said[entry.movement],
            "campaign": entry.campaign,
            "first": entry.first,
            "last": entry.last,
            "booklets": entry.booklets,
            "passes": entry.passes,
            "cents": entry.cents,
            "remark": _remark(entry.reason, said),
        }
        for entry in entries
    ]


def _remark(reason: str | None, said: dict[str, str]) -> str | None:
    """Why, as a person wrote it; what the house itself wrote, in words."""
    if reason and (found := MISSING.fullmatch(reason)):
        return said["missing_from_parcel"].format(number=found[1])
    if reason and (found := REPLACES.fullmatch(reason)):
        return said["stands_in_for"].format(serial=found[1])
    return reason


def to_csv(register: Register) -> bytes:
    """The accounts for a spreadsheet in French."""
    return write_csv(COLUMNS, rows(register))


def entries_to_csv(entries: Sequence[Entry]) -> bytes:
    """The journal for a spreadsheet in French."""
    return write_csv(ENTRY_COLUMNS, entry_rows(entries))


def to_pdf(register: Register, entries: Sequence[Entry], holder: Holder, dated: date) -> bytes:
    """The register on A4, with room for two signatures, as tagged PDF/A."""
    facts: dict[str, Json] = {
        "holder": holder.name,
        "commune": holder.commune,
        "issuer": holder.issuer,
        "since": long_date(register.since),
        "until": long_date(register.until),
        "drawn_on": long_date(dated),
        "one_day": register.since == register.until,
        "columns": _titles(COLUMNS),
        "lines": _cells(COLUMNS, rows(register)),
        "lines_an_account": len(INTO_STOCK) + 2,
        "entry_columns": _titles(ENTRY_COLUMNS),
        "entries": _cells(ENTRY_COLUMNS, entry_rows(entries)),
        "closing_booklets": register.closing_booklets,
        "closing": euros(register.closing_cents),
        "uncounted": register.uncounted,
    }
    return compile_pdf("stock_register", facts, dated)


def _titles(columns: Sequence[Column]) -> list[Json]:
    return [{"title": column.title_fr, "kind": column.kind} for column in columns]


def _cells(columns: Sequence[Column], lines: Sequence[Row]) -> list[Json]:
    return [[column.paper(line) for column in columns] for line in lines]


@cache
def _words() -> dict[str, dict[str, str]]:
    path = shipped("templates") / "documents" / "stock_register.toml"
    return cast("dict[str, dict[str, str]]", tomllib.loads(path.read_text("utf-8")))
