"""A whole scheme as one signed parcel: the house that cedes it writes, an empty one takes it in.

Reading is one transaction: everything is checked and everything comes, or nothing is left behind.
No private key, token or passphrase travels; the key of typed codes only locked with a passphrase.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from voucher_service.actions import succeeding
from voucher_service.actions.succeeding import House
from voucher_service.config import BadSettings, Settings
from voucher_service.core.attestation import base64url, from_base64url
from voucher_service.core.canonical import Json, canonical
from voucher_service.core.errors import Conflict
from voucher_service.core.parcel import SIGNATURE, BadParcel
from voucher_service.core.sealed_secret import NONCE_BYTES, SALT_BYTES, lock, unlock
from voucher_service.core.statements import local
from voucher_service.jobs.parcels import Parcel, ParcelWriter
from voucher_service.jobs.tools import Tools
from voucher_service.resources import shipped
from voucher_service.secret_files import exchange_typed_code_key, read_online_secrets
from voucher_service.store import ceding, scheme_archive, settlements, successions
from voucher_service.store.migrations import head
from voucher_service.store.postings import balances
from voucher_service.store.session import Session

FORMAT = "pass-numerique-scheme/1"

README, BALANCES, TYPED_CODES = "README.txt", "balances.json", "typed-codes.json"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came in: from whom, under which manifest, and the facts of it."""

    operator: House
    sha256: str
    kid: str
    facts: Mapping[str, Json]
    typed_codes: bool


def write_scheme(
    session: Session,
    tools: Tools,
    file: BinaryIO,
    passphrase: bytes | None,
    now: datetime,
    progress: Progress,
) -> str:
    """Write the whole scheme as it is; the SHA-256 of its manifest. Changes nothing."""
    parcel = ParcelWriter(file)
    parcel.add(README, (shipped("templates") / "archives" / "scheme.txt").read_bytes())
    tables = scheme_archive.carried()
    for done, table in enumerate(tables, start=1):
        for number, (lines, _) in enumerate(scheme_archive.chunks(session, table), start=1):
            parcel.add(_file_of(table.name, number), lines)
        progress(done, len(tables))
    parcel.add(BALANCES, canonical(succeeding.accounts(balances(session))))
    if passphrase is not None:
        secret = read_online_secrets(tools.settings).typed_code_key
        parcel.add(TYPED_CODES, _locked(secret, passphrase))
    return parcel.finish(_facts(session, tools.settings, now), tools.statement_key)


def _file_of(table: str, number: int) -> str:
    return f"tables/{table}/{number:06d}.ndjson"


def _facts(session: Session, settings: Settings, now: datetime) -> dict[str, Json]:
    seal, left = settlements.head_seal(session), ceding.ceded_to(session)
    return {
        "format": FORMAT,
        "schema": head(),
        "made_at": local(now),
        "operator": {
            "name": settings.issuer_name,
            "siret": settings.issuer_siret or None,
            "address": settings.issuer_address or None,
        },
        "ceded_to": {"name": left.operator, "siret": left.siret} if left else None,
        "left_out": {**scheme_archive.LEFT_OUT},
        "seal": {"no": seal[0], "hash": seal[1]} if seal else None,
        "totals": succeeding.totals(session),
        "problems": succeeding.problems(session),
    }


def _locked(secret: bytes, passphrase: bytes) -> bytes:
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    locked = lock(secret, passphrase, salt, nonce)
    return canonical(
        {"salt": base64url(salt), "nonce": base64url(nonce), "locked": base64url(locked)}
    )


def open_scheme(path: Path, trusted: Mapping[str, bytes] | None) -> Parcel:
    """A scheme's parcel, checked to the last byte; raises :class:`BadParcel`, ``BadSettings``.

    ``trusted``: the former operator's public keys, known from elsewhere. Without them the parcel
    only proves itself, and whoever takes over compares the key's id with what was published.
    """
    parcel = Parcel(path)
    facts, signed = parcel.signed.facts, parcel.signed
    if facts.get("format") != FORMAT:
        raise BadSettings(f"{path.name} is a {facts.get('format')}; this program reads {FORMAT}.")
    if facts.get("schema") != head():
        raise BadSettings(
            f"{path.name} was written by another version of the program (tables"
            f" {facts.get('schema')}, here {head()}): bring both to the same version first."
        )
    if trusted is not None and trusted.get(signed.kid) != signed.public:
        raise BadSettings(f"{path.name} is signed by key {signed.kid}, not by one of these keys.")
    return parcel


def typed_code_key(parcel: Parcel, passphrase: bytes) -> bytes:
    """The key of typed codes in a parcel; raises ``BadSettings`` for another passphrase."""
    try:
        found = json.loads(parcel.read(TYPED_CODES))
        locked, salt, nonce = (from_base64url(found[name]) for name in ("locked", "salt", "nonce"))
        return unlock(locked, passphrase, salt, nonce)
    except (KeyError, TypeError, ValueError) as error:
        raise BadSettings(f"The passphrase does not open {TYPED_CODES}.") from error


def has_typed_codes(parcel: Parcel) -> bool:
    """Whether the key of typed codes travels with it."""
    return any(member.name == TYPED_CODES for member in parcel.members)


def read_scheme(
    session: Session,
    settings: Settings,
    parcel: Parcel,
    typed_codes: bytes | None,
    actor: str,
    now: datetime,
    progress: Progress,
) -> TakenOver:
    """Take a scheme over in one transaction, and commit; or raise, and leave nothing behind."""
    facts = parcel.signed.facts
    operator = cast("Mapping[str, str | None]", facts["operator"])
    former = House(str(operator["name"]), operator["siret"])
    succeeding.check_empty(session)
    scheme_archive.free_locks(session)
    own_keys = _load_all(session, parcel, now, progress)
    scheme_archive.go_on_counting(session)
    _check_signer(session, parcel)
    succeeding.check_taken_over(session, facts, own_keys=own_keys)
    succeeding.take_over(session, former, parcel.signed.sha256, actor, now)
    _commit_with_key(session, settings, typed_codes)
    signed = parcel.signed
    return TakenOver(former, signed.sha256, signed.kid, facts, typed_codes is not None)


def _load_all(session: Session, parcel: Parcel, now: datetime, progress: Progress) -> int:
    """Insert every row; how many public keys this house had that did not come again."""
    changes = succeeding.incoming(now)
    own = successions.public_keys(session)
    tables = {table.name: table for table in scheme_archive.carried()}
    files = [member.name for member in parcel.members if member.name.startswith("tables/")]
    again: set[str] = set()
    for done, name in enumerate(files, start=1):
        table = tables.get(name.split("/")[1])
        if table is None:
            raise BadParcel(name, "this is no table of a scheme")
        try:
            lines = parcel.read(name)
            if table.name == "signing_key":
                lines, again = _without(own, lines)
            scheme_archive.load(session, table, lines, changes.get(table.name))
        except (KeyError, TypeError, ValueError) as error:
            raise BadParcel(name, f"it cannot be read ({error})") from error
        progress(done, len(files))
    return len(own.keys() - again)


def _without(own: Mapping[str, bytes], lines: bytes) -> tuple[bytes, set[str]]:
    """The public keys that this house does not know yet, and the ids of those it knows.

    Raises :class:`Conflict` where an id stands for two keys: passes could not tell them apart.
    """
    new, again = [], set()
    for line in lines.splitlines(keepends=True):
        key = json.loads(line)
        if key["kid"] not in own:
            new.append(line)
        elif own[key["kid"]] == from_base64url(key["public"]):
            again.add(str(key["kid"]))
        else:
            raise Conflict(
                "kid_taken",
                f"Key id {key['kid']} is another key here: take the scheme over before"
                " `keys new`, or make the key with another --kid.",
            )
    return b"".join(new), again


def _check_signer(session: Session, parcel: Parcel) -> None:
    """The parcel is signed by the statement key of the very scheme that is in it."""
    signed = parcel.signed
    if successions.public_keys(session).get(signed.kid) != signed.public:
        raise BadParcel(SIGNATURE, f"key {signed.kid} is not one of this scheme's own")


def _commit_with_key(session: Session, settings: Settings, key: bytes | None) -> None:
    """The rows and the key of typed codes come together. A home that stays empty needs neither."""
    before = exchange_typed_code_key(settings, key) if key is not None else None
    try:
        session.commit()
    except BaseException:
        if before is not None:
            exchange_typed_code_key(settings, before)
        raise
