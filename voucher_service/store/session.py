"""What an action is given to work with: SQLAlchemy's session, under our roof.

Actions add rows and call functions of the store; they never write a statement themselves.
"""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from voucher_service.store.engine import READ_ONLY

__all__ = ["Session", "read_one_moment", "sessions_on"]


def sessions_on(engine: Engine) -> Callable[[], Session]:
    """A maker of sessions on one engine, for requests and for background work alike."""
    return sessionmaker(engine)


def read_one_moment(session: Session) -> None:
    """Begin to read everything as it is now, however long that takes and whoever writes meanwhile.

    Else PostgreSQL shows each question what was committed since the one before, and two sides of
    the books would differ by what happened in between. SQLite reads so by itself.
    """
    options = dict(READ_ONLY)
    if session.get_bind().dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    session.connection(execution_options=options)
