"""What happens in the demonstration, as a list of dated events.

Drawn from one seed and the present moment: the same moment gives the same list. Nothing is done
here.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from voucher_service.core.campaign import PARIS, add_months, paris_day
from voucher_service.demo import cast

SEED = 1
CLOSED_MONTHS = 5
HANDED_OVER, REDEEMED = 1400, 5180
"""The figures of the pilot's acceptance scenario."""

SHARE_OF_MONTH = (12, 18, 20, 20, 18, 12)
"""How hand-overs spread over the months, the running one last."""

MINUTE = timedelta(minutes=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Given:
    """A booklet is handed over. ``booklet`` counts from 0 within the order."""

    at: datetime
    booklet: int
    point: int


@dataclass(frozen=True, slots=True)
class Used:
    """A pass is spent at a site (association, site), perhaps kept without network before."""

    at: datetime
    moment: datetime
    booklet: int
    number: int
    site: tuple[int, int]
    service: str
    typed: bool

    @property
    def offline(self) -> bool:
        """Whether the phone had no network."""
        return self.moment < self.at


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody tries a pass that cannot be spent. ``fault``: spoiled, foreign, or as it is."""

    at: datetime
    booklet: int
    number: int
    site: tuple[int, int]
    service: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A pass is spent by mistake, and taken back ten minutes later."""

    at: datetime
    use: Used


@dataclass(frozen=True, slots=True)
class Lost:
    """A booklet was lost: it is blocked."""

    at: datetime
    booklet: int
    point: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """A lost booklet is replaced by one that holds its unspent passes, handed over at once."""

    at: datetime
    booklet: int
    point: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """Somebody asks a point that has nothing left."""

    at: datetime
    point: int


@dataclass(frozen=True, slots=True)
class MonthEnds:
    """A month is closed and its statements approved; ``paid`` when the money was sent too."""

    at: datetime
    label: str
    cutoff: datetime
    paid: bool


Event = Given | Used | Refused | Mistaken | Lost | Replaced | Unmet | MonthEnds


def months(now: datetime) -> list[date]:
    """The first days of the months played: five that are over, and the running one."""
    running = paris_day(now).replace(day=1)
    return [add_months(running, -ago) for ago in range(CLOSED_MONTHS, -1, -1)]


def midnight(day: date) -> datetime:
    """The first instant of a day in Paris, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)


def events(now: datetime) -> list[Event]:
    """Everything that happens until an hour ago, in order."""
    chance = random.Random(SEED)  # noqa: S311 - a play, not a secret
    end = now - timedelta(hours=1)
    given = _given(chance, now, end)
    uses = _uses(chance, given, end)
    lost = _lost(uses, given)
    later = lost.at + timedelta(hours=2)
    played: list[Event] = [*given, *uses, lost, Replaced(later, lost.booklet, lost.point)]
    played += _refusals(chance, uses, lost, end)
    played += [Mistaken(use.at - 20 * MINUTE, use) for use in _typical(chance, uses, 3)]
    last = len(cast.POINTS) - 1  # this one runs dry
    dry = max(event.at for event in given if event.point == last)
    played += [Unmet(_between(chance, dry, end), last) for _ in range(7)]
    played += _closings(now)
    return sorted(played, key=lambda event: event.at)


def _between(chance: random.Random, start: datetime, end: datetime) -> datetime:
    return start + (end - start) * chance.random()


def _working_hour(chance: random.Random, day: date) -> datetime:
    """Some time in the opening hours of a day, or of the Monday after."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return midnight(day) + timedelta(hours=9 + 8 * chance.random())


def _given(chance: random.Random, now: datetime, end: datetime) -> list[Given]:
    firsts = months(now)
    given: list[Given] = []
    first = 0
    for number, point in enumerate(cast.POINTS):
        moments = sorted(_moments(chance, firsts, end, point.handed_over))
        given += [Given(at, first + rank, number) for rank, at in enumerate(moments)]
        first += point.stock
    return given


def _moments(
    chance: random.Random, firsts: Sequence[date], end: datetime, count: int
) -> Iterator[datetime]:
    for first in chance.choices(firsts, SHARE_OF_MONTH, k=count):
        start = midnight(first) + timedelta(days=1)
        stop = min(midnight(add_months(first, 1)), end)
        if stop <= start:  # the running month has only begun
            start = stop - timedelta(days=10)
        at = _working_hour(chance, paris_day(_between(chance, start, stop)))
        yield at if start < at < stop else _between(chance, start, stop)


def _uses(chance: random.Random, given: Sequence[Given], end: datetime) -> list[Used]:
    """Exactly :data:`REDEEMED` uses, each booklet's in order."""
    planned: list[tuple[int, datetime]] = []
    for event in given:
        at = event.at
        for _ in range(cast.PASSES):
            at = _working_hour(chance, paris_day(at) + timedelta(days=chance.randint(3, 24)))
            if at < end:
                planned.append((event.booklet, at))
    planned = _exactly(chance, planned, given, end)
    by_booklet: dict[int, list[datetime]] = defaultdict(list)
    for booklet, at in planned:
        by_booklet[booklet].append(at)
    return [
        _use(chance, booklet, number, at, end)
        for booklet, moments in by_booklet.items()
        for number, at in enumerate(sorted(moments), start=1)
    ]


def _exactly(
    chance: random.Random,
    planned: list[tuple[int, datetime]],
    given: Sequence[Given],
    end: datetime,
) -> list[tuple[int, datetime]]:
    """The wanted number: some people stay away, or come once more than planned."""
    if len(planned) >= REDEEMED:
        return chance.sample(planned, REDEEMED)
    left = {event.booklet: cast.PASSES for event in given}
    for booklet, _ in planned:
        left[booklet] -= 1
    spare = [event for event in given for _ in range(left[event.booklet])]
    more = chance.sample(spare, REDEEMED - len(planned))
    return planned + [(event.booklet, _between(chance, event.at, end)) for event in more]


SITES = [
    ((association, site), weight)
    for association, payee in enumerate(cast.ASSOCIATIONS)
    for site, (_, weight) in enumerate(payee.sites)
]


def _use(chance: random.Random, booklet: int, number: int, at: datetime, end: datetime) -> Used:
    [place] = chance.choices([place for place, _ in SITES], [weight for _, weight in SITES])
    services = cast.ASSOCIATIONS[place[0]].services
    [service] = chance.choices([name for name, _ in services], [weight for _, weight in services])
    offline, typed = chance.random() < 0.04, chance.random() < 0.02  # noqa: PLR2004 - a few
    sent = at + timedelta(hours=1 + 4 * chance.random()) if offline else at
    sent = sent if sent < end else at
    return Used(sent, at, booklet, number, place, service, typed and not offline)


def _lost(uses: Sequence[Used], given: Sequence[Given]) -> Lost:
    """The booklet with the longest pause after its second use, of those used up in the end."""
    by_booklet: dict[int, list[Used]] = defaultdict(list)
    for use in uses:
        by_booklet[use.booklet].append(use)
    whole = [moments for moments in by_booklet.values() if len(moments) == cast.PASSES]
    pause = max(whole, key=lambda found: found[2].moment - found[1].at)
    booklet, at = pause[0].booklet, pause[1].at + (pause[2].moment - pause[1].at) / 2
    point = next(event.point for event in given if event.booklet == booklet)
    return Lost(at, booklet, point)


def _typical(chance: random.Random, uses: Sequence[Used], count: int) -> list[Used]:
    """Some uses with nothing special: read by the camera, with a network."""
    return chance.sample([use for use in uses if not (use.offline or use.typed)], count)


def _refusals(
    chance: random.Random, uses: Sequence[Used], lost: Lost, end: datetime
) -> Iterator[Refused]:
    typical = iter(_typical(chance, [use for use in uses if use.booklet != lost.booklet], 60))
    for _ in range(24):  # the same pass shown again, a moment later
        use = next(typical)
        yield _try(use, min(use.at + 6 * MINUTE, end), use.site)
    for _ in range(11):  # or in another place
        use = next(typical)
        other = chance.choice([place for place, _ in SITES if place != use.site])
        yield _try(use, _between(chance, use.at, end), other)
    for _ in range(6):  # a booklet that is still in stock
        use = next(typical)
        yield Refused(use.at, cast.POINTS[0].handed_over + 5, 1, use.site, use.service)
    for _ in range(5):  # a computer cannot be paid with it
        use = next(typical)
        at = use.at - 3 * MINUTE
        yield Refused(at, use.booklet, use.number, use.site, cast.EQUIPMENT)
    for fault, count in (("foreign", 4), ("spoiled", 2)):
        for _ in range(count):
            use = next(typical)
            at = use.at - 2 * MINUTE
            yield Refused(at, use.booklet, use.number, use.site, use.service, fault)
    for number, minutes in ((3, 10), (3, 90), (4, 200)):  # found by somebody, and tried
        yield Refused(lost.at + minutes * MINUTE, lost.booklet, number, (0, 0), cast.TOOLS)


def _try(use: Used, at: datetime, site: tuple[int, int]) -> Refused:
    service = cast.ASSOCIATIONS[site[0]].services[0][0]
    return Refused(at, use.booklet, use.number, site, service)


def _closings(now: datetime) -> Iterator[MonthEnds]:
    firsts = months(now)
    for rank, first in enumerate(firsts[:-1], start=1):
        after = midnight(firsts[rank])
        at = min(after + timedelta(days=2, hours=9), now)
        yield MonthEnds(at, f"{first:%Y-%m}", after, paid=rank < CLOSED_MONTHS)
