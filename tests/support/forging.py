"""Changing a database as its owner could, behind every trigger: what checks must notice."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

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
