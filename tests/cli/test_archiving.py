"""``voucher-service archive``: a folder that only grows, that anybody can check, that tells."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import House, run
from tests.support.autumn import Autumn
from tests.support.cast import STATEMENT_KEY
from tests.support.fees import invoiced
from tests.support.forging import forge
from voucher_service.core.canonical import canonical
from voucher_service.core.parcel import signature
from voucher_service.core.sealing import Seal, leaf, merkle_root
from voucher_service.store import tables
from voucher_service.store.frozen import NOT_DOCUMENTS
from voucher_service.store.tables import Base

EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def closed(house: House) -> House:
    """A period closed, its papers drawn, the ledger sealed; on both engines."""
    return with_a_month(house)


@pytest.fixture
def pilot(sqlite_house: House) -> House:
    return with_a_month(sqlite_house)


def with_a_month(house: House) -> House:
    autumn = Autumn(house.world)
    autumn.spend(autumn.ping, 4)
    house.facts("close-period", "autumn", "--cutoff", EARLIER.isoformat())
    house.world.session.add(
        tables.BankMessage(
            sha256="ab" * 32,
            form="camt.053.001.08",
            content=b"<Document/>",
            received_by="token:1",
            received_at=EARLIER,
        )
    )
    invoiced(house.world)
    house.facts("seal")
    return house


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_documents_become_files_that_ordinary_programs_check(closed: House, tmp_path: Path):
    folder = tmp_path / "archive"
    assert closed.facts("archive", "--out", folder)["differ"] == []
    year = datetime.now(UTC).year
    names = files(folder)
    for suffix in ("json", "json.sig", "pdf", "csv"):
        assert f"documents/RA-{year}/RA-{year}-000001.{suffix}" in names
    assert names[f"bank/{EARLIER.year}/000001-{'ab' * 8}"] == b"<Document/>"
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    keys = folder / "runs/000001/keys.json"
    statement = folder / f"documents/RA-{year}/RA-{year}-000001.json"
    assert closed.facts("verify", statement, "--keys", keys)["valid"]
    assert closed.facts("archive", "--check", folder, "--keys", keys) == {
        "faults": [],
        "signed_by": [STATEMENT_KEY.kid],
    }


def test_the_movements_of_a_seal_prove_it_without_a_database(closed: House, tmp_path: Path):
    folder = tmp_path / "archive"
    closed.facts("archive", "--out", folder)
    for books in ("ledger", "fee-ledger"):
        lines = (folder / f"{books}/000001.ndjson").read_bytes().splitlines()
        seal = json.loads((folder / f"{books}/000001.seal.json").read_bytes())
        rows = [json.loads(line) for line in lines]
        again = Seal(
            seal["number"],
            len(rows),
            sum(row["cents"] for row in rows),
            seal["previous"],
            merkle_root([leaf(row) for row in rows]),
        )
        assert again.hash == seal["hash"]


def test_a_second_run_adds_what_is_new_and_touches_nothing_else(pilot: House, tmp_path: Path):
    folder = tmp_path / "archive"
    pilot.facts("archive", "--out", folder)
    before = files(folder)
    again = pilot.facts("archive", "--out", folder)
    assert (again["added"], again["there"] > 10) == (0, True)
    assert files(folder) == before
    pilot.facts("seal")
    pilot.world.now = datetime.now(UTC) - timedelta(minutes=1)
    funder = pilot.world.funder("Caisse")
    pilot.world.order(pilot.world.campaign({funder: 1}), 1)
    pilot.facts("seal")
    assert pilot.facts("archive", "--out", folder)["added"] > 3
    after = files(folder)
    before.pop("SHA256SUMS")
    assert {name: after[name] for name in before} == before
    assert json.loads(after["runs/000002/manifest.json"])["previous"] is not None
    assert pilot.facts("archive", "--check", folder)["faults"] == []


def test_what_the_database_now_holds_otherwise_is_named(pilot: House, tmp_path: Path):
    folder = tmp_path / "archive"
    pilot.facts("archive", "--out", folder)
    forge(pilot.world, "UPDATE transfer SET cents = cents + 1 WHERE event = 'use:2'")
    forge(pilot.world, "UPDATE statement SET document = x'7b7d' WHERE number LIKE 'RA-%'")
    result = pilot.run("archive", "--out", folder, "--json")
    assert result.exit_code == 1
    year = datetime.now(UTC).year
    assert json.loads(result.stdout)["differ"] == [
        f"documents/RA-{year}/RA-{year}-000001.json", "ledger/000001.ndjson",
    ]  # fmt: skip
    assert "one was altered" in result.stderr
    assert pilot.facts("archive", "--check", folder)["faults"] == []  # the archive is as it was


def test_whatever_is_altered_in_the_archive_is_named(pilot: House, tmp_path: Path):
    folder = tmp_path / "archive"
    pilot.facts("archive", "--out", folder)
    whole = files(folder)
    paper = next(name for name in whole if name.endswith(".csv"))
    sums = whole["SHA256SUMS"].decode()

    def faults(name: str, content: bytes | None) -> str:
        path = folder / name
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        said = pilot.refused("archive", "--check", folder, status=1)
        path.write_bytes(whole[name]) if name in whole else path.unlink()
        return said

    assert f"{paper}: it was altered" in faults(paper, b"x")
    assert f"{paper}: it is missing" in faults(paper, None)
    assert "documents/more: no list names it" in faults("documents/more", b"x")
    lines = [line for line in sums.splitlines(keepends=True) if paper not in line]
    assert f"{paper}: the sums and the signed manifests differ" in faults(
        "SHA256SUMS", "".join(lines).encode()
    )
    manifest = whole["runs/000001/manifest.json"]
    assert "not what was signed" in faults(
        "runs/000001/manifest.json", manifest.replace(b'"run":1', b'"run":2')
    )
    assert "runs/000001" in faults("runs/000001/manifest.sig", None)
    assert "is damaged" in pilot_refused(pilot, folder, whole)
    assert pilot.facts("archive", "--check", folder)["faults"] == []


def pilot_refused(pilot: House, folder: Path, whole: dict[str, bytes]) -> str:
    (folder / "SHA256SUMS").write_bytes(b"no sums\n")
    said = pilot.refused("archive", "--check", folder)
    (folder / "SHA256SUMS").write_bytes(whole["SHA256SUMS"])
    return said


def test_a_manifest_that_was_exchanged_breaks_the_chain(pilot: House, tmp_path: Path):
    folder = tmp_path / "archive"
    pilot.facts("archive", "--out", folder)
    pilot.world.funder("Caisse")
    pilot.facts("seal")
    first = folder / "runs/000001"
    facts = json.loads((first / "manifest.json").read_bytes()) | {"previous": "0" * 64}
    content = canonical(facts)
    (first / "manifest.json").write_bytes(content)
    (first / "manifest.sig").write_bytes(signature(content, STATEMENT_KEY))
    said = pilot.refused("archive", "--check", folder, status=1)
    assert "it does not follow the one before" in said


def test_everything_fits_in_one_signed_file_too(pilot: House, tmp_path: Path):
    file = tmp_path / "archive.tar"
    assert pilot.facts("archive", "--out", file)["added"] > 10
    assert "exists" in pilot.refused("archive", "--out", file)
    assert pilot.facts("archive", "--check", file)["signed_by"] == [STATEMENT_KEY.kid]
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}', encoding="utf-8")
    said = pilot.refused("archive", "--check", file, "--keys", keys, status=1)
    assert STATEMENT_KEY.kid in said
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    assert "end was altered" in pilot.refused("archive", "--check", file, status=1)


@pytest.mark.usefixtures("environment")
def test_what_is_no_archive_is_refused(tmp_path: Path):
    for arguments, said in (
        ((), "--out"),
        (("--out", "a", "--check", "b"), "--out"),
        (("--check", tmp_path), "is no archive"),
        (("--check", tmp_path / "none"), "There is no"),
    ):
        result = run("archive", *arguments)
        assert result.exit_code == 2
        assert said in result.stderr


def test_every_column_of_bytes_is_archived_or_is_no_document():
    # A new document? Give it a name in store/frozen.py.
    archived = {
        ("statement", "document"), ("statement", "signature"), ("document", "document"),
        ("document", "signature"), ("rendering", "content"), ("document_file", "content"),
        ("payout_batch", "document"), ("payout_batch", "file"), ("bank_message", "content"),
            ("refund_batch", "document"), ("refund_batch", "file"),
        ("fee_document", "document"), ("fee_document", "signature"),
        ("fee_document_file", "content"),
    }  # fmt: skip
    there = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if getattr(column.type, "python_type", None) is bytes
    }
    assert there == archived | NOT_DOCUMENTS.keys()
