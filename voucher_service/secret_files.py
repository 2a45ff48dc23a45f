"""The service's secrets as files outside the tree: made by ``init``, read at start, mode 0600.

Online secrets only (the keys of statements, typed codes and accounts) and the encrypted private
halves of pass keys. Nothing here is ever logged or shown.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from voucher_service.config import BadSettings, Settings
from voucher_service.core.signing import SigningKey

STATEMENT, TYPED_CODE, ACCOUNTS = "statement.key", "typed-code.key", "accounts.key"


@dataclass(frozen=True, slots=True)
class OnlineSecrets:
    """What the web process holds: 32 bytes each. None can make a pass."""

    statement_key: bytes
    typed_code_key: bytes
    accounts_key: bytes


def write_once(path: Path, content: bytes) -> bool:
    """Write a file readable by its owner only, unless it exists. True if it was written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return True


def make_online_secrets(settings: Settings) -> None:
    """Make the online secrets that do not exist yet."""
    for name in (STATEMENT, TYPED_CODE, ACCOUNTS):
        write_once(settings.secrets / name, secrets.token_bytes(32).hex().encode())


def read_online_secrets(settings: Settings) -> OnlineSecrets:
    """The online secrets; raises :class:`BadSettings` when ``init`` was never run."""
    return OnlineSecrets(
        *(_secret(settings.secrets / name) for name in (STATEMENT, TYPED_CODE, ACCOUNTS))
    )


def exchange_typed_code_key(settings: Settings, key: bytes) -> bytes:
    """Put another typed-code key in the place of this home's, and give the one that was there.

    Only for a home that has printed nothing: the codes under its QR codes would be dead.
    """
    path = settings.secrets / TYPED_CODE
    before = _secret(path)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    write_once(part, key.hex().encode())
    part.replace(path)
    return before


def _secret(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise BadSettings(f"{path} is missing: run `voucher-service init` first.") from error


def write_pass_key(settings: Settings, key: SigningKey, passphrase: bytes) -> Path:
    """Keep the private half of a pass key, encrypted; raises when its file exists."""
    path = settings.pass_keys / f"pass-{key.kid.hex()}.pem"
    if not write_once(path, key.to_encrypted_pem(passphrase)):
        raise BadSettings(f"{path} exists: a key is never overwritten.")
    return path


def read_pass_key(settings: Settings, kid: str, passphrase: bytes) -> SigningKey:
    """The private half of a pass key; raises :class:`BadSettings`."""
    path = settings.pass_keys / f"pass-{kid}.pem"
    try:
        return SigningKey.from_encrypted_pem(bytes.fromhex(kid), path.read_bytes(), passphrase)
    except FileNotFoundError as error:
        raise BadSettings(
            f"{path} is missing: this machine cannot print with key {kid}."
        ) from error
    except ValueError as error:
        raise BadSettings(f"The passphrase does not open {path}.") from error


def passphrase(settings: Settings) -> bytes:
    """The passphrase of the pass keys, from its file; raises :class:`BadSettings`."""
    if settings.passphrase_file is None:
        raise BadSettings("Name the passphrase's file in VOUCHER_PASSPHRASE_FILE.")
    return settings.passphrase_file.read_bytes().strip()
