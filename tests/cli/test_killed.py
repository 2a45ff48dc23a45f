"""Processes killed in the middle, then run again: nothing is lost, nothing is there twice.

Where each was killed is known: it had begun, and had not ended.
"""

import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from tests.cli.conftest import House
from tests.support import ending
from tests.support.autumn import Autumn
from tests.support.cast import PASS_KEY, TYPED_CODES
from voucher_service.actions.checking import check_books
from voucher_service.actions.printing import print_passes
from voucher_service.core.campaign import FixedDate, Grace
from voucher_service.store import tables

BOOKLETS = 3_000

CHUNK_WRITTEN = "voucher_service.store.booklets:write"
"""A chunk of 500 booklets is written, and not committed; those before it are."""

WRITTEN = "voucher_service.store.settlements:mark_closed"
"""All of a close is written, and not committed."""
CREDITED = "voucher_service.actions.closing_papers:_credit_note"
"""A credit note of a campaign's close is made, and not committed."""
DRAWN = "voucher_service.store.papers:keep"
"""A paper is drawn, and not committed; those before it are."""


def counted(house: House, table: type) -> int:
    session = house.world.session
    found = session.scalar(select(func.count()).select_from(table))
    session.commit()
    return found or 0


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
    for nth, kept in ((1, 0), (3, 1_000), (2, 1_500)):
        commands.killed("issue", order, there=CHUNK_WRITTEN, nth=nth)
        assert counted(house, tables.Booklet) == kept, "whole chunks, and nothing of the next"
        now = tokens(house)
        assert before.items() <= now.items()
        before = now
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


def test_closing_killed_in_the_middle_is_done_by_the_next_run(house, commands):
    played = Autumn(house.world)
    played.spend(played.ping, 5)
    played.spend(played.alis44, 4)
    closing = ("close-period", "autumn", "--cutoff", house.world.later(minutes=1).isoformat())
    house.world.session.commit()
    commands.killed(*closing, there=WRITTEN)
    assert counted(house, tables.Statement) == 0, "nothing counts before its commit"
    commands.killed(*closing, there=DRAWN, nth=3)
    assert (counted(house, tables.Statement), counted(house, tables.Rendering)) == (5, 2)
    numbers = house.facts(*closing)["statements"]
    assert [number[-6:] for number in numbers] == ["000001", "000002"] + [
        f"{number:06d}" for number in (1, 2, 3)
    ]
    assert (counted(house, tables.Statement), counted(house, tables.Rendering)) == (5, 10)
    assert check_books(house.world.session) == []


def test_a_campaign_whose_close_is_killed_is_closed_once_by_the_next_run(house, commands):
    world, today = house.world, house.world.now.date()
    campaign = world.campaign(
        {world.funder(f"Financeur {number}"): 1 for number in (1, 2, 3)},
        valid_from=today - timedelta(days=200),
        validity=FixedDate(today - timedelta(days=60)),
        grace=Grace.NONE,
    )
    world.fund(world.order(campaign, 4))
    ending.begin(world, campaign)
    commands.killed("close-campaign", campaign, there=CREDITED, nth=2)
    assert counted(house, tables.Document) == 0, "nothing counts before its commit"
    commands.killed("close-campaign", campaign, there=DRAWN, nth=3)
    assert (counted(house, tables.Document), counted(house, tables.DocumentFile)) == (4, 2)
    facts = house.facts("close-campaign", campaign)
    numbers = [facts["statement"], *facts["credit_notes"]]
    assert [number[-6:] for number in numbers] == ["000001", "000001", "000002", "000003"]
    assert (counted(house, tables.Document), counted(house, tables.DocumentFile)) == (4, 8)
    assert check_books(world.session) == []


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
    assert not commands.kill(), "it was never killed: make it slower"
    assert not out.exists()
    sqlite_house.done("print", order, "--codes", out)
    assert len(out.read_bytes().splitlines()) == 2500
