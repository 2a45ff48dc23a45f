"""Phones join a site by a code that lives a day, and leave it when somebody says so.

Codes and tokens are shown once and kept as hashes. Nothing here knows who holds the phone.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.typed_codes import ALPHABET
from voucher_service.store import sites, tables
from voucher_service.store.once import find, insert_row, update_if
from voucher_service.store.session import Session

PAIRING_LASTS = timedelta(hours=24)
PAIRING_LENGTH = 10
"""Signs of Crockford's alphabet: 50 bits for a day, behind a limit on tries."""


@dataclass(frozen=True, slots=True)
class PairingCode:
    """A code to show once, as text or as a QR code."""

    code: str
    expires_at: datetime

    def link(self, base_url: str) -> str:
        """Where a phone's browser joins by itself. What follows ``#`` is sent to no server."""
        return f"{base_url}/scanner/#{self.code}"


@dataclass(frozen=True, slots=True)
class PairedDevice:
    """A phone that joined; ``token`` is shown to it once."""

    device: int
    token: str
    site: int
    association: int


def secret_hash(secret: str) -> bytes:
    """How a secret of ours is kept. They are long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def _normal(code: str) -> str:
    kept = code.upper().replace("-", "").replace(" ", "")
    return kept.translate(str.maketrans("OIL", "011"))


def open_pairing(session: Session, site: int, now: datetime) -> PairingCode:
    """Let phones join a site for a day, with one code for all of them."""
    find(session, tables.Site, site, "site")
    signs = "".join(secrets.choice(ALPHABET) for _ in range(PAIRING_LENGTH))
    expires_at = now + PAIRING_LASTS
    session.add(
        tables.Pairing(
            code_hash=secret_hash(signs), site_id=site, created_at=now, expires_at=expires_at
        )
    )
    return PairingCode(f"{signs[:5]}-{signs[5:]}", expires_at)


def pair(
    session: Session, code: str, name: str, now: datetime, token_before: str | None = None
) -> PairedDevice:
    """A phone joins the site behind a code and receives its token.

    ``token_before`` is that of its last pairing, ended or not. Within one association the phone is
    then known again: that pairing is over, and what it kept under it may be as old as its last
    contact. Of an unknown phone no scan can be older than its pairing.
    """
    site = sites.site_of_pairing(session, secret_hash(_normal(code)), now)
    if site is None:
        raise NotFound(
            "no_such_pairing", "This pairing code is wrong or has ended: ask for a new one."
        )
    association = sites.association_of(session, site)
    before = None
    if token_before is not None:
        before = sites.phone_of(session, secret_hash(token_before), association)
    token = secrets.token_urlsafe(32)
    device = insert_row(
        session,
        tables.Device,
        site_id=site,
        name=name,
        token_hash=secret_hash(token),
        paired_at=now,
        last_contact_at=before.last_contact_at if before else now,
    )
    if before is not None:
        _end(session, before.id, now)
    return PairedDevice(device, token, site, association)


def revoke_device(session: Session, device: int, now: datetime) -> None:
    """A phone may no longer scan. What it has queued stays on it."""
    find(session, tables.Device, device, "device")
    if not _end(session, device, now):
        raise Conflict("revoked_already", "This phone was revoked already.")


def _end(session: Session, device: int, now: datetime) -> bool:
    """Whether a phone's pairing ended just now, and not before."""
    table = tables.Device
    return 1 == update_if(
        session, table, table.id == device, table.revoked_at.is_(None), revoked_at=now
    )


def emptied_queue(session: Session, device: int, now: datetime) -> None:
    """A phone has sent all it had: no offline scan of it can be older than this."""
    update_if(session, tables.Device, tables.Device.id == device, last_contact_at=now)
