"""A worker's sign of life: while it works, its progress is written and its claim kept.

From a thread of its own, so that one long step does not look like a death. It never decides what
the work is, and a database that is busy only costs it one beat.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from voucher_service.jobs.tools import Sessions
from voucher_service.store import jobs
from voucher_service.store.engine import UNAVAILABLE

BEAT_SECONDS = 2.0


class LostClaim(Exception):
    """Another worker has taken this job over: leave it to that one."""


class Heartbeat:
    """Keeps one job's claim for the length of a ``with`` block."""

    def __init__(
        self, sessions: Sessions, job: int, total: int, worker: str, now: Callable[[], datetime]
    ) -> None:
        self.total, self.done = total, 0
        self._sessions, self._job, self._worker, self._now = sessions, job, worker, now
        self._over = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._beat, name=f"job-{job}", daemon=True)

    def progress(self, done: int, total: int) -> None:
        """Told by the work how far it is; raises :class:`LostClaim`."""
        self.done, self.total = done, total
        if self._lost:
            raise LostClaim

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self._keep()

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            self._keep()

    def _keep(self) -> None:
        try:
            with self._sessions() as session, session.begin():
                kept = jobs.keep(
                    session, self._job, self._worker, self.done, self.total, self._now()
                )
        except UNAVAILABLE:
            return
        self._lost = not kept
