"""The ground itself: databases are fresh, migrated and apart, on both engines."""

import os
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from tests.support import postgres
from tests.support.postgres import NoPostgres, PostgresServer
from tests.support.processes import free_port, run, serving
from voucher_service.store.migrations import at_head

NOTE = "CREATE TABLE note (said TEXT)"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_database_is_migrated_and_holds_nothing_of_another_test(engine: Engine, turn: str):
    with engine.connect() as connection:
        assert at_head(connection)
    with engine.begin() as connection:
        connection.execute(text(NOTE))  # it would exist already, were the database shared
        connection.execute(text("INSERT INTO note VALUES (:turn)"), {"turn": turn})
        assert connection.scalar(text("SELECT count(*) FROM note")) == 1


def test_each_engine_is_the_one_in_the_name_of_the_test(
    engine: Engine, request: pytest.FixtureRequest
):
    assert engine.dialect.name in request.node.name


def test_postgresql_alone_can_be_asked_for(pg_engine: Engine, postgres_url: str):
    assert pg_engine.dialect.name == "postgresql"
    assert make_url(postgres_url).database == pg_engine.url.database


def test_the_machine_lives_in_a_zone_where_it_is_already_tomorrow():
    assert time.strftime("%z") == "+1400"


def test_a_durable_server_remembers_what_was_committed_when_the_plug_is_pulled(
    durable_postgres: PostgresServer,
):
    with psycopg.connect(durable_postgres.url()) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        connection.execute(NOTE)
        connection.execute("INSERT INTO note VALUES ('kept')")
    durable_postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(durable_postgres.url())
    durable_postgres.start()
    with psycopg.connect(durable_postgres.url()) as connection:
        assert connection.execute("SELECT said FROM note").fetchall() == [("kept",)]


def test_the_wheel_s_server_works_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres, "system_programs", list)
    with postgres.running() as server, psycopg.connect(server.url()) as connection:
        assert connection.info.server_version >= 180_000
        home = server.home
    assert not home.exists()


def test_without_any_postgresql_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(postgres, "system_programs", list)
    monkeypatch.setattr(postgres, "wheel_programs", list)
    with pytest.raises(NoPostgres, match="TEST_DATABASE_URL"):
        postgres.find_programs()


def test_a_server_s_folder_is_nobody_else_s(durable_postgres: PostgresServer):
    assert durable_postgres.home.stat().st_mode & 0o077 == 0


def test_a_program_is_served_asked_and_ended(tmp_path: Path):
    env = {**os.environ, "PORT": str(free_port())}
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", env["PORT"]]
    with serving(command, cwd=tmp_path, env=env) as client:
        assert client.get("/").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{env['PORT']}/")


def test_a_server_that_dies_is_reported_with_what_it_said(tmp_path: Path):
    command = [sys.executable, "-c", "raise SystemExit('no database here')"]
    env = {**os.environ, "PORT": str(free_port())}
    with (
        pytest.raises(AssertionError, match="no database here"),
        serving(command, cwd=tmp_path, env=env),
    ):
        pass


def test_a_program_that_fails_is_reported_with_what_it_said(tmp_path: Path):
    with pytest.raises(AssertionError, match="ended with 1:\nno such order"):
        run([sys.executable, "-c", "exit('no such order')"], cwd=tmp_path, env=os.environ)
