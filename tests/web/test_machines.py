"""What machines ask without a token: health, readiness, counts, public keys, files."""

import base64

import pytest
from sqlalchemy.exc import OperationalError

from tests.support.cast import PASS_KEY, STATEMENT_KEY
from tests.support.problems import refused
from voucher_service.actions import trusting
from voucher_service.core.signing import KeyStatus
from voucher_service.store.queries import public


def test_a_process_that_runs_is_healthy(fetch):
    assert fetch("/healthz").json == {"status": "ok"}


def test_a_process_with_a_migrated_database_and_keys_is_ready(fetch):
    answer = fetch("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "change",
    ["UPDATE alembic_version SET version_num = '0001'", "DROP TABLE alembic_version"],
)
def test_a_database_behind_is_healthy_but_not_ready(fetch, forge, change):
    forge(change)
    answer = fetch("/readyz")
    refused(answer, 503, "not_ready")
    assert "migrations" in answer.json["detail"]
    assert answer.headers["Retry-After"] == "5"
    assert fetch("/healthz").status_code == 200


def test_without_keys_it_is_not_ready(fetch, forge):
    forge("DELETE FROM signing_key")
    refused(fetch("/readyz"), 503, "not_ready")


def test_a_database_that_is_away_is_not_ready(fetch, monkeypatch):
    def away(*_arguments):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(public, "not_ready", away)
    refused(fetch("/readyz"), 503, "unavailable")
    assert fetch("/healthz").status_code == 200


def test_the_public_keys_are_written_as_others_read_them(service, fetch):
    trusting.change_key(service.world.session, PASS_KEY.kid.hex(), KeyStatus.RETIRED)
    by_purpose = {key["purpose"]: key for key in fetch("/.well-known/jwks.json").json["keys"]}
    for purpose, kid, public_half, status in (
        ("pass", PASS_KEY.kid.hex(), PASS_KEY.public, "retired"),
        ("statement", STATEMENT_KEY.kid, STATEMENT_KEY.public, "active"),
    ):
        key = by_purpose[purpose]
        assert (key["kid"], key["status"]) == (kid, status)
        assert (key["kty"], key["crv"], key["alg"], key["use"]) == (
            "OKP",
            "Ed25519",
            "Ed25519",
            "sig",
        )
        assert base64.urlsafe_b64decode(key["x"] + "=") == public_half
        assert "d" not in key


def test_requests_are_counted_by_route_never_by_what_they_carried(fetch):
    fetch("/verify/RA-2026-123456")
    counts = fetch("/metrics")
    assert counts.headers["Content-Type"].startswith("text/plain")
    assert 'route="/verify/<word:number>"' in counts.text
    assert "RA-2026-123456" not in counts.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/style.css", "text/css"),
        ("/static/pass.js", "text/javascript"),
        ("/static/favicon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ],
)
def test_files_of_the_pages_are_served_and_may_be_kept(fetch, path, kind):
    answer = fetch(path)
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    unchanged = fetch(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304


@pytest.mark.parametrize("path", ["../machines.py", "..%2fmachines.py", "nothing.css", ".hidden"])
def test_nothing_else_is_served(fetch, path):
    assert fetch(f"/static/{path}").status_code == 404
