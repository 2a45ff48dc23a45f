"""Seals: a chain of Merkle roots over the ledger, so that later tampering shows.

A seal covers rows not sealed before and carries the hash of the seal before it. The last hash is
printed on statements that leave the house, so not even the owner of the database can rewrite the
past unseen. Pure hashing: nothing here reads or writes a row.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from voucher_service.core.canonical import Json, canonical, sha256_hex

GENESIS = "0" * 64
"""What stands as the previous hash of the first seal."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One link. ``cents`` is the sum of the rows covered, ``root`` their Merkle root in hex."""

    number: int
    count: int
    cents: int
    previous: str
    root: str

    @property
    def hash(self) -> str:
        """The hash that the next seal will carry."""
        return sha256_hex(
            canonical(
                {
                    "cents": self.cents,
                    "count": self.count,
                    "number": self.number,
                    "previous": self.previous,
                    "root": self.root,
                }
            )
        )


def leaf(row: Json) -> bytes:
    """The hash of one row; the prefix keeps leaves and nodes apart (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + canonical(row)).digest()


def merkle_root(leaves: Sequence[bytes]) -> str:
    """The root over some leaves in order; an odd one out climbs as it is."""
    if not leaves:
        raise ValueError("a seal covers at least one row")
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()
