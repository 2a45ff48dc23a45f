"""A device that holds passkeys, in Python: answers as a browser with one would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass(slots=True)
class Device:
    """One passkey, good at one origin.

    ``verifies``: whether it checks who holds it; ``counts``: whether it counts its uses.
    """

    origin: str = "https://pass.example.org"
    host: str = "pass.example.org"
    verifies: bool = True
    counts: bool = True
    count: int = 0
    handle: bytes = b""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """A new passkey, as the page asks for one."""
        asked = json.loads(options)["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        known = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        told = AuthenticatorData.create(self._party(), self._flags() | FLAG.AT, self.count, known)
        made = AttestationObject.create("none", told, {})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=made)

    def sign(self, options: str, **changed: Any) -> str:
        """An answer to the page's question."""
        asked = json.loads(options)["publicKey"]
        self.count += self.counts
        told = AuthenticatorData.create(self._party(), self._flags(), self.count)
        client = self._client("webauthn.get", changed.pop("challenge", asked["challenge"]))
        signature = self.key.sign(told + client.hash, ec.ECDSA(hashes.SHA256()))
        given = {"authenticatorData": told, "signature": signature, "userHandle": self.handle}
        return self._answer(clientDataJSON=client, **(given | changed))

    def _party(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _flags(self) -> AuthenticatorData.FLAG:
        return FLAG.UP | FLAG.UV if self.verifies else FLAG.UP

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, **response: bytes) -> str:
        told = {name: websafe_encode(bytes(value)) for name, value in response.items()}
        here = websafe_encode(self.id)
        return json.dumps({"id": here, "rawId": here, "type": "public-key", "response": told})
