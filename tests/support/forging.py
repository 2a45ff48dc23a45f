"""Changing a database as its owner could, behind every trigger: what checks must notice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.cast import World

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def forge(world: World, statement: str) -> None:
    """Run one statement that no trigger stops."""
    world.session.commit()
    if world.engine.dialect.name == "postgresql":
        connection = world.session.connection()
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))
        world.session.commit()
        return
    with closing(sqlite3.connect(str(world.engine.url.database))) as owner:
        for (name,) in owner.execute(TRIGGERS).fetchall():
            owner.execute(f"DROP TRIGGER {name}")
        owner.execute(statement)
        owner.commit()


@contextmanager
def forged(session: Session, *statements: str) -> Iterator[None]:
    """The same for the length of a block: everything is as before after it."""
    session.commit()
    try:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in session.scalars(text(TRIGGERS)).all():
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            session.execute(text(statement))
        yield
    finally:
        session.rollback()
