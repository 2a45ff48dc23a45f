"""Turning booklets into codes. Needs the private signing key; the web process never has it.

A code is computed, never stored: the same pass always gives the same code. Nothing here changes
anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from voucher_service.core.campaign import end_of_day, latest_day
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.signing import SigningKey
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.store import load, printing, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class PrintedPass:
    """One pass as it goes on paper: its token (bytes) and its typed code."""

    serial: str
    number: int
    token: bytes
    typed: str


def booklet_range(
    session: Session, order: int, first_serial: str | None, count: int | None
) -> range:
    """The booklets of an order to print, all by default; raises unless they are issued.

    A replacement is printed by naming its serial.
    """
    row = find(session, tables.Order, order, "order")
    if row.first_booklet is None:
        raise Conflict("not_issued", "Issue the order before printing it.")
    first = row.first_booklet if first_serial is None else load.booklet_of_serial(first_serial)
    start = first or 0
    wanted = range(start, start + (count or row.first_booklet + row.booklets - start))
    if not wanted or printing.belonging(session, order, wanted) != len(wanted):
        raise Invalid(
            "bad_range",
            f"Not all of these are booklets of this order, whose serials begin at"
            f" {load.serial(row.first_booklet)}.",
            "first_serial",
        )
    return wanted


def print_passes(
    session: Session, booklets: range, key: SigningKey, codes: TypedCodes
) -> Iterator[list[PrintedPass]]:
    """Sign the passes of some booklets, booklet by booklet. Booklets voided since are left out."""
    for booklet in printing.booklets(session, booklets):
        yield _printed(booklet, key, codes)


def _printed(
    booklet: printing.BookletToPrint, key: SigningKey, codes: TypedCodes
) -> list[PrintedPass]:
    expires_at = int(end_of_day(latest_day(booklet.validity)).timestamp())
    return [
        PrintedPass(
            load.serial(booklet.id),
            number,
            key.seal(
                booklet.public_id, number, booklet.campaign, booklet.face_value_cents, expires_at
            ),
            codes.write(booklet.id, number),
        )
        for number in range(1, booklet.passes + 1)
    ]


def request_print(
    session: Session,
    order: int,
    form: str,
    booklets: range,
    token: int | None,
    now: datetime,
) -> tuple[int, int]:
    """Ask a process that holds the signing key to print; gives (print, job)."""
    return printing.request(session, order, form, booklets, token, now)
