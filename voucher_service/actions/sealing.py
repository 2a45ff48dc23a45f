"""Sealing the books: rows not sealed yet become one more link of a chain, one chain a set of books.

A background step, never in the way of a redemption. Whatever was committed and is not sealed is
taken, whatever its number or time, so a slow commit is simply in the next seal; so are the rows of
a house that is older than its chain. The chains are read again by ``actions.auditing_seals``.
"""

from datetime import datetime

from voucher_service.core.sealing import Seal, leaf, merkle_root
from voucher_service.store import seals
from voucher_service.store.seals import SCHEME, Chain
from voucher_service.store.session import Session

BATCH = 100_000
"""Transfers a seal."""


def seal(session: Session, now: datetime, chain: Chain = SCHEME) -> Seal | None:
    """Seal what is not sealed yet; nothing when all is.

    Of two who seal at once one has the number. The other looks again at what is left: the last
    seal first, then the rows, so that it never takes rows of a seal that it has not seen.
    """
    while True:
        number, previous = seals.next_link(session, chain)
        rows = seals.unsealed(session, chain, BATCH)
        if not rows:
            return None
        leaves = [leaf(seals.content(chain, row)) for row in rows]
        cents = sum(row.cents for row in rows)
        link = Seal(number, len(rows), cents, previous, merkle_root(leaves))
        items = [(row.id, kept) for row, kept in zip(rows, leaves, strict=True)]
        if seals.write(session, chain, link, items, now):
            return link


def seal_all(session: Session, now: datetime) -> None:
    """Seal both sets of books to the last row, in this transaction."""
    for chain in (SCHEME, seals.FEES):
        while seal(session, now, chain) is not None:
            pass
