"""How many statements a scan costs. One more on the way of most scans is a decision, not a slip."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.autumn import Autumn
from tests.support.cast import World
from voucher_service.store import raw

ONLINE = {"sqlite": 5, "postgresql": 2}
"""The standing, then the spending: one statement where the engine can, else a transaction."""


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of the hot path, as they are run."""
    said: list[str] = []

    def counting(run: Callable[..., Any]) -> Callable[..., Any]:
        def counted(cursor: Any, statement: str, values: Any) -> Any:
            said.append(statement.strip().split("\n")[0])
            return run(cursor, statement, values)

        return counted

    for name in ("_run_on_sqlite", "_run_on_postgresql"):
        monkeypatch.setattr(raw, name, counting(getattr(raw, name)))
    return said


def test_a_pass_taken_with_a_network_costs_no_more_than_it_must(world: World, tally: list[str]):
    autumn = Autumn(world)
    engine = world.engine.dialect.name
    tally.clear()
    autumn.spend(autumn.ping, 1)
    assert len(tally) == ONLINE[engine], tally
    tally.clear()
    autumn.spend(autumn.ping, 1, offline=True)
    kept = {"sqlite": 7, "postgresql": 6}  # what ended before, and the day's allowance
    assert len(tally) == kept[engine], tally
