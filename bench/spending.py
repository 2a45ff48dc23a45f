"""Redemptions over HTTP, against the least that Flask does and the most that PostgreSQL does."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from bench.bare import WORKERS
from bench.client import CONNECTIONS, load
from bench.figures import Board, Figure
from bench.ground import PASSES, Ground
from tests.support.cast import MAILBOX
from tests.support.stage import REDEMPTIONS, Server
from tests.support.wire import request
from voucher_service.store.book import SPEND_POSTGRESQL

OURS, USED, BATCH = "redeem a pass", "pass already redeemed", "redeem a batch of 100"
BARE, PGBENCH = "bare Flask, JSON in and out", "pgbench, the same statement"

FULL_BATCH = 100


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each kind of request a round sends."""

    passes: int
    batches: int
    seconds: int


class BareServer(Server):
    """The reference, started and stopped like the service."""

    command = (sys.executable, "-m", "bench.bare")


@contextlib.contextmanager
def served(*servers: Server) -> Iterator[None]:
    """Servers that answer, for a ``with`` block."""
    with contextlib.ExitStack() as stack:
        for server in servers:
            server.start()
            stack.callback(server.stop)
        for server in servers:
            server.wait()
        yield


def measure(board: Board, ground: Ground, sizes: Sizes, rounds: int) -> None:
    """Interleave all, so that what disturbs the machine disturbs each."""
    ours, bare = Server(ground.stage, workers=WORKERS), BareServer(ground.stage)
    with served(ours, bare):
        warm_up(ground, ours, bare)
        for _ in range(rounds):
            one_round(board, ground, sizes, ours, bare)
    board.against(OURS, BARE, "bare Flask")
    board.against(OURS, PGBENCH, "pgbench")
    board.against(USED, OURS, "a first redemption")
    board.against(BATCH, OURS, "passes one by one")


def warm_up(ground: Ground, ours: Server, bare: Server) -> None:
    """Connections are opened and statements prepared before the clock starts."""
    requests = ground.scans_of(ground.codes(50 * CONNECTIONS))
    load(ours.port, requests, b'"accepted"')
    load(bare.port, requests, b'"accepted"')


def one_round(board: Board, ground: Ground, sizes: Sizes, ours: Server, bare: Server) -> None:
    codes = ground.codes(sizes.passes)
    requests = ground.scans_of(codes)
    for name, server, sent, wanted in (
        (BARE, bare, requests, b'"accepted"'),
        (OURS, ours, requests, b'"verdict":"accepted"'),
        (USED, ours, ground.scans_of(codes), b'"already_redeemed_'),
    ):
        board.add(name, "/s", _measured(server, sent, wanted, each=1))
    batches = _batches(ground, sizes.batches)
    figure = _measured(ours, batches, b'"verdict":"accepted"', each=FULL_BATCH)
    board.add(BATCH, "passes/s", figure)
    board.add(PGBENCH, "/s", Figure(_pgbench(ground, sizes.seconds)))


def _measured(server: Server, requests: list[bytes], wanted: bytes, each: int) -> Figure:
    """One run; ``each``: how many passes a request holds."""
    before = _processor_seconds(server)
    run = load(server.port, requests, wanted)
    spent = _processor_seconds(server) - before
    cpu_us = spent / (len(requests) * each) * 1e6
    return Figure(run.rate * each, run.p50_ms, run.p99_ms, cpu_us)


def _processor_seconds(server: Server) -> float:
    parent = psutil.Process(server.pid)
    times = [process.cpu_times() for process in [parent, *parent.children(recursive=True)]]
    return float(sum(time.user + time.system for time in times))


def _batches(ground: Ground, batches: int) -> list[bytes]:
    ids, phones = ground.scan_ids(), ground.stage.phones
    requests = []
    for number in range(batches):
        items = [
            {
                "scan_id": next(ids),
                "code": code,
                "service": MAILBOX,
                "scanned_at": ground.stage.world.now.isoformat(),
                "offline": False,
            }
            for code in ground.codes(FULL_BATCH)
        ]
        body = {"sent_at": ground.stage.world.now.isoformat(), "scans": items}
        phone = phones[number % len(phones)]
        requests.append(request(f"{REDEMPTIONS}/batch", phone.token, body))
    return requests


VALUES = {
    "booklet": ":booklet",
    "number": ":number",
    "association": "{association}",
    "site": "{site}",
    "device": "{device}",
    "scan_id": "'pgbench-{round}-' || :client_id || '-' || :i",
    "service": "'{service}'",
    "moment": "now()",
    "recorded_at": "now()",
    "undo_until": "now() + interval '30 minutes'",
    "offline": "false",
    "cents": "1000",
    "kind": "'use'",
    "campaign": "{campaign}",
    "debit": "concat_ws(chr(58), 'outstanding', 'campaign', {campaign})",
    "credit": "concat_ws(chr(58), 'payable', 'association', {association})",
    "value_date": "current_date",
}
"""What pgbench puts where the service puts what it read and judged.

Colons are chr(58): before a word, one makes a variable, even inside quotes.
"""

LARGEST_RATE = 20_000
"""More than pgbench does in a second here: how many passes it is given."""


def _pgbench(ground: Ground, seconds: int) -> float:
    """Redemptions a second, by the service's own statement and nothing around it."""
    each = LARGEST_RATE * seconds // CONNECTIONS
    booklets = ground.deal(each * CONNECTIONS)
    phone = ground.stage.phones[0]
    known = {
        "association": phone.association,
        "site": phone.site,
        "device": phone.device,
        "campaign": ground.stage.campaign,
        "service": MAILBOX,
        "round": ground.dealt,
    }
    statement = re.sub(
        r"(?<!:):(\w+)", lambda name: VALUES[name[1]].format(**known), SPEND_POSTGRESQL
    )
    script = (
        "\\set i :i + 1\n"
        f"\\set booklet {booklets.start} + :client_id * {each // PASSES} + (:i - 1) / {PASSES}\n"
        f"\\set number (:i - 1) % {PASSES} + 1\n{statement};\n"
    )
    path = ground.stage.home / "pgbench.sql"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [
            *(ground.server.programs / "pgbench", "--no-vacuum", "--protocol=prepared"),
            *(f"--client={CONNECTIONS}", "--define=i=0", f"--time={seconds}", f"--file={path}"),
            *(f"--host={ground.server.home}", "--username=postgres", "postgres"),
        ],
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    rate = re.search(r"tps = ([0-9.]+) \(without", done.stdout)
    if done.returncode or rate is None:
        raise AssertionError(f"pgbench failed:\n{done.stdout}{done.stderr}")
    return float(rate[1])
