"""The load: requests prepared before, sent over kept connections by a process of its own.

One process with one thread; it costs the machine less than what it measures, but it shares the
cores with it. Each connection has one request on its way at any time.
"""

import json
import pickle
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Load:
    """What one run showed. ``good``: answers that held the wanted text."""

    answers: int
    good: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def load(port: int, requests: Sequence[bytes], wanted: bytes) -> Load:
    """Send every request once, as fast as the answers come; raises if one is not as wanted."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.client"],
        input=pickle.dumps((port, list(requests), wanted)),
        stdout=subprocess.PIPE,
        check=True,
    )
    measured = Load(**json.loads(done.stdout))
    if measured.good != len(requests):
        raise AssertionError(f"{len(requests) - measured.good} answers were not {wanted!r}")
    return measured


class Line:
    """One connection and the answer that is arriving on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._began = 0.0
        self._read = b""

    def send(self, request: bytes) -> None:
        self._read = b""
        self._began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[float, bytes] | None:
        """Seconds and answer, once it is complete."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        self._read += part
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(None, 1)[0])
        return (time.perf_counter() - self._began, body) if len(body) == length else None


def run(port: int, requests: Sequence[bytes], wanted: bytes) -> Load:
    """The work of the process."""
    waiting = deque(requests)
    seconds: list[float] = []
    good = 0
    selector = selectors.DefaultSelector()
    lines = [Line(port) for _ in range(min(CONNECTIONS, len(waiting)))]
    began = time.perf_counter()
    for line in lines:
        selector.register(line.socket, selectors.EVENT_READ, line)
        line.send(waiting.popleft())
    while len(seconds) < len(requests):
        for key, _ in selector.select():
            line = key.data
            if (answer := line.receive()) is None:
                continue
            seconds.append(answer[0])
            good += wanted in answer[1]
            if waiting:
                line.send(waiting.popleft())
    total = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    hundredths = statistics.quantiles(seconds, n=100)
    return Load(len(seconds), good, total, hundredths[49] * 1000, hundredths[98] * 1000)


if __name__ == "__main__":
    print(json.dumps(asdict(run(*pickle.load(sys.stdin.buffer)))))  # noqa: S301 - from our parent
