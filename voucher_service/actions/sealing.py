"""Sealing the ledger: rows not sealed yet become one more link of a chain.

A background step, never in the way of a redemption. Whatever was committed and is not sealed is
taken, whatever its number or time, so a slow commit is simply in the next seal. The chain is read
again by ``actions.unsealing``.
"""

from datetime import datetime

from voucher_service.core.sealing import GENESIS, Seal, leaf, merkle_root
from voucher_service.store import seals, settlements
from voucher_service.store.session import Session

BATCH = 100_000
"""Transfers a seal."""


def seal(session: Session, now: datetime) -> Seal | None:
    """Seal what is not sealed yet; nothing when all is."""
    number = seals.lock_next_number(session)
    rows = seals.unsealed(session, BATCH)
    if not rows:
        return None
    head = settlements.head_seal(session)
    leaves = [leaf(seals.content(row)) for row in rows]
    link = Seal(
        number=number,
        count=len(rows),
        cents=sum(row.cents for row in rows),
        previous=head[1] if head else GENESIS,
        root=merkle_root(leaves),
    )
    items = [(row.id, kept) for row, kept in zip(rows, leaves, strict=True)]
    seals.write(session, link, items, now)
    return link
