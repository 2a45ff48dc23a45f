"""Passkeys (WebAuthn): public keys in people's own devices, asked to sign a challenge once.

The challenge goes to the browser and back under our own signature, so asking writes nothing; its
use is counted, so that it works once. What is signed is judged by the fido2 library.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from voucher_service.actions import accounts as own
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.store import accounts, tables, throttle
from voucher_service.store.once import find, insert_row
from voucher_service.store.session import Session

ANSWER_WITHIN = timedelta(minutes=10)
CHALLENGE_BYTES = 32
MOST_PASSKEYS = 10

REQUIRED = UserVerificationRequirement.REQUIRED
PREFERRED = UserVerificationRequirement.PREFERRED


@dataclass(frozen=True, slots=True)
class House:
    """Where passkeys are good: our host, its name, and the origin of its pages."""

    host: str
    name: str
    origin: str
    key: AccountsKey

    def server(self) -> Fido2Server:
        """What makes and judges challenges for this house."""
        party = PublicKeyCredentialRpEntity(id=self.host, name=self.name)
        return Fido2Server(party, verify_origin=lambda origin: origin == self.origin)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page hands to the browser, and what comes back beside the answer."""

    options: str
    state: str


def ask(session: Session, house: House, person: int | None, now: datetime) -> Asked:
    """Ask for a passkey of somebody, or of anybody who has one with us.

    Of anybody: the device must have checked who holds it, for nothing else says who it is.
    """
    verification = REQUIRED if person is None else PREFERRED
    known = [] if person is None else _descriptors(session, person)
    options, state = house.server().authenticate_begin(known or None, verification, _challenge())
    return Asked(json.dumps(dict(options)), _signed(house, "ask", state, person, now))


def take(
    session: Session,
    house: House,
    state_text: str,
    answer: str,
    now: datetime,
    person: int | None = None,
) -> int:
    """Whose passkey answered; raises :class:`Invalid`. Each challenge is answered once."""
    state = _opened(session, house, "ask", state_text, person, now)
    try:
        response = AuthenticationResponse.from_dict(_read(answer))
        row = accounts.passkey(session, response.raw_id)
        if row is None or person not in {None, row.person_id}:
            raise _bad()
        known = [AttestedCredentialData(row.public_key)]
        house.server().authenticate_complete(state, known, response)
        count = response.response.authenticator_data.counter
    except (ValueError, KeyError, TypeError) as error:
        raise _bad() from error
    owner = find(session, tables.Person, row.person_id, "person")
    if owner.disabled_at is not None or response.response.user_handle not in {None, owner.handle}:
        raise _bad()
    found = owner.id
    if not accounts.use_passkey(session, row.id, count, now):
        raise _bad()
    return found


def offer(session: Session, house: House, person: int, now: datetime) -> Asked:
    """Ask a device to make a passkey for somebody."""
    owner = find(session, tables.Person, person, "person")
    user = PublicKeyCredentialUserEntity(id=owner.handle, name=owner.email, display_name=owner.name)
    options, state = house.server().register_begin(
        user,
        _descriptors(session, person),
        ResidentKeyRequirement.PREFERRED,
        PREFERRED,
        challenge=_challenge(),
    )
    return Asked(json.dumps(dict(options)), _signed(house, "offer", state, person, now))


def add(
    session: Session,
    house: House,
    person: int,
    state_text: str,
    answer: str,
    name: str,
    now: datetime,
) -> None:
    """Keep the passkey that a device made; raises :class:`Invalid`."""
    state = _opened(session, house, "offer", state_text, person, now)
    read = _read(answer)
    try:
        made = house.server().register_complete(state, read)
    except (ValueError, KeyError, TypeError) as error:
        raise _bad() from error
    credential = made.credential_data
    if credential is None:
        raise _bad()
    if len(accounts.passkeys(session, person)) >= MOST_PASSKEYS:
        raise Conflict("too_many_passkeys", "Remove one before you add another.")
    insert_row(
        session,
        tables.Passkey,
        person_id=person,
        name=name,
        credential=credential.credential_id,
        public_key=bytes(credential),
        sign_count=made.counter,
        transports=[],
        created_at=now,
    )
    own.tell_change(session, person, "passkey", now)


def _challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def _descriptors(session: Session, person: int) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=row.credential)
        for row in accounts.passkeys(session, person)
    ]


def _signed(
    house: House, purpose: str, state: Mapping[str, Any], person: int | None, now: datetime
) -> str:
    until = int((now + ANSWER_WITHIN).timestamp())
    told = {**state, "person": person, "until": until}
    return house.key.sign(f"passkey {purpose}", json.dumps(told))


def _opened(
    session: Session, house: House, purpose: str, text: str, person: int | None, now: datetime
) -> dict[str, Any]:
    told = house.key.signed(f"passkey {purpose}", text)
    if told is None:
        raise _bad()
    state: dict[str, Any] = json.loads(told)
    if state["until"] < now.timestamp() or state["person"] != person:
        raise _bad()
    if throttle.count(session, f"passkey:{state['challenge']}", state["until"]) > 1:
        raise _bad()
    return state


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _bad() from error
    if not isinstance(read, dict):
        raise _bad()
    return read


def _bad() -> Invalid:
    return Invalid("bad_passkey", "This passkey did not answer as it should: try again.")
