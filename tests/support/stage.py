"""A scheme ready to be used over HTTP: paid booklets in people's hands, phones at sites, servers.

Everything is made through the real actions at the present time, because servers look at the clock.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support.cast import (
    ALIS44,
    MAILBOX,
    PASS_KEY,
    PING,
    TYPED_CODES,
    Point,
    World,
    trust_the_keys,
)
from tests.support.processes import START, free_port
from tests.support.wire import Line, request
from voucher_service.actions.checking import check_books
from voucher_service.actions.printing import print_passes
from voucher_service.actions.tokens import Role, create_token
from voucher_service.core.campaign import FixedDate
from voucher_service.core.pass_text import to_url
from voucher_service.secret_files import ACCOUNTS, STATEMENT, TYPED_CODE, write_once
from voucher_service.store.engine import READ_ONLY, make_engine

REDEMPTIONS = "/scan/v1/redemptions"
ORIGIN = "https://pass.example.org"
PROGRAM = Path(sys.executable).with_name("voucher-service")


@dataclass(slots=True)
class Stage:
    """A scheme with some booklets handed over at one point, and phones of two associations."""

    url: str
    home: Path
    world: World
    campaign: int
    point: int
    serials: list[str]
    phones: list[Point]

    def codes_of(self, serials: list[str]) -> list[str]:
        """The printed codes of some consecutive booklets."""
        booklets = range(int(serials[0]), int(serials[-1]) + 1)
        pages = list(print_passes(self.world.session, booklets, PASS_KEY, TYPED_CODES))
        self.world.session.rollback()
        return [to_url(ORIGIN, printed.token) for page in pages for printed in page]

    def hand_over_all(self) -> None:
        """Every booklet of the stage is given to somebody."""
        for serial in self.serials:
            self.world.hand_over(serial, self.point)

    def token(self, role: Role = Role.OPERATOR) -> str:
        """A management token."""
        _, text = create_token(self.world.session, role, None, self.world.now)
        self.world.session.commit()
        return text

    def environment(self, port: int) -> dict[str, str]:
        return {
            **os.environ,
            "VOUCHER_ENV": "test",
            "VOUCHER_HOME": str(self.home),
            "VOUCHER_DATABASE_URL": self.url,
            "PORT": str(port),
        }

    def books_are_in_order(self) -> bool:
        """Whether every invariant holds; says which do not."""
        self.world.session.rollback()
        problems = check_books(self.world.session)
        self.world.session.rollback()
        for problem in problems:
            print(problem)
        return not problems

    def count(self, question: str, **values: int) -> int:
        """The one number that a question in SQL gives."""
        self.world.session.rollback()
        with self.world.engine.connect().execution_options(**READ_ONLY) as connection:
            return int(connection.execute(text(question), values).scalar_one())


@contextlib.contextmanager
def set_up(
    url: str, home: Path, *, booklets: int, passes: int = 5, phones: int = 2
) -> Iterator[Stage]:
    """A stage on an empty migrated database."""
    secrets = home / "secrets"
    write_once(secrets / STATEMENT, bytes(range(64, 96)).hex().encode())
    write_once(secrets / TYPED_CODE, bytes(range(32, 64)).hex().encode())
    write_once(secrets / ACCOUNTS, bytes(range(96, 128)).hex().encode())
    engine = make_engine(url)
    with Session(engine) as session:
        world = World(engine, session, now=datetime.now(UTC) - timedelta(hours=2))
        yield _make(world, url, home, booklets, passes, phones)
        world.close_book()
    engine.dispose()


def _make(world: World, url: str, home: Path, booklets: int, passes: int, phones: int) -> Stage:
    trust_the_keys(world.session)
    funders = {world.funder("Métropole"): 2, world.funder("Région"): 1}
    today = world.now.date()
    campaign = world.campaign(
        funders,
        passes_per_booklet=passes,
        valid_from=today - timedelta(days=30),
        validity=FixedDate(today + timedelta(days=365)),
    )
    order = world.order(campaign, booklets)
    world.fund(order)
    serials = world.issue(order)
    point = world.point()
    world.stock(serials, point)
    sites = [
        (association, world.site(association, f"Lieu {name}"))
        for name, association in (
            (identity[0], world.association(identity, (campaign,))) for identity in (PING, ALIS44)
        )
    ]
    paired = [world.phone(*sites[number % 2], f"Téléphone {number}") for number in range(phones)]
    return Stage(url, home, world, campaign, point, serials, paired)


def scan(phone: Point, code: str, scan_id: str, **changed: object) -> bytes:
    """The request of a phone that spends a pass."""
    now = datetime.now(UTC).isoformat()
    body = {
        "scan_id": scan_id,
        "code": code,
        "service": MAILBOX,
        "scanned_at": now,
        "sent_at": now,
        "offline": False,
    }
    return request(REDEMPTIONS, phone.token, body | changed)


class Server:
    """One served process, with all that it starts in a group of its own."""

    command: tuple[str, ...] = (str(PROGRAM), "serve")

    def __init__(self, stage: Stage, workers: int = 1) -> None:
        self.port = free_port()
        self.log = stage.home / f"server-{self.port}.log"
        self._environment = stage.environment(self.port)
        self._options = [f"--workers={workers}"]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was not started"
        return self._process.pid

    @property
    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self.command, *self._options],
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START
        while self._running and time.monotonic() < deadline:
            with contextlib.suppress(OSError), Line(self.port) as line:
                line.ask(request("/healthz", "", method="GET"))
                return
            time.sleep(0.02)
        raise AssertionError(f"It does not answer. It said:\n{self.log.read_text('utf-8')}")

    def freeze(self) -> None:
        """Stop its time, and that of all that it started."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let its time go on."""
        os.killpg(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Pull the plug of this process and of all that it started."""
        os.killpg(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


@contextlib.contextmanager
def serving(stage: Stage, servers: int = 2) -> Iterator[list[Server]]:
    """Some server processes on one database, for the length of a block."""
    started = [Server(stage) for _ in range(servers)]
    try:
        for server in started:
            server.start()
        for server in started:
            server.wait()
        yield started
    finally:
        for server in started:
            server.stop()
