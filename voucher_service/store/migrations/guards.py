"""Triggers that keep the rows of a table as they were written, for migrations that make tables.

The first migration made the function that PostgreSQL's triggers call.
"""

from alembic import op

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} rows are never changed: write a new one'); END"""

POSTGRESQL = """
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def freeze(*tables: str) -> None:
    """No update and no delete of these tables' rows, on either engine."""
    for table in tables:
        if op.get_context().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE.format(table=table, verb=verb))
        else:
            op.execute(POSTGRESQL.format(table=table))
