"""The whole service on a port of this machine: what a browser asks, on a test's world and clock.

It can be stopped and started again on the same port, and be made to misbehave on the way.
"""

import contextlib
import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sqlalchemy import Engine, text
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.support.cast import World
from tests.support.nantes import Nantes, nantes_of
from tests.support.service import Service, running_service
from voucher_service.actions import pairing
from voucher_service.actions.checking import check_books
from voucher_service.store.engine import READ_ONLY

Meddler = Callable[[WSGIApplication, WSGIEnvironment, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that arrived, and the status it was answered with."""

    method: str
    path: str
    status: int
    headers: dict[str, str]


class Lost(ConnectionError):
    """Raised by a meddler: the connection ends before any answer."""


class Handler(WSGIRequestHandler):
    """Says nothing of what it does, and knows its open connections."""

    protocol_version = "HTTP/1.1"  # or browsers would not ask whether what they have still stands
    open: ClassVar[set[socket.socket]] = set()

    def setup(self) -> None:
        super().setup()
        self.open.add(self.connection)

    def finish(self) -> None:
        self.open.discard(self.connection)
        super().finish()

    def connection_dropped(self, *_: Any) -> None:
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - its name there
        pass

    @classmethod
    def hang_up(cls) -> None:
        """End what a browser opened in advance: a stopped server answers nobody."""
        for connection in cls.open.copy():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Live:
    """A served scheme. The clock starts where the world's is, and runs; ``later`` moves both."""

    service: Service
    nantes: Nantes
    meddler: Meddler | None = None
    """Stands before the application: may answer itself, or call it and raise :class:`Lost`."""
    asked: list[Asked] = field(default_factory=list)
    stops: int = 0
    port: int = 0
    clocks: list[Callable[[timedelta], None]] = field(default_factory=list)
    """Those of the phones, moved with the service's."""
    _server: BaseWSGIServer | None = None
    _began: float = field(default_factory=time.monotonic)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def world(self) -> World:
        return self.service.world

    def now(self) -> datetime:
        """The service's clock."""
        return self.world.now + timedelta(seconds=time.monotonic() - self._began)

    def later(self, **span: float) -> None:
        """Let time pass, here and on every phone."""
        self.world.later(**span)
        for move in self.clocks:
            move(timedelta(**span))

    def start(self) -> None:
        """Listen; on the same port as before, if there was one."""
        self.port = self.port or port_of_its_own()
        with _listening(self.port) as door:
            self._server = make_server(
                "127.0.0.1",
                self.port,
                self._answer,
                threaded=True,
                request_handler=Handler,
                fd=door.fileno(),
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Be unreachable."""
        if self._server is not None:
            self.stops += 1
            self._server.shutdown()
            self._server.server_close()
            Handler.hang_up()
            self._server = None

    def hand_over(self, serial: str | None = None) -> list[str]:
        """Give a booklet to somebody (the first, unless named); the codes of its passes."""
        serial = serial or self.nantes.serials[0]
        self.world.hand_over(serial, self.nantes.ccas)
        return self.world.codes(serial)

    def pairing_code(self, site: int | None = None) -> str:
        """What pairs a phone with a site: PiNG's, unless another is named."""
        site = site or self.nantes.ping.site
        opened = pairing.open_pairing(self.world.session, site, self.now())
        self.world.session.commit()
        return opened.code

    def count(self, question: str, **values: object) -> int:
        """The one number that a question in SQL gives, as committed by now."""
        with self.world.engine.connect().execution_options(**READ_ONLY) as connection:
            return int(connection.execute(text(question), values).scalar_one())

    def problems(self) -> list[str]:
        """Every invariant of the books that does not hold."""
        self.world.session.rollback()
        found = [str(problem) for problem in check_books(self.world.session)]
        self.world.session.rollback()
        return found

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        status = 0

        def begin(said: str, *rest: Any) -> Any:
            nonlocal status
            status = int(said.split(maxsplit=1)[0])
            return start(said, *rest)

        try:
            if self.meddler is None:
                return self.service.app.wsgi_app(environ, begin)
            return self.meddler(self.service.app.wsgi_app, environ, begin)
        finally:
            self.asked.append(_asked(environ, status))


def _asked(environ: WSGIEnvironment, status: int) -> Asked:
    query = environ.get("QUERY_STRING")
    path = environ["PATH_INFO"] + (f"?{query}" if query else "")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return Asked(environ["REQUEST_METHOD"], path, status, headers)


def port_of_its_own() -> int:
    """A free port that systems give to no outgoing connection: it is still free after a stop."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def _listening(port: int) -> socket.socket:
    """A socket that listens. What was closed a moment ago may hold its port a little longer."""
    deadline = time.monotonic() + 5
    while True:
        try:
            return socket.create_server(("127.0.0.1", port))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextlib.contextmanager
def living(engine: Engine, database_url: str, home: Path, *, booklets: int = 6) -> Iterator[Live]:
    """The pilot on its first day, served."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with running_service(engine, database_url, home, alone=True) as service:
        live = Live(service, nantes_of(service, booklets))
        service.services.now = live.now
        live.start()
        try:
            yield live
        finally:
            live.stop()
