"""Bringing a database from any earlier state to the present one. Forward only."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply every migration that the database has not seen, up to one of them."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def head() -> str:
    """The newest migration: what form the tables have in this program."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def at_head(connection: Connection) -> bool:
    """Whether the database has seen every migration."""
    return MigrationContext.configure(connection).get_current_revision() == head()
