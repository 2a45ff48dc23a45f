"""A parcel is what was signed, to the last byte; whatever is altered is named."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.support.cast import STATEMENT_KEY
from voucher_service.core.attestation import statement_key
from voucher_service.core.canonical import Json
from voucher_service.core.parcel import (
    BLOCK,
    LARGEST_MEMBER,
    MANIFEST,
    SIGNATURE,
    SUMS,
    BadParcel,
    Member,
    header,
    manifest,
    padding,
    signature,
    sums,
)
from voucher_service.jobs.parcels import Parcel, ParcelWriter

FACTS: dict[str, Json] = {"format": "trial/1"}
FILES = {"README.txt": b"Bonjour\n", "tables/a/000001.ndjson": b'{"a":1}\n' * 70, "empty": b""}


def packed(files: dict[str, bytes] = FILES) -> bytes:
    file = io.BytesIO()
    writer = ParcelWriter(file)
    for name, content in files.items():
        writer.add(name, content)
    writer.finish(FACTS, STATEMENT_KEY)
    return file.getvalue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "parcel.tar"
    path.write_bytes(packed())
    return path


def refused(path: Path, content: bytes) -> BadParcel:
    path.write_bytes(content)
    with pytest.raises(BadParcel) as error:
        Parcel(path)
    return error.value


def test_what_was_put_in_comes_out(path: Path):
    parcel = Parcel(path)
    assert {name: parcel.read(name) for name in FILES} == FILES
    assert parcel.signed.facts["format"] == "trial/1"
    assert (parcel.signed.kid, parcel.signed.public) == (STATEMENT_KEY.kid, STATEMENT_KEY.public)
    with pytest.raises(BadParcel, match="missing"):
        parcel.read("elsewhere")


def test_the_same_files_are_the_same_bytes():
    assert packed() == packed()


def test_ordinary_programs_open_it_and_check_it(path: Path):
    with tarfile.open(path) as tar:
        assert tar.getnames() == [*FILES, SUMS, MANIFEST, SIGNATURE]
        tar.extractall(path.parent, filter="data")
    checked = subprocess.run(
        ["sha256sum", "-c", SUMS], cwd=path.parent, capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK") == len(FILES)


def test_no_byte_of_it_can_be_altered(path: Path):
    whole = path.read_bytes()
    # Every byte of the first header and file, and a sample of the rest.
    for place in [*range(2 * BLOCK), *range(2 * BLOCK, len(whole), 11)]:
        altered = bytearray(whole)
        altered[place] ^= 1
        refused(path, bytes(altered))


def test_the_file_that_was_altered_is_named(path: Path):
    whole = path.read_bytes()
    place = whole.index(b'{"a":1}')
    altered = whole[:place] + b'{"a":2}' + whole[place + 7 :]
    assert refused(path, altered).name == "tables/a/000001.ndjson"
    assert refused(path, whole.replace(b"Bonjour", b"Bonsoir")).name == "README.txt"
    assert refused(path, whole.replace(b"trial/1", b"trial/2")).name == MANIFEST
    assert refused(path, b"no parcel at all").name.startswith("byte 0")


@pytest.mark.parametrize("left", [0, BLOCK, 2 * BLOCK, -1, -BLOCK, -5 * BLOCK, -5 * BLOCK - 7])
def test_a_parcel_that_was_cut_short_is_refused(path: Path, left: int):
    whole = path.read_bytes()
    refused(path, whole[:left])


def test_nothing_can_be_added(path: Path):
    whole = path.read_bytes()
    refused(path, whole + b"\0")
    more = header("more", 4) + b"more" + padding(4)
    assert refused(path, more + whole).name == "more"
    assert refused(path, packed()[:-1024] + more + bytes(1024)).name == "parcel.tar"
    twice = header("README.txt", 8) + FILES["README.txt"] + padding(8)
    assert refused(path, twice + whole).name == "README.txt"


def rebuilt(files: dict[str, bytes], named: bytes, signed: bytes) -> bytes:
    """A parcel of any parts, with headers that are right."""
    members = [*files.items(), (MANIFEST, named), (SIGNATURE, signed)]
    return b"".join(
        header(name, len(content)) + content + padding(len(content)) for name, content in members
    ) + bytes(1024)


def test_a_manifest_that_another_key_signed_or_that_names_other_files_is_refused(path: Path):
    true = Parcel(path)
    files = {**FILES, SUMS: true.read(SUMS)}
    content, signed = true.read(MANIFEST), true.read(SIGNATURE)
    assert rebuilt(files, content, signed) == packed()
    other = statement_key(bytes(32))
    # Another key signs another parcel: who to believe is for the reader to say.
    path.write_bytes(rebuilt(files, content, signature(content, other)))
    assert Parcel(path).signed.kid == other.kid
    mixed = signed.replace(STATEMENT_KEY.kid.encode(), other.kid.encode())
    assert refused(path, rebuilt(files, content, mixed)).name == SIGNATURE
    assert refused(path, rebuilt(files, content, b"{}")).name == SIGNATURE
    fewer = manifest(FACTS, true.members[1:])
    assert refused(path, rebuilt(files, fewer, signature(fewer, STATEMENT_KEY))).name
    none = b"{}"
    assert refused(path, rebuilt(files, none, signature(none, STATEMENT_KEY))).name == MANIFEST
    wrong_sums = [Member(one.name, one.size, "0" * 64) for one in true.members[:-1]]
    file = io.BytesIO()
    writer = ParcelWriter(file)
    for name, text in {**FILES, SUMS: sums(wrong_sums)}.items():
        writer.add(name, text)
    named = manifest(FACTS, writer.members)
    parts = {**FILES, SUMS: sums(wrong_sums)}
    assert refused(path, rebuilt(parts, named, signature(named, STATEMENT_KEY))).name == SUMS


def test_a_file_that_is_exchanged_after_the_check_is_not_read(path: Path):
    parcel = Parcel(path)
    path.write_bytes(packed({**FILES, "README.txt": b"Bonsoir\n"}))
    with pytest.raises(BadParcel, match="README"):
        parcel.read("README.txt")


@pytest.mark.parametrize(
    ("name", "size"), [("é", 1), ("", 1), ("a" * 101, 1), ("a", LARGEST_MEMBER + 1), ("a", -1)]
)
def test_what_an_ordinary_tar_cannot_say_is_refused(name: str, size: int):
    with pytest.raises(ValueError, match="cannot stand"):
        header(name, size)
