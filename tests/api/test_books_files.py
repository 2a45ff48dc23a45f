"""The auditor's report and the accounting file over the API: asked for, made by a job, fetched."""

from base64 import b64decode
from datetime import timedelta
from hashlib import sha256

import pytest

from tests.documents import reading
from tests.support.problems import refused
from voucher_service.jobs import books_files as making
from voucher_service.store import books_files, tables


@pytest.fixture
def auditor(service):
    return service.by("auditor")


def made(service, auditor, path, body):
    """What was asked for, once a worker has made it."""
    asked = auditor.post(path, body)
    assert (asked.status_code, asked.json["job"]["state"]) == (202, "queued")
    service.run_jobs()
    found = auditor.get(f"/ledger/files/{asked.json['file']}").json
    assert found["job"]["state"] == "done", found["job"]["note"]
    return found


def fetched(auditor, found, ending):
    (file,) = [one for one in found["files"] if one["name"].endswith(ending)]
    answer = auditor.get(f"/ledger/files/{found['id']}/{file['name']}")
    assert answer.content_type == file["media_type"]
    assert len(answer.data) == answer.content_length == file["bytes"]
    assert sha256(answer.data).hexdigest() == file["sha256"]
    digest = answer.headers["Repr-Digest"].removeprefix("sha-256=:").removesuffix(":")
    assert b64decode(digest).hex() == file["sha256"]
    return answer


@pytest.mark.usefixtures("nantes")
def test_the_auditor_has_everything_looked_at_again_and_gets_it_on_paper_too(service, auditor):
    found = made(service, auditor, "/ledger/audit", {"since": "2026-11-01"})
    assert (found["kind"], found["asked"], found["faults"]) == ("audit", {"since": "2026-11-01"}, 0)
    assert found["job"]["done"] == found["job"]["total"] > 0
    report = fetched(auditor, found, ".json").json
    assert report["clean"]
    assert (report["since"], report["head_seal"]) == ("2026-11-01T00:00:00+01:00", None)
    assert {chapter["name"] for chapter in report["chapters"]} > {"documents", "ledger", "seals"}
    assert "nothing to report" in reading.text(fetched(auditor, found, "-en.pdf").data)
    service.world.session.query(tables.Counter).update({"value": 9})
    service.world.session.commit()
    found = made(service, auditor, "/ledger/audit", {})
    report = fetched(auditor, found, ".json").json
    assert not report["clean"]
    faults = [item for chapter in report["chapters"] for item in chapter["findings"]]
    assert found["faults"] == len(faults)
    assert {"number_missing"} == {item["code"] for item in faults if item["subject"][:2] == "AF"}
    assert [one["id"] for one in auditor.get("/ledger/files").json["items"]] == ["1", "2"]


@pytest.mark.usefixtures("nantes")
def test_the_accountant_gets_the_file_of_days_that_are_over_with_its_note(
    service, auditor, monkeypatch
):
    monkeypatch.setattr(making, "PART_BYTES", 100)  # in many pieces, as a large one is
    days = {"from": "2026-01-01", "to": "2026-12-31"}
    service.world.later(days=1)
    found = made(service, auditor, "/ledger/fec", days | {"separator": "pipe"})
    assert found["asked"]["to"] == "2026-11-16"  # the last day that is over
    answer = fetched(auditor, found, "434933123FEC20261116.txt")
    assert answer.data.startswith(b"JournalCode|JournalLib|")
    assert len(answer.data.splitlines()) > 10
    assert "434933123FEC20261116.txt" in fetched(auditor, found, "_notice.txt").text
    refused(auditor.post("/ledger/fec", {"from": "2026-01-01"}), 422, "invalid", "to")
    wrong_way = {"from": "2026-12-01", "to": "2026-11-01"}
    refused(auditor.post("/ledger/fec", wrong_way), 422, "bad_days", "to")
    to_come = {"from": "2027-01-01", "to": "2027-11-01"}
    refused(auditor.post("/ledger/fec", to_come), 409, "not_over")


def test_asked_twice_it_is_made_once_and_after_a_failure_it_is_made_anew(
    service, auditor, monkeypatch
):
    first = auditor.post("/ledger/audit", {}).json
    assert service.by("finance").post("/ledger/audit", {}).json == first
    monkeypatch.setitem(making.MAKERS, "audit", lambda *_: 1 / 0)
    service.run_jobs()
    broken = auditor.get(f"/ledger/files/{first['file']}").json
    assert (broken["job"]["state"], broken["files"], broken["kept_until"]) == ("failed", [], None)
    monkeypatch.undo()
    again = made(service, auditor, "/ledger/audit", {})
    assert again["id"] != first["file"]
    assert auditor.post("/ledger/audit", {}).json["file"] not in {again["id"], first["file"]}


def test_what_two_workers_made_is_kept_once(service, auditor):
    number = int(auditor.post("/ledger/audit", {}).json["file"])
    session, now = service.world.session, service.world.now
    page = [books_files.Made("a.txt", "text/plain", [b"one ", b"two"])]
    assert books_files.keep(session, number, page, 0, now)
    assert not books_files.keep(session, number, page, 0, now)
    session.commit()
    service.run_jobs()  # a third one comes late, and finds nothing to do
    found = auditor.get(f"/ledger/files/{number}").json
    assert [one["name"] for one in found["files"]] == ["a.txt"]
    assert fetched(auditor, found, "a.txt").data == b"one two"


def test_the_bytes_are_forgotten_after_ninety_days_and_the_hash_stays(service, auditor):
    found = made(service, auditor, "/ledger/audit", {})
    path = f"/ledger/files/{found['id']}"
    name = found["files"][0]["name"]
    session, world = service.world.session, service.world
    assert books_files.forget(session, world.now + timedelta(days=89)) == 0
    world.later(days=91)
    refused(auditor.get(f"{path}/{name}"), 404, "not_found")
    assert books_files.forget(session, world.now) == 3
    session.commit()
    assert auditor.get(path).json["files"] == found["files"]
