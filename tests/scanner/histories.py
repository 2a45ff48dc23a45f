"""Histories of two phones on one booklet, each made from a number: who does what, what fails."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

FAULTS = {
    "none": 24,
    "lost": 5,
    "unsent": 3,
    "again": 3,
    "twice": 3,
    "unavailable": 2,
    "unavailable_after": 2,
    "garbled": 2,
    "reused": 1,
    "busy": 1,
    "broken": 1,
    "portal": 1,
}
DEEDS = {
    "confirm": 10,
    "together": 3,
    "flush": 4,
    "refresh": 1,
    "revoke": 1,
    "undo": 2,
    "block": 1,
    "close": 1,
}
PASSES = 5
"""As many as a booklet has."""

Step = dict[str, Any]


@dataclass(slots=True)
class History:
    """What two phones go through, as one number decides it."""

    number: int
    steps: list[Step] = field(default_factory=list)


def history(number: int) -> History:
    """The history of this number: always the same."""
    random = Random(number)
    told = History(number)
    for _ in range(random.randint(5, 8)):
        deed = choice(random, DEEDS)
        step: Step = {"deed": deed, "phone": random.randrange(2)}
        if deed in {"confirm", "together"}:
            step["passes"] = random.sample(range(PASSES), random.randint(1, 3))
            step["typed"] = random.random() < 0.1
            step["stock"] = random.random() < 0.1
        if deed in {"confirm", "together", "flush", "refresh"}:
            step["away"] = random.random() < 0.2
            step["faults"] = [choice(random, FAULTS) for _ in range(8)]
            step["dies"] = random.choice([None, None, None, random.randint(1, 60)])
            # Some phones are not killed at a chosen point, but whenever it happens.
            step["falls"] = deed != "together" and random.random() < 0.1
        told.steps.append(step)
    return told


def choice(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
