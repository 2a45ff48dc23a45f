"""Programs started as people start them: on a free port, asked over HTTP, and always ended."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx

START = 60
"""Seconds that a server may take to answer, on a machine that does other things too."""


def free_port() -> int:
    """A port of the loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]) -> str:
    """What a program says when it ends well; what went wrong, when it does not."""
    __tracebackhide__ = True  # what the program said is the news, not our line that ran it
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def serving(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]
) -> Iterator[httpx.Client]:
    """A server for the length of a block, and a client that asks it. Its port is ``env["PORT"]``.

    It is ended with all that it started: the group is its own.
    """
    log = cwd / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{env['PORT']}", timeout=10) as client:
            _wait_for(client, server, log)
            yield client
    finally:
        _end(server)


def _wait_for(client: httpx.Client, server: "subprocess.Popen[bytes]", log: Path) -> None:
    __tracebackhide__ = True
    deadline = time.monotonic() + START
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            client.get("/healthz")
            return
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"{server.args!r} does not answer. It said:\n{said}")


def _end(server: "subprocess.Popen[bytes]") -> None:
    """Ask it to stop, then insist; its children too."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)
