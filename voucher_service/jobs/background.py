"""Who runs the jobs and carries mails: threads beside the served requests, or a process of its own.

Both ask for the next job, run it, and rest when there is none. Stopping waits for nothing: a job
may be resumed.
"""

import os
import socket
import threading

import structlog

from voucher_service.jobs import EVERYWHERE, SIGNER, Sessions, Tools, mails, run_one
from voucher_service.store.engine import UNAVAILABLE

REST_SECONDS = 1.0
"""How long a worker rests when there is nothing to do."""
PAUSE_SECONDS = 5.0
"""How long it waits for a database that does not answer."""

log = structlog.get_logger()


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident() % 10_000}"


def kinds_here(tools: Tools) -> tuple[str, ...]:
    """What the served process may run: it signs only in a demonstration or a test."""
    return EVERYWHERE + SIGNER if tools.settings.signs_here else EVERYWHERE


def work_until(
    stop: threading.Event, sessions: Sessions, tools: Tools, kinds: tuple[str, ...]
) -> None:
    """Run jobs until told to stop; the job at hand is finished first."""
    name = worker_name()
    while not stop.is_set():
        try:
            busy = run_one(sessions, tools, kinds, name)
        except UNAVAILABLE:
            log.exception("jobs_database_unavailable")
            stop.wait(PAUSE_SECONDS)
        else:
            if not busy:
                stop.wait(REST_SECONDS)


def start(sessions: Sessions, tools: Tools) -> threading.Event:
    """Run jobs, and carry mails, in threads that die with their process; gives what stops them."""
    stop = threading.Event()
    mails.start(stop, sessions, tools.settings)
    arguments = (stop, sessions, tools, kinds_here(tools))
    threading.Thread(target=work_until, args=arguments, name="jobs", daemon=True).start()
    return stop
