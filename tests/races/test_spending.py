"""The promise of the house, under load: a pass is spent once, and a retry is the same scan."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from tests.support.cast import ALIS44, PING, Point, World
from tests.support.racing import Race, at_once, meeting_before, shows, without
from tests.support.stage import scan
from tests.support.wire import together
from voucher_service.actions import redeeming
from voucher_service.actions.checking import check_books
from voucher_service.core.errors import Conflict
from voucher_service.core.passes import Accepted, Refused
from voucher_service.store.book import Book

USED = {"already_redeemed_here", "already_redeemed_elsewhere"}

ROWS = "SELECT count(*) FROM redemption WHERE booklet_id BETWEEN :first AND :last"
MOVED = (
    "SELECT count(*) FROM transfer t JOIN redemption r ON t.event = 'use:' || r.id"
    " WHERE r.booklet_id BETWEEN :first AND :last"
)


def written(race: Race, serials: list[str]) -> tuple[int, int]:
    """Redemptions of some consecutive booklets, and the transfers behind them."""
    ends = {"first": int(serials[0]), "last": int(serials[-1])}
    return race.stage.count(ROWS, **ends), race.stage.count(MOVED, **ends)


def test_200_passes_are_each_spent_once_by_32_phones_at_the_same_time(race: Race):
    serials = race.handed_over(40)
    phones = race.stage.phones
    answers = Counter[str]()
    for number, code in enumerate(race.stage.codes_of(serials)):
        attempts = [
            scan(phones[line % 4], code, f"spend-{number:03d}-{line:02d}") for line in range(32)
        ]
        verdicts = [answer.json() for answer in together(race.lines, attempts)]
        assert [v["verdict"] for v in verdicts].count("accepted") == 1
        for refused in (v for v in verdicts if v["verdict"] == "refused"):
            assert refused["reason"] in USED
            assert datetime.fromisoformat(refused["detail"]["redeemed_at"]).tzinfo
            answers[refused["reason"]] += 1
    print(f"200 passes, 6400 attempts: 200 accepted, {dict(answers)}")
    assert written(race, serials) == (200, 200)
    assert set(answers) == USED
    assert race.stage.books_are_in_order()


def test_50_copies_of_one_request_make_one_redemption_and_50_times_the_same_answer(race: Race):
    serials = race.handed_over(1)
    code = race.stage.codes_of(serials)[0]
    asked = [scan(race.stage.phones[0], code, "fifty-times-the-same")] * 50
    answers = together(race.lines, asked[:32]) + together(race.lines[:18], asked[32:])
    accepted = [answer.json() for answer in answers]
    assert [a["verdict"] for a in accepted] == ["accepted"] * 50
    assert sum(a["echo"] for a in accepted) == 49
    assert len({(a["redeemed_at"], a["undo_until"], str(a["pass"])) for a in accepted}) == 1
    assert written(race, serials) == (1, 1)
    assert race.stage.books_are_in_order()


def test_one_scan_id_for_many_passes_at_once_spends_one_of_them(race: Race):
    serials = race.handed_over(4)
    codes = race.stage.codes_of(serials)
    asked = [scan(race.stage.phones[0], code, "one-id-for-all") for code in codes]
    statuses = [answer.status for answer in together(race.lines[:20], asked)]
    assert sorted(statuses) == [200] + [409] * 19
    assert written(race, serials) == (1, 1)


def test_threads_too_spend_a_pass_once(world: World):
    verdicts = one_pass_eight_times(world)
    assert sum(isinstance(v, Accepted) for v in verdicts) == 1
    assert sum(isinstance(v, Refused) for v in verdicts) == 7
    assert check_books(world.session) == []


def test_twin_without_its_index_a_pass_is_spent_twice(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Book, "spend", meeting_before(Book.spend))

    def tried() -> int:
        world = fresh_worlds()
        without(world, "DROP INDEX uq_redemption_live_pass")
        verdicts = one_pass_eight_times(world)
        accepted = sum(isinstance(v, Accepted) for v in verdicts)
        assert (check_books(world.session) == []) == (accepted == 1)
        return accepted

    shows("spent one pass this often", tried)


def test_threads_too_spend_one_pass_with_one_scan_id(world: World):
    verdicts = five_passes_one_scan_id(world)
    assert sum(isinstance(v, Accepted) for v in verdicts) == 1
    assert sum(isinstance(v, Conflict) for v in verdicts) == 4


def test_twin_without_its_constraint_one_scan_id_spends_many_passes(
    fresh_worlds: Callable[[], World], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Book, "spend", meeting_before(Book.spend))

    def tried() -> int:
        world = fresh_worlds()
        without(world, "ALTER TABLE redemption DROP CONSTRAINT uq_redemption_device_id_scan_id")
        return sum(isinstance(v, Accepted) for v in five_passes_one_scan_id(world))

    shows("passes spent by one scan id", tried)


def one_pass_eight_times(world: World) -> list[object]:
    """Two phones of two associations, four threads each, one pass."""
    phones, codes = two_phones(world)
    scans = [world.scan(phones[number % 2], codes[0]) for number in range(8)]
    return at_once([partial(redeeming.redeem, world.counter, item) for item in scans])


def five_passes_one_scan_id(world: World) -> list[object]:
    """One phone that made a mistake with its ids."""
    phones, codes = two_phones(world)
    scans = [world.scan(phones[0], code, scan_id="one-id-for-all") for code in codes]
    return at_once([partial(redeeming.redeem, world.counter, item) for item in scans])


def two_phones(world: World) -> tuple[list[Point], list[str]]:
    """Phones of two associations, and the codes of a booklet in somebody's hands."""
    campaign = world.campaign({world.funder("Métropole"): 1})
    order = world.order(campaign, 1)
    world.fund(order)
    serials = world.issue(order)
    point = world.point()
    world.stock(serials, point)
    world.hand_over(serials[0], point)
    phones = [world.at(PING, campaign, "A"), world.at(ALIS44, campaign, "B")]
    return phones, world.codes(serials[0])
