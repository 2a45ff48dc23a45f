"""Unusual patterns among uses: what a person should look at, because passes are bearer titles.

A pattern is a question and never a proof: each has innocent reasons, and nothing is refused, held
back or decided because of one. Nothing here knows a person: a use is a booklet, a place, a phone
and a moment. Thresholds are ours; the signs are those that schemes of the kind can see without
personal data.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.core.folding import folded

VISIT = timedelta(hours=2)
"""Uses of one booklet at one site within this time are one visit."""

FEW_PASSES = 3
"""A booklet of fewer passes is used up in a visit by anybody."""

RUN = 3
"""That many booklets with consecutive serials at one site on one day."""

NIGHT_BEGINS, NIGHT_ENDS = 22, 6
"""Hours in Paris."""

BURST, BURST_SPAN = 15, timedelta(minutes=10)
"""Uses of one phone, and the time that they fit in."""


class PatternKind(StrEnum):
    """What is unusual."""

    WHOLE_BOOKLET = "whole_booklet"
    CONSECUTIVE = "consecutive"
    RELATED = "related"
    NIGHT = "night"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class Use:
    """A use that counts: where, by which phone, of which booklet, and where that came from."""

    site: int
    device: int
    booklet: int
    passes: int
    """How many passes the booklet held."""
    point: int | None
    """The distribution point that handed the booklet over."""
    moment: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Where a place is and whose it is, as far as known."""

    body: str
    street: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something to look at: what, at which site, how many uses, of which booklets, when."""

    kind: PatternKind
    site: int
    uses: int
    booklets: tuple[int, ...]
    first: datetime
    last: datetime
    device: int | None = None
    point: int | None = None


def related(points: Mapping[int, Address], sites: Mapping[int, Address]) -> set[tuple[int, int]]:
    """Pairs (point, site) at the same address, or of the same body by its name."""
    by_key: dict[str, set[int]] = defaultdict(set)
    for point, address in points.items():
        for key in _keys(address):
            by_key[key].add(point)
    return {
        (point, site)
        for site, address in sites.items()
        for key in _keys(address)
        for point in by_key.get(key, ())
    }


def _keys(address: Address) -> Iterator[str]:
    if folded(address.body):
        yield f"body {folded(address.body)}"
    if folded(address.street) and address.postcode:
        yield f"at {folded(address.street)} {address.postcode}"


def patterns(uses: Sequence[Use], pairs: set[tuple[int, int]]) -> list[Pattern]:
    """Everything unusual among some uses, the latest first. ``pairs``: see :func:`related`."""
    found = [
        *_whole_booklets(uses),
        *_consecutive(uses),
        *_related(uses, pairs),
        *_night(uses),
        *_bursts(uses),
    ]
    return sorted(found, key=lambda pattern: (pattern.last, pattern.kind), reverse=True)


def _pattern(
    kind: PatternKind, uses: Sequence[Use], device: int | None = None, point: int | None = None
) -> Pattern:
    moments = [use.moment for use in uses]
    booklets = tuple(sorted({use.booklet for use in uses}))
    first, last = min(moments), max(moments)
    return Pattern(kind, uses[0].site, len(uses), booklets, first, last, device, point)


def _together(uses: Iterable[Use], *names: str) -> Iterator[list[Use]]:
    """Uses that agree in some fields, each group in the order of time."""

    def key(use: Use) -> tuple[int, ...]:
        return tuple(getattr(use, name) or 0 for name in names)

    for _, group in groupby(sorted(uses, key=lambda use: (*key(use), use.moment)), key):
        yield list(group)


def _whole_booklets(uses: Sequence[Use]) -> Iterator[Pattern]:
    for group in _together(uses, "booklet", "site"):
        in_time = group[-1].moment - group[0].moment <= VISIT
        if len(group) == group[0].passes >= FEW_PASSES and in_time:
            yield _pattern(PatternKind.WHOLE_BOOKLET, group)


def _consecutive(uses: Sequence[Use]) -> Iterator[Pattern]:
    by_day: dict[tuple[int, date], list[Use]] = defaultdict(list)
    for use in uses:
        by_day[use.site, paris_day(use.moment)].append(use)
    for group in by_day.values():
        for run in _runs(sorted({use.booklet for use in group})):
            if len(run) >= RUN:
                own = [use for use in group if use.booklet in run]
                yield _pattern(PatternKind.CONSECUTIVE, own)


def _runs(numbers: Sequence[int]) -> Iterator[set[int]]:
    """Numbers that follow one another, together."""
    for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        yield {number for _, number in run}


def _related(uses: Sequence[Use], pairs: set[tuple[int, int]]) -> Iterator[Pattern]:
    close = [use for use in uses if use.point is not None and (use.point, use.site) in pairs]
    for group in _together(close, "point", "site"):
        yield _pattern(PatternKind.RELATED, group, point=group[0].point)


def _night(uses: Sequence[Use]) -> Iterator[Pattern]:
    late = [use for use in uses if is_night(use.moment)]
    for group in _together(late, "site"):
        yield _pattern(PatternKind.NIGHT, group)


def is_night(moment: datetime) -> bool:
    """Whether hardly anybody is open."""
    hour = moment.astimezone(PARIS).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def _bursts(uses: Sequence[Use]) -> Iterator[Pattern]:
    for group in _together(uses, "device"):
        spans = zip(group, group[BURST - 1 :], strict=False)
        quick = [n for n, (a, b) in enumerate(spans) if b.moment - a.moment <= BURST_SPAN]
        for run in _runs(quick):
            burst = group[min(run) : max(run) + BURST]
            yield _pattern(PatternKind.BURST, burst, device=burst[0].device)
