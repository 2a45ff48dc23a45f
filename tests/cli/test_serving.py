import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import House, run
from tests.support.processes import free_port, serving
from voucher_service.store import jobs, tables

PROGRAM = Path(sys.executable).with_name("voucher-service")


@pytest.fixture
def funded(house: House) -> int:
    world = house.world
    order = world.order(world.campaign({world.funder("Métropole"): 1}), 20)
    world.fund(order)
    return order


def ask(house: House, kind: str, **arguments: object) -> int:
    number = jobs.enqueue(house.world.session, kind, arguments, 0, None, house.world.now)
    house.world.session.commit()
    return number


def wait_for(house: House, job: int, state: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = house.world.session.get_one(tables.Job, job, populate_existing=True).state
        house.world.session.commit()  # a session that reads holds SQLite's write lock until then
        if now == state:
            return
        time.sleep(0.05)
    raise AssertionError(f"job {job} is not {state}")


def test_a_service_answers_and_does_the_long_work_itself(house, funded):
    job = ask(house, jobs.ISSUE, order=funded)
    environment = {**os.environ, "PORT": str(free_port())}
    with serving([PROGRAM, "serve"], cwd=house.path, env=environment) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        wait_for(house, job, "done")


@pytest.mark.parametrize("kind", ["serve", "worker"])
def test_nothing_is_served_from_a_home_that_is_not_ready(environment, kind):
    before = sorted(environment.iterdir())
    result = run(kind)
    assert result.exit_code == 2
    assert "voucher-service init" in result.stderr
    assert sorted(environment.iterdir()) == before


def test_nothing_is_served_without_the_secrets(sqlite_house):
    (sqlite_house.path / "secrets" / "typed-code.key").unlink()
    assert "typed-code.key is missing: run" in sqlite_house.refused("serve")


def test_production_is_served_without_the_passphrase_and_without_test_keys(
    sqlite_house, monkeypatch
):
    monkeypatch.setenv("VOUCHER_ENV", "production")
    monkeypatch.setenv("VOUCHER_BASE_URL", "https://pass.example.org")
    monkeypatch.setenv("VOUCHER_ISSUER_SIRET", "43493312300029")
    assert "people must be told" in sqlite_house.refused("serve")
    monkeypatch.setenv("VOUCHER_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("VOUCHER_MAIL_FROM", "pass@example.org")
    assert "worker --signer" in sqlite_house.refused("serve")
    monkeypatch.delenv("VOUCHER_PASSPHRASE_FILE")
    assert "2601 is a test key" in sqlite_house.refused("serve")


def test_a_signer_whose_passphrase_does_not_open_its_key_does_not_start(sqlite_house):
    (sqlite_house.path / "passphrase").write_bytes(b"another passphrase")
    assert "does not open" in sqlite_house.refused("worker", "--signer")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("VOUCHER_ENV", "staging"),
        ("VOUCHER_SMTP_SECURITY", "maybe"),
        ("VOUCHER_DATABASE_URL_FILE", "/nowhere/url"),
    ],
)
def test_settings_that_cannot_be_are_refused(sqlite_house, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert sqlite_house.refused("serve")


def test_a_worker_does_what_waits_and_leaves_when_told(house, funded):
    job = ask(house, jobs.ISSUE, order=funded)
    worker = subprocess.Popen([PROGRAM, "worker", "--signer"], stderr=subprocess.PIPE)
    try:
        wait_for(house, job, "done")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
        worker.communicate()
