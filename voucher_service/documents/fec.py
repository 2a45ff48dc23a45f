"""The books as the tax administration's accounting file (FEC): 18 columns, entries without a gap.

An entry is one day, kind and counterparty, with the document's number in PieceRef; the single pass
stays in our ledger (sub-ledgers may be summed up: BOI-CF-IOR-60-40-20 §60). Entries follow the day
of writing, so that a number once given never changes. Which account is which is the accountant's
choice: a TOML file. Form: article A47 A-1 of the Livre des procédures fiscales.
"""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from voucher_service.core.errors import Conflict, Mismatch
from voucher_service.documents.columns import decimal
from voucher_service.store.queries.accounting import Movement

COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)

ENCODING = "iso-8859-15"
TAB, PIPE = "\t", "|"
LINE_END = "\r\n"

OPENING = "AN"
"""The journal of balances brought forward: the first entry of a year."""

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart. ``third``: the letter before a third party's own number."""

    number: str
    label: str
    third: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """From the ledger's names to the accountant's."""

    accounts: Mapping[str, Account]
    journals: Mapping[str, str]
    kinds: Mapping[str, tuple[str, str]]
    """Each kind of movement: its journal's code, and what its entries are called."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry, in cents: a debit or a credit."""

    account: Account
    third_number: str
    third_name: str
    piece: str
    piece_date: date
    label: str
    debit: int
    credit: int


@dataclass
class Totals:
    """What a file adds up to, in cents. ``moved`` leaves balances brought forward out."""

    entries: int = 0
    lines: int = 0
    debit: int = 0
    credit: int = 0
    moved: int = 0


def read_chart(path: Path) -> Chart:
    """The chart in a TOML file; raises ``ValueError`` for what is not one."""
    try:
        read = tomllib.loads(path.read_text("utf-8"))
        kinds = {name: (kind["journal"], kind["label"]) for name, kind in read["kinds"].items()}
        accounts = {name: Account(**account) for name, account in read["accounts"].items()}
        journals = dict(read["journals"])
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a chart of accounts: {error}") from error
    unknown = {journal for journal, _ in kinds.values()} | {OPENING}
    if not unknown <= journals.keys():
        raise ValueError(f"{path} names no journal {', '.join(sorted(unknown - journals.keys()))}.")
    return Chart(accounts, journals, kinds)


def file_name(siren: str, closing: date) -> str:
    """``SIRENFECYYYYMMDD.txt``, by the last day that it covers."""
    return f"{siren}FEC{closing:%Y%m%d}.txt"


class Fec:
    """One file in the making. ``names``: what funders, associations and campaigns are called."""

    def __init__(
        self, chart: Chart, names: Mapping[str, Mapping[int, str]], separator: str = TAB
    ) -> None:
        self.totals = Totals()
        self._chart, self._names, self._separator = chart, names, separator
        self._numbers: dict[str, int] = defaultdict(int)

    def write(
        self, opening: Sequence[tuple[str, int]], first_day: date, movements: Iterable[Movement]
    ) -> Iterator[bytes]:
        """The file line by line: heading, balances brought forward, then day after day.

        Raises :class:`Conflict` for an account or a kind that the chart does not name.
        """
        yield self._row(COLUMNS)
        forward = self._opening(opening, first_day)
        if forward:
            yield from self._entry(OPENING, first_day, forward)
        for day, of_day in groupby(movements, key=lambda movement: movement.written_on):
            entries: dict[tuple[str, str, str], list[Movement]] = defaultdict(list)
            for movement in of_day:
                journal, _ = self._kind(movement.kind)
                entries[journal, movement.kind, _counterparty(movement)].append(movement)
            for (journal, _, _), parts in sorted(entries.items()):
                lines = [line for movement in parts for line in self._lines(movement)]
                self.totals.moved += sum(movement.cents for movement in parts)
                yield from self._entry(journal, day, lines)

    def _opening(self, balances: Sequence[tuple[str, int]], first_day: date) -> list[Line]:
        piece, label = f"AN-{first_day.year}", self._chart.journals[OPENING]
        return [
            self._line(name, piece, first_day, label, max(-cents, 0), max(cents, 0))
            for name, cents in balances
            if cents
        ]

    def _lines(self, movement: Movement) -> Iterator[Line]:
        _, label = self._kind(movement.kind)
        counted = f" ({movement.transfers})" if movement.transfers > 1 else ""
        campaign = self._names["campaign"].get(movement.campaign, str(movement.campaign))
        words = f"{label}{counted}, {campaign}" if movement.campaign else f"{label}{counted}"
        piece = movement.piece or f"PASS-{movement.written_on:%Y%m%d}"
        for account, debit, credit in (
            (movement.debit, movement.cents, 0),
            (movement.credit, 0, movement.cents),
        ):
            yield self._line(account, piece, movement.value_date, words, debit, credit)

    def _line(
        self, name: str, piece: str, piece_date: date, label: str, debit: int, credit: int
    ) -> Line:
        account, third = self._account(name)
        number = f"{account.third}{third:06d}" if account.third and third else ""
        of = name.split(":")[-2] if third else ""
        called = self._names.get(of, {}).get(third, number) if number else ""
        return Line(account, number, called, piece, piece_date, label, debit, credit)

    def _account(self, name: str) -> tuple[Account, int]:
        """The chart's account for a ledger's, and the number of whose it is."""
        known = self._chart.accounts.get(name)
        if known:
            return known, 0
        general, _, number = name.rpartition(":")
        known = self._chart.accounts.get(general)
        if known is None or not number.isdigit():
            raise Conflict("unmapped_account", f"The chart of accounts does not name {name}.")
        return known, int(number)

    def _kind(self, kind: str) -> tuple[str, str]:
        known = self._chart.kinds.get(kind)
        if known is None:
            raise Conflict("unmapped_kind", f"The chart of accounts gives no journal to {kind}.")
        return known

    def _entry(self, journal: str, day: date, lines: Sequence[Line]) -> Iterator[bytes]:
        self._numbers[journal] += 1
        number = f"{journal}{self._numbers[journal]:06d}"
        debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
        if debit != credit:
            raise Mismatch("entry_differs", f"Entry {number} debits {debit} and credits {credit}.")
        self.totals.entries += 1
        self.totals.lines += len(lines)
        self.totals.debit += debit
        self.totals.credit += credit
        for line in lines:
            yield self._row(
                (
                    journal,
                    self._chart.journals[journal],
                    number,
                    _day(day),
                    line.account.number,
                    line.account.label,
                    line.third_number,
                    line.third_name,
                    line.piece,
                    _day(line.piece_date),
                    line.label,
                    decimal(line.debit),
                    decimal(line.credit),
                    "",
                    "",
                    _day(day),
                    "",
                    "",
                )
            )

    def _row(self, cells: Iterable[str]) -> bytes:
        text = self._separator.join(written(cell) for cell in cells)
        return (text + LINE_END).encode(ENCODING)


def _counterparty(movement: Movement) -> str:
    """Whose account a movement touches: a funder's or an association's before the house's own."""
    for account in (movement.debit, movement.credit):
        if ":funder:" in account or ":association:" in account:
            return account.partition(":")[2]
    return ""


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def written(text: str) -> str:
    """A cell in the file's alphabet, on one line, without either separator."""
    plain = text.translate(_PLAIN).replace(TAB, " ").replace(PIPE, " ")
    plain = " ".join(plain.split())
    return "".join(_sign(sign) for sign in unicodedata.normalize("NFC", plain))


def _sign(sign: str) -> str:
    """A sign of ISO 8859-15, or its letter without accents, or a question mark."""
    for candidate in (sign, unicodedata.normalize("NFKD", sign)[:1]):
        try:
            candidate.encode(ENCODING)
        except UnicodeEncodeError:
            continue
        return candidate if candidate.isprintable() else "?"
    return "?"
