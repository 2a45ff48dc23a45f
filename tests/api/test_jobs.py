"""Long work tells how far it has come."""

from tests.support.problems import refused
from voucher_service.store import jobs


def test_a_job_is_followed_to_its_end(service):
    world, auditor = service.world, service.by("auditor")
    number = jobs.enqueue(world.session, jobs.CLOSE, {"label": "x"}, 4, None, world.now)
    world.session.commit()
    path = f"/jobs/{number}"
    job = auditor.get(path).json["job"]
    assert job == {
        "id": str(number),
        "kind": "close",
        "state": "queued",
        "done": 0,
        "total": 4,
        "note": "",
    }
    assert auditor.get(path).json == job | {"job": job}
    jobs.claim(world.session, (jobs.CLOSE,), "w", world.now)
    jobs.keep(world.session, number, "w", 3, 4, world.now)
    assert (auditor.get(path).json["state"], auditor.get(path).json["done"]) == ("running", 3)
    jobs.end(world.session, number, "w", "failed", "not_found: There is no period x.")
    assert auditor.get(path).json["note"] == "not_found: There is no period x."
    assert [item["state"] for item in auditor.get("/jobs").json["items"]] == ["failed"]


def test_a_job_that_does_not_exist_is_not_found(service):
    refused(service.by("operator").get("/jobs/99"), 404, "not_found")
