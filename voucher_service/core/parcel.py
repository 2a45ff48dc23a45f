"""A parcel: files in one tar, each named with its hash in a manifest that is signed. Bytes only.

The same files always give the same bytes (POSIX ustar, no times, no owners), so a reader can make
every header again and compare: no byte of a parcel is beyond the signature. ``tar`` opens it and
``sha256sum -c SHA256SUMS`` checks it, without us. This module never opens a file.
"""

import json
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from voucher_service.core.attestation import StatementKey, base64url, from_base64url, verify
from voucher_service.core.canonical import Json, canonical, sha256_hex

BLOCK = 512
END = bytes(2 * BLOCK)
"""What a tar ends with."""

LONGEST_NAME = 100
LARGEST_MEMBER = 8**11 - 1
"""Bytes that an ustar header can count."""

SUMS, MANIFEST, SIGNATURE = "SHA256SUMS", "manifest.json", "manifest.sig"
"""The last three files of a parcel, in this order."""


class BadParcel(Exception):
    """A parcel that cannot be believed: which file of it, and why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a parcel, by its name, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A manifest's facts, its own hash, and who signed it."""

    facts: Mapping[str, Json]
    sha256: str
    kid: str
    public: bytes


def header(name: str, size: int) -> bytes:
    """The 512 bytes before a file. Raises ``ValueError`` for what ustar cannot say."""
    if not (name.isascii() and 0 < len(name) <= LONGEST_NAME and 0 <= size <= LARGEST_MEMBER):
        raise ValueError(f"{name} ({size} bytes) cannot stand in a parcel")
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o644
    return info.tobuf(tarfile.USTAR_FORMAT, "ascii")


def padding(size: int) -> bytes:
    """The zeros between a file and the next header."""
    return bytes(-size % BLOCK)


def read_header(block: bytes, place: str) -> tuple[str, int]:
    """The name and size in a header of ours; raises :class:`BadParcel` for any other byte."""
    try:
        name = block[:LONGEST_NAME].rstrip(b"\0").decode("ascii")
        size = int(block[124:135], 8)
        ours = header(name, size)
    except ValueError as error:
        raise BadParcel(place, "this is not a parcel of ours, or it was altered here") from error
    if block != ours:
        raise BadParcel(name if name.isprintable() else place, "its header was altered")
    return name, size


def sums(members: Iterable[Member]) -> bytes:
    """The files' hashes as ``sha256sum -c`` reads them."""
    return "".join(f"{member.sha256}  {member.name}\n" for member in members).encode()


def manifest(facts: Mapping[str, Json], members: Iterable[Member]) -> bytes:
    """The manifest: what the parcel is, and every file before it."""
    files: list[Json] = [
        {"name": one.name, "bytes": one.size, "sha256": one.sha256} for one in members
    ]
    return canonical({**facts, "files": files})


def signature(content: bytes, key: StatementKey) -> bytes:
    """The signature file of a manifest. Its public key lets a reader see who to believe."""
    return canonical(
        {
            "alg": "Ed25519",
            "kid": key.kid,
            "public": base64url(key.public),
            "signature": base64url(key.sign(content)),
        }
    )


def open_manifest(content: bytes, signed: bytes) -> Signed:
    """The facts of a manifest whose signature holds; raises :class:`BadParcel`."""
    try:
        found = json.loads(signed)
        public = from_base64url(found["public"])
        value, kid = from_base64url(found["signature"]), str(found["kid"])
        exact = canonical(found) == signed and found["alg"] == "Ed25519"
    except (KeyError, TypeError, ValueError) as error:
        raise BadParcel(SIGNATURE, "it is not a signature") from error
    if not exact or kid != sha256_hex(public)[:16]:
        raise BadParcel(SIGNATURE, "it was altered")
    if not verify(content, value, public):
        raise BadParcel(MANIFEST, "it is not what was signed: it or its signature was altered")
    try:
        facts = json.loads(content)
        members_of(facts)
    except (KeyError, TypeError, ValueError) as error:
        raise BadParcel(MANIFEST, "it is not a manifest") from error
    return Signed(cast("Mapping[str, Json]", facts), sha256_hex(content), kid, public)


def members_of(facts: Mapping[str, Json]) -> list[Member]:
    """The files that a manifest names; raises ``KeyError``, ``TypeError`` for what is none."""
    files = cast("list[dict[str, Json]]", facts["files"])
    return [
        Member(str(file["name"]), int(cast("int", file["bytes"])), str(file["sha256"]))
        for file in files
    ]


def compare(found: Sequence[Member], named: Sequence[Member]) -> None:
    """Whether the files are those of the manifest; raises :class:`BadParcel` naming one."""
    wanted = {member.name: member for member in named}
    there = {member.name: member for member in found}
    for name in there.keys() - wanted.keys():
        raise BadParcel(name, "the manifest does not name it")
    for name, member in wanted.items():
        if name not in there:
            raise BadParcel(name, "it is missing")
        if there[name] != member:
            raise BadParcel(name, "it is not what the manifest says: it was altered or replaced")
    if list(found) != list(named):
        raise BadParcel(MANIFEST, "the files are not in its order")
