"""Parcels as files: written in one go, and read only after every byte was checked.

What a parcel is made of is said in ``core.parcel``. A file is read again when it is used, and its
hash checked again then, so that nothing can be exchanged in between.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from voucher_service.core.attestation import StatementKey
from voucher_service.core.canonical import Json, sha256_hex
from voucher_service.core.parcel import (
    BLOCK,
    END,
    MANIFEST,
    SIGNATURE,
    SUMS,
    BadParcel,
    Member,
    Signed,
    compare,
    header,
    manifest,
    members_of,
    open_manifest,
    padding,
    read_header,
    signature,
    sums,
)

CHUNK = 1 << 20

LARGEST_MANIFEST = 1 << 28
"""Bytes; a national scheme's is a few hundred kilobytes."""


class ParcelWriter:
    """A parcel in the making."""

    def __init__(self, file: BinaryIO) -> None:
        self.members: list[Member] = []
        self._file = file

    def add(self, name: str, content: bytes) -> None:
        """Put a file in."""
        self._write(name, content)
        self.members.append(Member(name, len(content), sha256_hex(content)))

    def finish(self, facts: Mapping[str, Json], key: StatementKey) -> str:
        """Close it with its sums, its signed manifest; the manifest's SHA-256."""
        self.add(SUMS, sums(self.members))
        content = manifest(facts, self.members)
        self._write(MANIFEST, content)
        self._write(SIGNATURE, signature(content, key))
        self._file.write(END)
        return sha256_hex(content)

    def _write(self, name: str, content: bytes) -> None:
        self._file.write(header(name, len(content)))
        self._file.write(content)
        self._file.write(padding(len(content)))


class Parcel:
    """A parcel that was checked to the last byte. ``signed`` says what it is and who signed it."""

    def __init__(self, path: Path) -> None:
        """Check a parcel; raises :class:`BadParcel` naming the file in it that is wrong."""
        self._path = path
        self._places: dict[str, tuple[int, Member]] = {}
        with path.open("rb") as file:
            found = list(self._walk(file))
        if [member.name for member in found[-3:]] != [SUMS, MANIFEST, SIGNATURE]:
            raise BadParcel(path.name, "it has no manifest: it is no parcel, or was cut short")
        self.signed: Signed = open_manifest(self._content(MANIFEST), self._content(SIGNATURE))
        self.members = members_of(self.signed.facts)
        compare(found[:-2], self.members)
        if self.read(SUMS) != sums(self.members[:-1]):
            raise BadParcel(SUMS, "it is not what the manifest says")

    def read(self, name: str) -> bytes:
        """A file of it; raises :class:`BadParcel` when it was exchanged meanwhile."""
        content = self._content(name)
        if sha256_hex(content) != self._places[name][1].sha256:
            raise BadParcel(name, "it was altered while it was read")
        return content

    def _content(self, name: str) -> bytes:
        if name not in self._places:
            raise BadParcel(name, "it is missing")
        place, member = self._places[name]
        if name in {MANIFEST, SIGNATURE} and member.size > LARGEST_MANIFEST:
            raise BadParcel(name, "it is too large")
        with self._path.open("rb") as file:
            file.seek(place)
            return file.read(member.size)

    def _walk(self, file: BinaryIO) -> Iterator[Member]:
        """Every file in turn, with its hash; raises at the first byte that is not ours."""
        while (block := file.read(BLOCK)) != bytes(BLOCK):
            place = f"byte {file.tell() - len(block)} of {self._path.name}"
            if len(block) != BLOCK:
                raise BadParcel(place, "it was cut short")
            name, size = read_header(block, place)
            if name in self._places:
                raise BadParcel(name, "it is there twice")
            start = file.tell()
            member = Member(name, size, _hash(file, name, size))
            if file.read(-size % BLOCK) != padding(size):
                raise BadParcel(name, "what follows it was altered")
            self._places[name] = (start, member)
            yield member
        if file.read(len(END)) != END[BLOCK:]:
            raise BadParcel(self._path.name, "its end was altered")


def _hash(file: BinaryIO, name: str, size: int) -> str:
    digest, left = hashlib.sha256(), size
    while left:
        part = file.read(min(CHUNK, left))
        if not part:
            raise BadParcel(name, "it was cut short")
        digest.update(part)
        left -= len(part)
    return digest.hexdigest()
