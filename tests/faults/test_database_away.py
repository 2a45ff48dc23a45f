"""A database that goes away: a clear answer, a time to try again, and no help needed to recover."""

import time
from contextlib import ExitStack

import psycopg

from tests.support.postgres import PostgresServer
from tests.support.stage import Stage, scan, serving
from tests.support.wire import Answer, Line, request, together

RECOVERY = 5
"""Seconds."""

END_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def is_a_clear_no(answer: Answer) -> bool:
    """Whether an answer says, so that a machine reads it, when to try again."""
    problem = answer.json()
    return (
        answer.status == 503
        and answer.headers["content-type"] == "application/problem+json"
        and int(answer.headers["retry-after"]) >= 1
        and problem["reason"] == "unavailable"
        and problem["status"] == 503
    )


def test_connections_ended_by_the_database_give_503_and_heal(
    pg_stage: Stage, durable_postgres: PostgresServer
):
    codes = pg_stage.codes_of(pg_stage.serials[:40])
    phone = pg_stage.phones[0]
    pg_stage.world.session.close()
    pg_stage.world.engine.dispose()
    refused = ended = 0
    with ExitStack() as stack:
        [server] = stack.enter_context(serving(pg_stage, servers=1))
        admin = stack.enter_context(psycopg.connect(durable_postgres.url(), autocommit=True))
        lines = [stack.enter_context(Line(server.port)) for _ in range(8)]
        for start in range(0, 80, 8):
            asked = [scan(phone, codes[n], f"end-scan-{n:04d}") for n in range(start, start + 8)]
            if start % 16 == 8:
                row = admin.execute(END_ALL).fetchone()
                assert row is not None
                ended += row[0]
            answers = together(lines, asked)
            for number, answer in enumerate(answers):
                if answer.status != 200:
                    assert is_a_clear_no(answer), answer
                    refused += 1
                    assert accepted_soon(lines[number], asked[number])
                else:
                    assert answer.json()["verdict"] == "accepted"
    print(f"{ended} connections ended: {refused} answers 503, each accepted when sent again")
    assert refused >= 1
    assert pg_stage.count("SELECT count(*) FROM redemption") == 80
    assert pg_stage.books_are_in_order()


def test_a_database_that_is_away_is_told_by_every_call_and_found_again(
    pg_stage: Stage, durable_postgres: PostgresServer
):
    code = pg_stage.codes_of(pg_stage.serials[:1])[0]
    token, phone = pg_stage.token(), pg_stage.phones[0]
    pg_stage.world.session.close()
    pg_stage.world.engine.dispose()
    asked = scan(phone, code, "away-scan-1")
    calls = [
        asked,
        request("/scan/v1/redemptions", phone.token, method="GET"),
        request("/api/v1/funders", token, method="GET"),
        request("/api/v1/funders", token, {"name": "F", "kind": "public"}, Idempotency_Key="k"),
    ]
    with serving(pg_stage, servers=1) as [server], Line(server.port) as line:
        durable_postgres.kill()
        for call in calls * 2:
            answer = line.ask(call)
            assert is_a_clear_no(answer), answer
        durable_postgres.start()
        assert accepted_soon(line, asked)
    assert pg_stage.count("SELECT count(*) FROM redemption") == 1


def accepted_soon(line: Line, asked: bytes) -> bool:
    """Whether the same request, sent again, is accepted before the recovery time is over."""
    deadline = time.monotonic() + RECOVERY
    while time.monotonic() < deadline:
        answer = line.ask(asked)
        if answer.status == 200:
            return bool(answer.json()["verdict"] == "accepted")
        assert is_a_clear_no(answer), answer
        time.sleep(0.05)
    return False
