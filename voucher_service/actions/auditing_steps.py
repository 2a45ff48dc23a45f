"""How far a long look is: one step for each document that is read, one for a thousand rows.

Told to whoever waits. Nothing here looks at anything.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from voucher_service.store.evidence_papers import A_STEP

Progress = Callable[[int, int], None]
"""Told how many steps are done, of how many."""

Item = TypeVar("Item")


def untold(_done: int, _total: int) -> None:
    """Nobody waits."""


@dataclass(slots=True)
class Steps:
    """The steps of one audit. What was counted before may be a little off: it never passes it."""

    progress: Progress
    total: int
    done: int = 0

    def take(self) -> None:
        """One more step is done."""
        self.done = min(self.done + 1, self.total)
        self.progress(self.done, self.total)

    def end(self) -> None:
        """Nothing is left to look at."""
        self.done = self.total
        self.progress(self.done, self.total)

    def along(self, rows: Iterable[Item]) -> Iterator[Item]:
        """The same rows; each thousand of them is a step."""
        for count, row in enumerate(rows, start=1):
            yield row
            if count % A_STEP == 0:
                self.take()
