"""The accounting file of a stretch of days, from the ledger: the file, its name, and its note.

The file must add up to the ledger to the cent, or there is none. Nothing is kept here.
"""

import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Conflict, Invalid, Mismatch
from voucher_service.documents.columns import decimal
from voucher_service.documents.fec import (
    COLUMNS,
    ENCODING,
    TAB,
    Chart,
    Fec,
    Totals,
    file_name,
    read_chart,
)
from voucher_service.documents.french import long_date
from voucher_service.resources import shipped
from voucher_service.store.queries import accounting
from voucher_service.store.queries.accounting import RESERVED, Books
from voucher_service.store.queries.fee_accounting import FEES
from voucher_service.store.session import Session

SIREN_DIGITS = 9

BOOKS: dict[str, Books] = {books.name: books for books in (RESERVED, FEES)}
"""The scheme's books and the operator's own, by name: an accounting file is of one of them."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """The days that a file covers, both included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time.min, PARIS)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, PARIS)


def exercise(first: date, last: date, today: date) -> Exercise:
    """The days from one to another that are over: what is still written today is not fixed.

    Raises :class:`Invalid` for days the wrong way round, :class:`Conflict` for days to come.
    """
    if last < first:
        raise Invalid("bad_days", "The last day comes before the first.", "to")
    if first >= today:
        raise Conflict("not_over", "None of these days is over: ask again tomorrow.")
    return Exercise(first, min(last, today - timedelta(days=1)))


def siren_of(siret: str) -> str:
    """The number that names the files of a house; raises :class:`Invalid` without one."""
    siren = siret[:SIREN_DIGITS]
    if len(siren) != SIREN_DIGITS or not siren.isdigit():
        raise Invalid("no_siren", "Name the issuer's SIRET in VOUCHER_ISSUER_SIRET first.")
    return siren


def chart_of(file: Path | None) -> Chart:
    """The accountant's chart, or the one that ships; raises ``ValueError`` for what is none."""
    return read_chart(file or shipped("templates") / "accounting" / "pcg.toml")


@dataclass
class FecFile:
    """One file: its name is known at once, its totals once it was read to its end."""

    siret: str
    exercise: Exercise
    chart: Chart
    separator: str = TAB
    books: Books = RESERVED
    totals: Totals = field(default_factory=Totals)

    @property
    def name(self) -> str:
        """As the administration wants it; raises :class:`Invalid` without a SIRET."""
        name = file_name(siren_of(self.siret), self.exercise.last)
        # The two books close on the same day, and one file must not take the other's place.
        return name if self.books is RESERVED else name.replace(".txt", f"_{self.books.name}.txt")

    @property
    def note_name(self) -> str:
        """What the note beside it is called."""
        return self.name.replace(".txt", "_notice.txt")

    def lines(self, session: Session) -> Iterator[bytes]:
        """The file from the ledger; raises :class:`Mismatch` unless it adds up to it."""
        begins, ends = self.exercise.begins, self.exercise.ends
        made = Fec(self.chart, accounting.names(session), self.separator)
        opening = self.books.balances_before(session, begins)
        with closing(self.books.movements(session, begins, ends)) as movements:
            yield from made.write(opening, self.exercise.first, movements)
        written = self.books.written_cents(session, begins, ends)
        if made.totals.moved != written:
            raise Mismatch(
                "fec_differs",
                f"The file moves {made.totals.moved} cents, the ledger {written}: see audit.",
            )
        self.totals = made.totals

    def note(self, issuer: str) -> str:
        """The note that must go with the file, once it was read."""
        path = shipped("templates") / "accounting" / "notice.toml"
        words = tomllib.loads(path.read_text("utf-8"))
        columns = "\n".join(f"{name} : {words['columns'][name]}" for name in COLUMNS)
        return (
            str(words["note"])
            .lstrip()
            .format(
                file=self.name,
                issuer=issuer,
                books=words["books"][self.books.name],
                first=long_date(self.exercise.first),
                last=long_date(self.exercise.last),
                encoding=ENCODING.upper(),
                separator=words["tab" if self.separator == TAB else "pipe"],
                entries=self.totals.entries,
                lines=self.totals.lines,
                debit=decimal(self.totals.debit),
                credit=decimal(self.totals.credit),
                columns=columns,
            )
        )
