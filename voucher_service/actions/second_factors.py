"""Second factors: an authenticator's codes, recovery codes, passkeys. Each proof works once.

Secrets are shown when they are made and never again. Adding and removing is told to the owner.
"""

import re
import secrets
from datetime import datetime

from voucher_service.actions import accounts as own
from voucher_service.core import totp
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.typed_codes import ALPHABET
from voucher_service.store import accounts, identities, tables
from voucher_service.store.once import find, update_if
from voucher_service.store.session import Session

RECOVERY_CODES, RECOVERY_SIGNS = 10, 10
"""Ten codes of 50 bits, behind a limit on tries."""


def new_secret() -> bytes:
    """What an authenticator is given."""
    return secrets.token_bytes(totp.SECRET_BYTES)


def set_authenticator(
    session: Session, key: AccountsKey, person: int, secret: bytes, code: str, now: datetime
) -> None:
    """An app shows the right code: from now on it is a way in. Another one before it ends."""
    step = totp.matching_step(secret, _digits(code), now, None)
    if step is None:
        raise Invalid("bad_code", "This is not the code that the app shows now.", "code")
    owner = find(session, tables.Person, person, "person")
    sealed = key.seal(secret, owner.handle, secrets.token_bytes(12))
    table = tables.Person
    update_if(session, table, table.id == person, totp_sealed=sealed, totp_step=step)
    own.tell_change(session, person, "authenticator", now)


def check_code(session: Session, key: AccountsKey, person: int, code: str, now: datetime) -> None:
    """Take an authenticator's code or a recovery code; raises :class:`Invalid`."""
    digits = _digits(code)
    if re.fullmatch(r"[0-9]{6}", digits):
        good = _take_digits(session, key, person, digits, now)
    else:
        good = _take_recovery_code(session, key, person, code, now)
    if not good:
        raise Invalid("bad_code", "This code is wrong, or was used already.", "code")


def _digits(code: str) -> str:
    return re.sub(r"\s", "", code)


def _take_digits(
    session: Session, key: AccountsKey, person: int, digits: str, now: datetime
) -> bool:
    owner = find(session, tables.Person, person, "person")
    if owner.totp_sealed is None:
        return False
    secret = key.unseal(owner.totp_sealed, owner.handle)
    step = totp.matching_step(secret, digits, now, owner.totp_step)
    return step is not None and accounts.use_step(session, person, step)


def _take_recovery_code(
    session: Session, key: AccountsKey, person: int, code: str, now: datetime
) -> bool:
    used = accounts.use_recovery_code(session, person, key.recovery_hash(person, _signs(code)), now)
    if used:
        own.tell_change(session, person, "recovery_used", now)
    return used


def _signs(code: str) -> str:
    kept = re.sub(r"[^0-9A-Z]", "", code.upper())
    return kept.translate(str.maketrans("OIL", "011"))


def new_recovery_codes(session: Session, key: AccountsKey, person: int, now: datetime) -> list[str]:
    """Ten codes to write down; those of before open nothing any more."""
    made = [
        "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SIGNS))
        for _ in range(RECOVERY_CODES)
    ]
    accounts.replace_recovery_codes(
        session, person, [key.recovery_hash(person, code) for code in made]
    )
    own.tell_change(session, person, "recovery_made", now)
    half = RECOVERY_SIGNS // 2
    return [f"{code[:half]}-{code[half:]}" for code in made]


def remove_authenticator(session: Session, person: int, now: datetime) -> None:
    """The app is no way in any more."""
    table = tables.Person
    known = (table.id == person, table.totp_sealed.is_not(None))
    if not update_if(session, table, *known, totp_sealed=None, totp_step=None):
        raise Conflict("no_authenticator", "There is no authenticator to remove.")
    own.tell_change(session, person, "authenticator_removed", now)


def remove_passkey(session: Session, person: int, number: int, now: datetime) -> None:
    """A passkey is no way in any more."""
    if not accounts.forget_passkeys(session, person, number):
        raise Conflict("no_passkey", "There is no such passkey.")
    own.tell_change(session, person, "passkey_removed", now)


def forget_all(session: Session, person: int, now: datetime) -> None:
    """Somebody lost every second factor and proved who they are to the operator: begin anew."""
    table = tables.Person
    update_if(session, table, table.id == person, totp_sealed=None, totp_step=None)
    accounts.forget_passkeys(session, person)
    accounts.forget_recovery_codes(session, person)
    identities.forget(session, person)  # one proved by two factors is a second factor here
    own.tell_change(session, person, "factors_reset", now)
