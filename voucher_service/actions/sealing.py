"""Sealing the ledger: rows not sealed yet become one more link of a chain.

A background step, never in the way of a redemption. Whatever was committed and is not sealed is
taken, whatever its number or time, so a slow commit is simply in the next seal.
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
    link = Seal(
        number=number,
        count=len(rows),
        cents=sum(row.cents for row in rows),
        previous=head[1] if head else GENESIS,
        root=merkle_root([leaf(seals.content(row)) for row in rows]),
    )
    seals.write(session, link, [row.id for row in rows], now)
    return link


def broken_seals(session: Session) -> list[str]:
    """Every way in which the chain no longer fits the ledger, in words; nothing when it does."""
    problems: list[str] = []
    previous, number = GENESIS, 0
    for stored in seals.chain(session):
        number += 1
        rows = seals.sealed_by(session, stored.number)
        recomputed = Seal(
            stored.number,
            len(rows),
            sum(row.cents for row in rows),
            previous,
            merkle_root([leaf(seals.content(row)) for row in rows]) if rows else "",
        )
        if stored.number != number:
            problems.append(f"seal {number} is missing before seal {stored.number}")
            number = stored.number
        if recomputed.hash != stored.hash:
            problems.append(f"seal {stored.number} does not match the rows it covers")
        previous = stored.hash
    return problems
