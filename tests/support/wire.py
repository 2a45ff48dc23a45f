"""Raw keep-alive HTTP, cheap enough to load a server from the same machine.

``together`` writes every request before it reads an answer: as simultaneous as one client can be.
"""

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

SECONDS = 60


class Broken(ConnectionError):
    """The other side went away before it had answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    path: str, token: str, body: object = None, *, method: str = "POST", **headers: str
) -> bytes:
    """The bytes of a request. Keyword arguments are headers: ``Idempotency_Key="1"``."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


class Line:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, asked: bytes) -> None:
        self._socket.sendall(asked)

    def receive(self) -> Answer:
        """One whole answer; raises :class:`Broken` when the connection ends before it does."""
        head, _, body = self._until(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        named = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in named}
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            body += self._more()
        return Answer(int(first.split()[1]), headers, bytes(body))

    def ask(self, asked: bytes) -> Answer:
        self.send(asked)
        return self.receive()

    def _until(self, mark: bytes) -> tuple[bytes, bytes, bytes]:
        read = b""
        while mark not in read:
            read += self._more()
        return read.partition(mark)

    def _more(self) -> bytes:
        part = self._socket.recv(65_536)
        if not part:
            raise Broken
        return part


def together(lines: Sequence[Line], requests: Sequence[bytes]) -> list[Answer]:
    """One request on each line, all sent before any answer is read."""
    for line, asked in zip(lines, requests, strict=True):
        line.send(asked)
    return [line.receive() for line in lines]
