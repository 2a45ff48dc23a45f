"""Jobs run as a worker runs them, whatever happens to the worker."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support.autumn import Autumn
from tests.support.cast import PASS_KEY, World, trust_the_keys
from tests.support.service import settings
from voucher_service import jobs
from voucher_service.actions import inviting
from voucher_service.actions.inviting import Newcomer
from voucher_service.actions.printing import booklet_range, request_print
from voucher_service.actions.settling import open_period
from voucher_service.jobs.tools import Tools, make_tools
from voucher_service.secret_files import write_once
from voucher_service.store import jobs as rows
from voucher_service.store import tables


class Yard:
    """A world, and workers that look for work in it."""

    def __init__(self, world: World, tools: Tools) -> None:
        self.world, self.tools = world, tools

    def sessions(self) -> Session:
        return Session(self.world.engine)

    def fresh(self) -> Session:
        """A session of one's own; the world's lets go, for it may hold SQLite's write lock."""
        self.world.session.commit()
        return self.sessions()

    def ask(self, kind: str, **arguments: object) -> int:
        with self.fresh() as session, session.begin():
            return rows.enqueue(session, kind, arguments, 0, None, self.world.now)

    def work(self, *kinds: str, worker: str = "worker 1") -> bool:
        self.world.session.commit()
        wanted = kinds or jobs.EVERYWHERE
        return jobs.run_one(self.sessions, self.tools, wanted, worker, lambda: self.world.now)

    def job(self, number: int) -> tables.Job:
        self.world.session.rollback()
        found = self.world.session.get_one(tables.Job, number)
        self.world.session.commit()
        return found

    def count(self, table: type[tables.Base]) -> int:
        with self.fresh() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def yard(engine, database_url, tmp_path):
    passphrase = tmp_path / "passphrase"
    write_once(passphrase, b"a passphrase for tests")
    pem = PASS_KEY.to_encrypted_pem(b"a passphrase for tests")
    write_once(tmp_path / "keys" / "pass-2601.pem", pem)
    made = settings(tmp_path, database_url)
    object.__setattr__(made, "passphrase_file", passphrase)
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session)
        yield Yard(world, make_tools(made))
        session.rollback()
        world.close_book()


@pytest.fixture
def order(yard):
    world = yard.world
    order = world.order(world.campaign({world.funder("Métropole"): 1}), 3)
    world.fund(order)
    return order


def test_without_work_a_worker_rests(yard):
    assert not yard.work()


def test_an_order_is_issued(yard, order):
    job = yard.ask(rows.ISSUE, order=order)
    assert yard.work()
    assert yard.job(job).state == "done"
    assert (yard.job(job).done, yard.job(job).total) == (3, 3)
    assert yard.count(tables.Booklet) == 3


def test_an_order_issued_twice_is_issued_once(yard, order):
    for _ in range(2):
        yard.ask(rows.ISSUE, order=order)
        assert yard.work()
    assert yard.count(tables.Booklet) == 3


def test_jobs_are_done_in_the_order_they_were_asked(yard, order):
    first, second = (yard.ask(rows.ISSUE, order=order) for _ in range(2))
    yard.work()
    assert (yard.job(first).state, yard.job(second).state) == ("done", "queued")


def test_a_job_that_cannot_be_done_says_why(yard):
    world = yard.world
    unfunded = world.order(world.campaign({world.funder("Métropole"): 1}), 3)
    job = yard.ask(rows.ISSUE, order=unfunded)
    assert yard.work()
    assert yard.job(job).state == "failed"
    assert "record the receipts first" in yard.job(job).note


def test_who_asked_for_long_work_and_left_is_told_how_it_ended(yard, order):
    world = yard.world
    person = inviting.add_person(
        world.session, "odile@example.org", Newcomer("Odile", "a long password", "fr"), world.now
    )
    quick = yard.ask(rows.ISSUE, order=order, actor=f"person:{person}")
    yard.work()
    slow = yard.ask(rows.ISSUE, order=order, actor=f"person:{person}")
    failed = yard.ask(rows.ISSUE, actor="token:1")
    world.later(minutes=1)
    while yard.work():
        pass
    with yard.fresh() as session:
        told = session.scalars(
            select(tables.Outbox.payload)
            .where(tables.Outbox.topic == "job_ended")
            .order_by(tables.Outbox.id)
        ).all()
    assert yard.job(quick).state == "done"
    assert told == [
        {
            "job": slow,
            "kind": "issue",
            "state": "done",
            "to": "odile@example.org",
            "language": "fr",
        },
        {"job": failed, "kind": "issue", "state": "failed"},
    ]


def test_a_fault_of_ours_is_kept_with_the_job(yard):
    job = yard.ask(rows.ISSUE)  # without its order
    assert yard.work()
    assert (yard.job(job).state, yard.job(job).note) == ("failed", "KeyError: 'order'")


def test_a_dead_workers_job_is_taken_over_when_its_claim_has_run_out(yard, order):
    job = yard.ask(rows.ISSUE, order=order)
    with yard.fresh() as session, session.begin():
        assert rows.claim(session, jobs.EVERYWHERE, "worker 0", yard.world.now) is not None
    assert not yard.work()
    yard.world.later(seconds=61)
    assert yard.work()
    assert (yard.job(job).state, yard.job(job).worker) == ("done", "worker 1")


def test_a_worker_whose_job_was_taken_over_does_not_end_it(yard, order):
    job = yard.ask(rows.ISSUE, order=order)
    with yard.fresh() as session, session.begin():
        rows.claim(session, jobs.EVERYWHERE, "worker 0", yard.world.now)
    yard.world.later(seconds=61)
    yard.work()
    with yard.fresh() as session, session.begin():
        rows.end(session, job, "worker 0", "failed", "too late")
    assert (yard.job(job).state, yard.job(job).note) == ("done", "3 booklets")


def test_a_worker_without_the_key_leaves_prints_to_others(yard, order):
    yard.world.issue(order)
    job = printed(yard, order, "ndjson")[1]
    assert not yard.work(*jobs.EVERYWHERE)
    assert yard.job(job).state == "queued"


def printed(yard: Yard, order: int, form: str) -> tuple[int, int]:
    """A request to print a whole order: (print, job)."""
    with yard.fresh() as session, session.begin():
        booklets = booklet_range(session, order, None, None)
        return request_print(session, order, form, booklets, None, yard.world.now)


@pytest.mark.parametrize("form", ["pdf", "ndjson"])
def test_a_print_is_a_file_that_waits_to_be_fetched(yard, order, form):
    yard.world.issue(order)
    number, job = printed(yard, order, form)
    assert yard.work(*jobs.SIGNER)
    assert yard.job(job).state == "done"
    with yard.fresh() as session:
        request = session.get_one(tables.PrintRequest, number)
    assert request.file_name == f"print-{number}.{form}"
    content = (yard.tools.settings.prints / request.file_name).read_bytes()
    if form == "pdf":
        assert content.startswith(b"%PDF-")
    else:
        assert [json.loads(line)["number"] for line in content.splitlines()] == [1, 2, 3, 4, 5] * 3


def test_a_print_made_twice_is_the_same_file(yard, order):
    yard.world.issue(order)
    number, _ = printed(yard, order, "ndjson")
    yard.work(*jobs.SIGNER)
    file = yard.tools.settings.prints / f"print-{number}.ndjson"
    before = file.read_bytes()
    yard.ask(rows.PRINT, print=number)
    assert yard.work(*jobs.SIGNER)
    assert file.read_bytes() == before


def test_a_print_that_fails_leaves_no_file(yard, order):
    yard.world.issue(order)
    number, job = printed(yard, order, "pdf")
    yard.tools.settings.passphrase_file.write_bytes(b"another passphrase")
    assert yard.work(*jobs.SIGNER)
    assert "does not open" in yard.job(job).note
    assert list(yard.tools.settings.prints.iterdir()) == []
    with yard.fresh() as session:
        assert session.get_one(tables.PrintRequest, number).file_name is None


def test_a_period_is_closed_and_drawn(yard):
    played = Autumn(yard.world)
    played.spend(played.ping, 2)
    cutoff = yard.world.now + timedelta(hours=1)
    yard.world.later(hours=2)
    with yard.fresh() as session, session.begin():
        open_period(session, "2026-11", cutoff, yard.world.now)
    job = yard.ask(rows.CLOSE, label="2026-11", actor="token:1")
    assert yard.work()
    assert (yard.job(job).state, yard.job(job).note) == ("done", "4 statements")
    assert yard.count(tables.Rendering) == 8
    assert (yard.job(job).done, yard.job(job).total) == (8, 8)
    yard.ask(rows.CLOSE, label="2026-11", actor="token:1")
    assert yard.work()
    assert (yard.count(tables.Statement), yard.count(tables.Rendering)) == (4, 8)
