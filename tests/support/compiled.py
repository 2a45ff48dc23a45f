"""Statements are compiled once for each kind of database, not once for each test's engine.

SQLAlchemy keeps what it compiled with the engine, and a test has an engine of its own: a fifth of
the suite's time went there. What is compiled is the same; only who remembers it changes.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from voucher_service.store import engine as engines

KNOWN: dict[str, dict[Any, Any]] = {"sqlite": {}, "postgresql": {}}


def share() -> None:
    """From now on the engines of this process remember together."""
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        # They are keys of what is remembered, and any two of a kind compile alike.
        kind.__eq__ = _alike  # type: ignore[method-assign]
        kind.__hash__ = _of_a_kind  # type: ignore[assignment, method-assign]
    prepare = engines.prepare

    def prepare_and_share(engine: Engine) -> None:
        prepare(engine)
        engine.update_execution_options(compiled_cache=KNOWN[engine.dialect.name])

    engines.prepare = prepare_and_share


def _alike(one: object, other: object) -> bool:
    return type(one) is type(other)


def _of_a_kind(one: object) -> int:
    return hash(type(one))
