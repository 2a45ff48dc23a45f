"""What an association owes back, part by part, and when it is asked for with a note.

What covers a debt (offsets, repayments, what was written off) covers its oldest part first. Moves
no money.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Part:
    """One correction that an association owes, and how much of it is still owed."""

    decided_on: date
    kind: str
    reason: str
    serial: str | None
    number: int | None
    cents: int
    left_cents: int


@dataclass(frozen=True, slots=True)
class NoteRule:
    """When a note of debt may be sent: from an amount on, or from an age on."""

    from_cents: int
    from_days: int


def open_parts(parts: Sequence[Part], covered_cents: int) -> list[Part]:
    """What is still owed of each part, oldest first, once an amount covered the oldest."""
    found = []
    for part in parts:
        covered = min(part.cents, covered_cents)
        covered_cents -= covered
        if covered < part.cents:
            found.append(replace(part, left_cents=part.cents - covered))
    return found


def note_due(parts: Sequence[Part], rule: NoteRule, today: date) -> bool:
    """Whether what is owed is much or old enough for a note."""
    if not parts:
        return False
    owed = sum(part.left_cents for part in parts)
    return owed >= rule.from_cents or (today - parts[0].decided_on).days >= rule.from_days
