"""Hiding counts that could point at a person: fewer than five, and what would give them away.

Beneficiaries are known to nobody here; a count of one newcomer at a village hall would still be
somebody. A total shown beside must not let the hidden count be computed from its neighbours.
"""

from collections.abc import Sequence

LEAST = 5
"""The smallest count of people that is shown. Nobody at all (no one was asked) is shown as well."""


def hidden(whole: int, parts: Sequence[int]) -> list[int | None]:
    """Parts of a whole that is shown, with nothing for those that must not be seen.

    When exactly one part would be hidden the next smallest goes too: it is no subtraction then.
    """
    if whole == 0:
        return list(parts)
    order = sorted(range(len(parts)), key=lambda place: parts[place])
    small = [place for place in order if parts[place] < LEAST]
    if len(small) == 1:
        small = order[:2]
    return [None if place in small else part for place, part in enumerate(parts)]
