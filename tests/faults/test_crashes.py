"""The plug is pulled under load. Whoever was told "accepted" was told the truth, once.

Each test says what it did, and fails when no answer was lost on the way: then it tested nothing.
"""

import time

from tests.support.clients import Phones, Story
from tests.support.long import LONG
from tests.support.postgres import PostgresServer
from tests.support.stage import Server, Stage, serving

KILLS = 5 if LONG else 3

MOST_KILLS = 9
"""A database dies where it likes: while no answer was lost, it is killed once more."""


def nothing_was_lost(stage: Stage, story: Story, passes: int) -> None:
    """Every scan was accepted, is written once, and moved its money once."""
    assert story.accepted == len(story.verdicts) == passes
    assert stage.count("SELECT count(*) FROM redemption") == passes
    assert stage.count("SELECT count(*) FROM transfer WHERE kind = 'use'") == passes
    told = {(v["pass"]["serial"], v["pass"]["number"]) for v in story.verdicts.values()}
    assert len(told) == passes
    assert story.without_retry_after == 0
    assert stage.books_are_in_order()
    assert story.replays >= 1, "no answer was lost after its commit: the test tested nothing"


def test_a_server_killed_under_load_loses_nothing_and_spends_nothing_twice(stage: Stage):
    codes = stage.codes_of(stage.serials)
    kills = 0
    with serving(stage, servers=1) as [server]:
        phones = Phones(stage, [server], codes)
        while phones.busy and kills < KILLS:
            wait_for_some(phones.story, 40)
            kill_with_an_answer_in_the_air(stage, server, phones.story)
            kills += 1
            server.start()
            server.wait()
        story = phones.finish()
    print(f"server killed {kills} times: {story}")
    assert kills == KILLS
    nothing_was_lost(stage, story, len(codes))


def test_a_postgresql_killed_under_load_loses_nothing_and_spends_nothing_twice(
    pg_stage: Stage, durable_postgres: PostgresServer
):
    codes = pg_stage.codes_of(pg_stage.serials)
    pg_stage.world.session.close()
    kills = 0
    with serving(pg_stage) as servers:
        phones = Phones(pg_stage, servers, codes)
        while kills < KILLS or (phones.story.replays == 0 and kills < MOST_KILLS):
            wait_for_some(phones.story, 60)
            durable_postgres.kill()
            kills += 1
            time.sleep(0.1)  # long enough for phones to meet a database that is away
            durable_postgres.start()
        story = phones.finish()
    pg_stage.world.engine.dispose()
    print(f"PostgreSQL killed {kills} times: {story}")
    assert story.statuses[503] >= KILLS
    nothing_was_lost(pg_stage, story, len(codes))


def kill_with_an_answer_in_the_air(stage: Stage, server: Server, story: Story) -> None:
    """Stop time until something is written that nobody was told, and pull the plug then."""
    for _ in range(50):
        server.freeze()
        time.sleep(0.03)  # what was sent arrives
        if stage.count("SELECT count(*) FROM redemption") > story.accepted:
            break
        server.thaw()
        time.sleep(0.002)
    server.kill()


def wait_for_some(story: Story, verdicts: int) -> None:
    """Let the phones get on, so that each kill finds them in the middle of their work."""
    wanted = len(story.verdicts) + verdicts
    deadline = time.monotonic() + 5
    while len(story.verdicts) < wanted and time.monotonic() < deadline:
        time.sleep(0.001)
