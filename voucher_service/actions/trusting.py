"""The trust list: which public keys are believed, for what, and since when.

Private halves are made and kept by the command line (``keys new``), never here.
"""

from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.signing import TRAINING_KID, Keyring, KeyStatus, PublicKey
from voucher_service.store import tables, trust
from voucher_service.store.once import find, insert_once, update_if
from voucher_service.store.session import Session

PASS, STATEMENT = "pass", "statement"

NEXT = {
    KeyStatus.RETIRED: (KeyStatus.ACTIVE,),
    KeyStatus.REVOKED: (KeyStatus.ACTIVE, KeyStatus.RETIRED),
}
"""Which states lead to which. Nothing leads back."""


def add_key(session: Session, key: PublicKey, purpose: str) -> None:
    """Believe a new public key. A key id is used once, for ever."""
    if key.kid == TRAINING_KID:
        raise Invalid("kid_reserved", "Key id 0000 is that of the training passes.", "kid")
    if key.not_after <= key.not_before:
        raise Invalid("bad_period", "A key ends after it begins.", "not_after")
    if not insert_once(
        session,
        tables.SigningKey,
        kid=key.kid.hex(),
        purpose=purpose,
        alg=key.alg,
        public=key.public,
        not_before=key.not_before,
        not_after=key.not_after,
        status=key.status.value,
    ):
        raise Conflict("kid_taken", f"Key id {key.kid.hex()} was used before: choose another.")


def change_key(session: Session, kid: str, to: KeyStatus) -> None:
    """Retire a key (its passes stay good) or revoke it (only the register is believed)."""
    find(session, tables.SigningKey, kid, "key")
    table = tables.SigningKey
    before = [status.value for status in NEXT[to]]
    if not update_if(session, table, table.kid == kid, table.status.in_(before), status=to.value):
        raise Conflict("no_such_step", f"Key {kid} can no longer become {to}.")


def pass_keyring(session: Session) -> Keyring:
    """The public keys that passes are verified with."""
    return Keyring(trust.keys(session, PASS))
