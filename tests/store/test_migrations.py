"""The migrations make the very tables that the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect

from voucher_service.store.tables import Base


def test_the_migrated_database_has_the_tables_of_the_code(engine: Engine):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
        assert differences == []


def test_every_table_keeps_its_keys_and_checks_when_it_is_made_anew(engine: Engine):
    """SQLite copies a table to change it: what it had before must still be there."""
    found = inspect(engine)
    for table in Base.metadata.sorted_tables:
        keys = {key.name for key in table.foreign_key_constraints}
        assert {key["name"] for key in found.get_foreign_keys(table.name)} == keys, table.name
        checks = {check["name"] for check in found.get_check_constraints(table.name)}
        named = {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}
        assert checks == named, table.name
