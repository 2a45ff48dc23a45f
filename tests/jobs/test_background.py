import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.service import settings
from voucher_service import jobs
from voucher_service.config import Mode
from voucher_service.core.errors import Conflict
from voucher_service.jobs import background
from voucher_service.jobs.heartbeat import Heartbeat, LostClaim
from voucher_service.store import jobs as rows
from voucher_service.store.engine import UNAVAILABLE

BEAT = "voucher_service.jobs.heartbeat.BEAT_SECONDS"


def kinds_here(settings: Any) -> tuple[str, ...]:
    tools: Any = SimpleNamespace(settings=settings)
    return background.kinds_here(tools)


def heartbeat() -> Heartbeat:
    no_session: Any = NoSession
    return Heartbeat(no_session, 1, 0, "worker", lambda: datetime.now(UTC))


def work_slowly(beat: Heartbeat) -> None:
    for done in range(1000):
        beat.progress(done, 1000)
        time.sleep(0.01)


def test_the_served_process_signs_in_a_demonstration_and_never_in_production(tmp_path):
    signing = replace(settings(tmp_path, "sqlite:///x"), passphrase_file=tmp_path / "passphrase")
    assert kinds_here(signing) == (jobs.EVERYWHERE + jobs.SIGNER)
    production = replace(signing, mode=Mode.PRODUCTION)
    assert kinds_here(production) == jobs.EVERYWHERE
    without = replace(signing, passphrase_file=None)
    assert kinds_here(without) == jobs.EVERYWHERE


def test_a_worker_survives_a_database_that_is_away(monkeypatch):
    stop, tries = threading.Event(), []

    def away(*_arguments):
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        raise UNAVAILABLE[-1]("away")

    monkeypatch.setattr(background, "run_one", away)
    monkeypatch.setattr(background, "PAUSE_SECONDS", 0.0)
    work_until: Any = background.work_until
    work_until(stop, None, None, ())
    assert len(tries) == 3


def test_a_heartbeat_tells_how_far_the_work_is(monkeypatch):
    told = []

    def keep(_session, _job, _worker, done, total, _now):
        told.append((done, total))
        return True

    monkeypatch.setattr(rows, "keep", keep)
    monkeypatch.setattr(BEAT, 0.01)
    with heartbeat() as beat:
        beat.progress(3, 10)
        deadline = time.monotonic() + 5
        while (3, 10) not in told and time.monotonic() < deadline:
            time.sleep(0.01)
        beat.progress(10, 10)
    assert (3, 10) in told
    assert told[-1] == (10, 10)


def test_work_whose_claim_was_lost_stops(monkeypatch):
    monkeypatch.setattr(rows, "keep", lambda *_arguments: False)
    monkeypatch.setattr(BEAT, 0.01)
    with pytest.raises(LostClaim), heartbeat() as beat:
        work_slowly(beat)


def test_a_busy_database_costs_a_heartbeat_one_beat(monkeypatch):
    def busy(*_arguments):
        raise UNAVAILABLE[-1]("busy")

    monkeypatch.setattr(rows, "keep", busy)
    with pytest.raises(Conflict), heartbeat():
        raise Conflict("why", "The work's own error comes through.")


class NoSession:
    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def begin(self):
        return self
