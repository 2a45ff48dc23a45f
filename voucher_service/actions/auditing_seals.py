"""Reading a chain of seals again: does it still fit its books, and what exactly does not.

A seal keeps the hash of each row it covers. A row that no longer has its hash was altered since it
was sealed, so the transfer is named and not only the seal. Nothing is repaired here.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from voucher_service.actions.auditing_steps import Steps
from voucher_service.core.findings import Difference, Finding
from voucher_service.core.sealing import GENESIS, Seal, leaf, merkle_root
from voucher_service.store import seals
from voucher_service.store.seals import SCHEME, Chain
from voucher_service.store.session import Session

Row = Any
"""A seal; or an item of one, and its transfer if there still is one."""


@dataclass(frozen=True, slots=True)
class Link:
    """One seal as it is stored, with the hash it should carry on from and what it covers today."""

    stored: Seal
    hash: str
    previous: str
    rows: Sequence[Row]
    today: Sequence[bytes]
    """The hash of each row as it is today; empty for one that is gone."""

    @property
    def kept(self) -> list[bytes]:
        """The hash of each row as it was sealed; empty where none was kept."""
        return [row.leaf or b"" for row in self.rows]


def seal_faults(
    session: Session,
    since: datetime | None = None,
    chain: Chain = SCHEME,
    steps: Steps | None = None,
) -> Iterator[Finding]:
    """Every way in which a chain no longer fits its books; nothing when it does.

    ``since`` leaves out the rows of seals made before it; their links are always checked.
    """
    previous, number = GENESIS, 0
    for row in seals.links(session, chain):
        number += 1
        if row.number != number:
            yield Finding("seal_missing", str(number))
            number = row.number
        with_rows = since is None or row.sealed_at >= since
        link = _link(session, chain, row, previous, with_rows=with_rows)
        if steps is not None:
            deque(steps.along(link.rows), maxlen=0)
        altered = _altered_column(link) if link.rows else None
        yield from _column_fault(link, altered)
        yield from _row_faults(link, altered)
        previous = str(altered.expected) if altered and altered.field == "hash" else row.hash


def fault_in_a_line(fault: Finding) -> str:
    """A fault for the nightly check, which only says that there is one and where."""
    return f"{fault.code.replace('_', ' ')}: {fault.subject} {fault.field}".rstrip()


def _link(
    session: Session,
    chain: Chain,
    row: Row,
    previous: str,
    *,
    with_rows: bool,
) -> Link:
    rows = seals.sealed_by(session, chain, row.number) if with_rows else ()
    today = [leaf(seals.content(chain, item)) if item.id is not None else b"" for item in rows]
    stored = Seal(row.number, row.transfers, row.cents, row.previous, row.root)
    return Link(stored, row.hash, previous, rows, today)


def _altered_column(link: Link) -> Difference | None:
    """The column of the seal's own row that was altered, if its hash no longer covers it."""
    stored = link.stored
    if stored.hash == link.hash:
        return None
    true: dict[str, tuple[int | str, ...]] = {
        "count": (len(link.rows),),
        "cents": (sum(row.cents or 0 for row in link.rows),),
        "previous": (link.previous,),
        "root": tuple(merkle_root(leaves) for leaves in (link.today, link.kept)),
    }
    for name, values in true.items():
        for value in values:
            if replace(stored, **{name: value}).hash == link.hash:  # type: ignore[arg-type]
                return Difference(name, value, getattr(stored, name))
    return Difference("hash", stored.hash, link.hash)


def _column_fault(link: Link, altered: Difference | None) -> Iterator[Finding]:
    number = str(link.stored.number)
    if altered:
        yield Finding("seal_field", number, altered.field, altered.expected, altered.found)
    elif link.stored.hash != link.hash:  # its rows were left out, so the column is not known
        yield Finding("seal_field", number, "hash", link.stored.hash, link.hash)
    elif link.stored.previous != link.previous:
        yield Finding("seal_field", number, "previous", link.previous, link.stored.previous)


def _row_faults(link: Link, altered: Difference | None) -> Iterator[Finding]:
    number, count, root = str(link.stored.number), link.stored.count, link.stored.root
    if not link.rows:
        return
    if altered and altered.field == "root":
        root = str(altered.expected)
    if altered and altered.field == "count":
        count = len(link.rows)
    there = {row.position for row in link.rows}
    for position in range(count):
        if position not in there:
            yield Finding("seal_item_missing", number, str(position))
    for row in link.rows:
        if not 0 <= row.position < count:
            yield Finding("sealed_transfer_added", row.event or f"#{row.transfer_id}", number)
    if len(there) == count and merkle_root(link.today) == root:
        yield from _hash_faults(link)
        return
    named = list(_transfer_faults(link))
    yield from named or ([Finding("seal_rows", number)] if len(there) == count else ())


def _hash_faults(link: Link) -> Iterator[Finding]:
    """The rows are right; a kept hash was altered."""
    for row, today in zip(link.rows, link.today, strict=True):
        if row.leaf is not None and row.leaf != today:
            found = row.leaf.hex()
            yield Finding("seal_leaf", row.event, str(link.stored.number), today.hex(), found)


def _transfer_faults(link: Link) -> Iterator[Finding]:
    """The transfers that are gone, and those that are not what was sealed."""
    for row, today in zip(link.rows, link.today, strict=True):
        if not today:
            yield Finding("sealed_transfer_missing", f"#{row.transfer_id}", str(link.stored.number))
        elif row.leaf is not None and today != row.leaf:
            yield Finding("sealed_transfer_altered", row.event, str(link.stored.number))
