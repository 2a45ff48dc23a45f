"""What an action is given to work with: SQLAlchemy's session, under our roof.

Actions add rows and call functions of the store; they never write a statement themselves.
"""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

__all__ = ["Session", "sessions_on"]


def sessions_on(engine: Engine) -> Callable[[], Session]:
    """A maker of sessions on one engine, for requests and for background work alike."""
    return sessionmaker(engine)
