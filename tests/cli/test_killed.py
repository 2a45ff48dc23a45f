"""Processes killed at random moments, then run again: nothing is lost, nothing is there twice."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.cli.conftest import House
from tests.support import ending
from tests.support.autumn import Autumn
from tests.support.cast import PASS_KEY, TYPED_CODES
from voucher_service.actions.checking import check_books
from voucher_service.actions.printing import print_passes
from voucher_service.core.campaign import FixedDate, Grace
from voucher_service.store import tables

BOOKLETS = 10_000

#: A process that has loaded everything, with chunks small enough to be killed between two of them.
#: For each command it is told it makes a copy of itself; told again, it kills that one and says how
#: it ended. Only a mother can be sure that the process behind a number is still her child.
MOTHER = """
import json, os, sys
from voucher_service.actions import issuing
from voucher_service.cli import main
issuing.CHUNK = 500
while line := sys.stdin.readline():
    asked = json.loads(line)
    child = os.fork()
    if not child:
        os.environ.update(asked["environment"])
        os.dup2(2, 1)
        main(asked["arguments"])
    sys.stdin.readline()
    os.kill(child, 9)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Commands:
    """Commands in processes of their own, that start at once and may be killed."""

    def __init__(self) -> None:
        self._mother = subprocess.Popen(
            [sys.executable, "-c", MOTHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, *arguments: object) -> None:
        asked = {"environment": dict(os.environ), "arguments": [str(item) for item in arguments]}
        self._tell(json.dumps(asked))

    def kill(self, *, after: float = 0.0) -> bool:
        """Pull the plug of the last one after some seconds; whether that came too late."""
        time.sleep(after)
        self._tell("kill")
        assert self._mother.stdout is not None
        return int(self._mother.stdout.readline()) == 0

    def _tell(self, line: str) -> None:
        assert self._mother.stdin is not None
        self._mother.stdin.write(f"{line}\n")
        self._mother.stdin.flush()

    def end(self) -> None:
        self._mother.communicate()


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    started = Commands()
    yield started
    started.end()


def tokens(house: House) -> dict[tuple[str, int], bytes]:
    """The signed passes of every booklet there is, but for one in fifty."""
    session = house.world.session
    numbers = session.scalars(select(tables.Booklet.id).where(tables.Booklet.id % 50 == 1)).all()
    found = {
        (printed.serial, printed.number): printed.token
        for number in numbers
        for page in print_passes(session, range(number, number + 1), PASS_KEY, TYPED_CODES)
        for printed in page
    }
    session.commit()
    return found


def test_issuing_killed_again_and_again_leaves_no_hole_and_no_double(house, commands):
    world = house.world
    order = world.order(world.campaign({world.funder("Métropole"): 1}), BOOKLETS)
    world.fund(order)
    world.session.commit()
    before: dict[tuple[str, int], bytes] = {}
    chance = random.Random(7)
    finished = 0
    for _ in range(4):
        commands.start("issue", order)
        finished += commands.kill(after=chance.uniform(0.02, 0.3))
        now = tokens(house)
        assert before.items() <= now.items()
        before = now
    assert finished < 4, "it was never killed: make it slower"
    house.done("issue", order)
    after = tokens(house)
    assert before.items() <= after.items()
    ids = world.session.execute(
        select(
            func.count(),
            func.min(tables.Booklet.id),
            func.max(tables.Booklet.id),
            func.count(tables.Booklet.public_id.distinct()),
        )
    ).one()
    assert tuple(ids) == (BOOKLETS, 1, BOOKLETS, BOOKLETS)
    assert check_books(world.session) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_closing_killed_in_the_middle_is_done_by_the_next_run(house, commands, seed):
    played = Autumn(house.world)
    played.spend(played.ping, 5)
    played.spend(played.alis44, 4)
    cutoff = house.world.later(minutes=1).isoformat()
    house.world.session.commit()
    chance = random.Random(seed)
    for _ in range(3):
        commands.start("close-period", "autumn", "--cutoff", cutoff)
        commands.kill(after=chance.uniform(0.02, 0.4))
    numbers = house.facts("close-period", "autumn", "--cutoff", cutoff)["statements"]
    assert [number[-6:] for number in numbers] == ["000001", "000002"] + [
        f"{number:06d}" for number in (1, 2, 3)
    ]
    session = house.world.session
    assert session.scalar(select(func.count(tables.Statement.number))) == 5
    assert session.scalar(select(func.count()).select_from(tables.Rendering)) == 10
    assert check_books(session) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_a_campaign_whose_close_is_killed_is_closed_once_by_the_next_run(house, commands, seed):
    world, today = house.world, house.world.now.date()
    campaign = world.campaign(
        {world.funder(f"Financeur {number}"): 1 for number in (1, 2, 3)},
        valid_from=today - timedelta(days=200),
        validity=FixedDate(today - timedelta(days=60)),
        grace=Grace.NONE,
    )
    world.fund(world.order(campaign, 4))
    ending.begin(world, campaign)
    chance = random.Random(seed)
    for _ in range(3):
        commands.start("close-campaign", campaign)
        commands.kill(after=chance.uniform(0.02, 0.4))
    facts = house.facts("close-campaign", campaign)
    numbers = [facts["statement"], *facts["credit_notes"]]
    assert [number[-6:] for number in numbers] == ["000001", "000001", "000002", "000003"]
    session = house.world.session
    assert session.scalar(select(func.count()).select_from(tables.Document)) == 4
    assert session.scalar(select(func.count()).select_from(tables.DocumentFile)) == 8
    assert check_books(session) == []


def test_printing_killed_in_the_middle_leaves_no_file(sqlite_house, commands):
    world = sqlite_house.world
    order = world.order(world.campaign({world.funder("Métropole"): 1}), 500)
    world.fund(order)
    world.issue(order)
    world.session.commit()
    out = Path(sqlite_house.path) / "codes.ndjson"
    commands.start("print", order, "--codes", out)
    deadline = time.monotonic() + 20
    while not list(out.parent.glob(".codes*.part")) and time.monotonic() < deadline:
        time.sleep(0.002)
    commands.kill()
    assert not out.exists()
    sqlite_house.done("print", order, "--codes", out)
    assert len(out.read_bytes().splitlines()) == 2500
