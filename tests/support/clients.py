"""Phones that do not give up: each keeps its scan, and sends it again until it has a verdict.

What they were told is kept, so that it can be held against what the database remembers.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

from tests.support.stage import Server, Stage, scan
from tests.support.wire import Answer, Line

PATIENCE = 60
"""Seconds after which a phone that has no verdict fails the test."""


@dataclass(slots=True)
class Story:
    """What happened to all phones together."""

    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    without_retry_after: int = 0

    @property
    def accepted(self) -> int:
        return sum(verdict["verdict"] == "accepted" for verdict in [*self.verdicts.values()])

    @property
    def replays(self) -> int:
        """Scans that had succeeded before their answer was lost."""
        return sum(bool(verdict.get("echo")) for verdict in [*self.verdicts.values()])

    def __str__(self) -> str:
        return (
            f"{len(self.verdicts)} scans, {self.accepted} accepted, {self.replays} replays,"
            f" {self.broken} broken connections, {self.statuses[503]} answers 503"
        )


class Phones:
    """Several phones that work through some codes at once, beside whatever the test does."""

    def __init__(
        self, stage: Stage, servers: Sequence[Server], codes: Sequence[str], phones: int = 8
    ) -> None:
        self._stage, self._servers, self._codes = stage, servers, codes
        self._phones = phones
        self._lock = threading.Lock()
        self.story = Story()
        self._pool = ThreadPoolExecutor(phones)
        self._work = [self._pool.submit(self._spend, first) for first in range(phones)]

    @property
    def busy(self) -> bool:
        return not all(work.done() for work in self._work)

    def finish(self) -> Story:
        """Wait for every verdict."""
        for work in self._work:
            work.result()
        self._pool.shutdown()
        return self.story

    def _spend(self, first: int) -> None:
        phone = self._stage.phones[first % len(self._stage.phones)]
        port = self._servers[first % len(self._servers)].port
        with Patient(port, self._count) as patient:
            for number in range(first, len(self._codes), self._phones):
                scan_id = f"scan-{number:06d}"
                asked = scan(phone, self._codes[number], scan_id)
                self.story.verdicts[scan_id] = patient.ask(asked).json()

    def _count(self, answer: Answer | None) -> None:
        with self._lock:
            if answer is None:
                self.story.broken += 1
                return
            self.story.statuses[answer.status] += 1
            if answer.status == 503:
                self.story.without_retry_after += "retry-after" not in answer.headers


class Patient:
    """A line that is opened again whenever it breaks, and asks until there is an answer."""

    def __init__(self, port: int, count: Callable[[Answer | None], None]) -> None:
        self._port, self._count = port, count
        self._line: Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def ask(self, asked: bytes) -> Answer:
        """The answer, however often the request must be sent."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._try(asked)
            self._count(answer)
            if answer is not None and answer.status == 200:
                return answer
            assert answer is None or answer.status == 503, answer
            time.sleep(0.02)
        raise AssertionError(f"no verdict in {PATIENCE} s")

    def _try(self, asked: bytes) -> Answer | None:
        try:
            self._line = self._line or Line(self._port)
            return self._line.ask(asked)
        except OSError:
            self._hang_up()
            return None

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
