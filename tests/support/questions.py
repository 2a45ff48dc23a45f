"""What the application asks its database while a test looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.support.service import Service


@contextmanager
def questions(service: Service) -> Iterator[list[str]]:
    """Every question that requests ask from here on, one after the other."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            heard.append(statement)

    with service.services.sessions() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)
