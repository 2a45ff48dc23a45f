"""Many at once: two servers on one database, or threads held back by a barrier."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from sqlalchemy import text

from tests.support.cast import World
from tests.support.stage import Server, Stage
from tests.support.wire import Line

TRIES = 3
"""How often a race without its guard may run before its bug must have shown."""

PATIENCE = 5
"""Seconds that who came to a meeting waits for the others, whom a guard may keep away."""

_here = threading.local()


class Race:
    """Two servers, one database, and sixteen lines to each."""

    def __init__(self, stage: Stage, servers: Sequence[Server], lines: Sequence[Line]) -> None:
        self.stage, self.servers, self.lines = stage, servers, lines
        self._next = 0

    def booklets(self, count: int) -> list[str]:
        """Serials that no other test of this module uses."""
        self._next += count
        return self.stage.serials[self._next - count : self._next]

    def handed_over(self, count: int) -> list[str]:
        serials = self.booklets(count)
        for serial in serials:
            self.stage.world.hand_over(serial, self.stage.point)
        return serials


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Start all at the same instant; each one's result, or what it raised."""
    start, meeting = threading.Barrier(len(works)), threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        _here.meeting = meeting
        start.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - losing a race is an answer
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def meet(*_arguments: Any) -> None:
    """Wait, the first time, until all who race have come here: so none missed the race.

    For twins. A slow machine may let one end before another has begun; a guard that was taken
    out too well is then not seen to be missing. Nobody waits while the scene is being set.
    """
    meeting = getattr(_here, "meeting", None)
    if meeting is not None:
        _here.meeting = None
        with suppress(threading.BrokenBarrierError):
            meeting.wait(PATIENCE)


def meeting_before(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, which begins when all who race have come to it."""

    def met(*arguments: Any, **named: Any) -> Any:
        meet()
        return work(*arguments, **named)

    return met


def without(world: World, *statements: str) -> None:
    """Take guards out of a database."""
    with world.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def shows(bug: str, tried: Callable[[], int]) -> None:
    """Run a race without its guard until more than one wins. If none does, the race is void."""
    for attempt in range(1, TRIES + 1):
        winners = tried()
        if winners > 1:
            print(f"without its guard, try {attempt}: {winners} {bug}")
            return
    raise AssertionError(f"without its guard nothing went wrong: this race tests nothing ({bug})")
