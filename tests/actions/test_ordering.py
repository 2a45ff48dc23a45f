"""Orders, promises and receipts: only money that arrived makes passes live."""

from datetime import date

import pytest

from tests.support.cast import World, the_rules
from voucher_service.actions import ordering
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.campaign import FixedDate, Funding
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.money import Share
from voucher_service.store import tables
from voucher_service.store.postings import balance


def test_two_orders_of_a_campaign_follow_one_cumulative_split(world: World):
    thirds = {world.funder(f"Financeur {n}"): 1 for n in (1, 2, 3)}
    campaign = world.campaign(thirds, passes_per_booklet=1)
    first, second = world.order(campaign, 1), world.order(campaign, 1)
    assert list(world.calls(first).values()) == [334, 333, 333]
    assert list(world.calls(second).values()) == [333, 334, 333]


def test_calls_are_numbered_without_holes(world: World):
    campaign = world.campaign({world.funder("A"): 1, world.funder("B"): 1})
    world.order(campaign, 1)
    world.order(campaign, 1)
    numbers = [call.number for call in world.session.query(tables.Call).order_by("number")]
    assert numbers == [f"AF-2026-00000{n}" for n in (1, 2, 3, 4)]


def test_an_order_is_funded_by_the_last_cent_and_not_before(world: World):
    metropole, state = world.funder("Nantes Métropole"), world.funder("État")
    campaign = world.campaign({metropole: 1, state: 1})
    order = world.order(campaign, 10)
    world.receive(order, metropole, 25_000, "VIR 1")
    world.receive(order, state, 24_999, "VIR 2")
    assert books(world.session).outstanding == 0
    assert books(world.session).deposits == 49_999
    world.receive(order, state, 1, "VIR 3")
    assert books(world.session).outstanding == 50_000
    assert books(world.session).deposits == 0
    assert check_books(world.session) == []


def test_what_a_funder_pays_too_much_stays_its_deposit(world: World):
    metropole = world.funder("Nantes Métropole")
    campaign = world.campaign({metropole: 1})
    world.receive(world.order(campaign, 10), metropole, 60_000)
    assert books(world.session).deposits == 10_000
    assert balance(world.session, accounts.funds(metropole), campaign) == 10_000
    assert books(world.session).solvent
    assert check_books(world.session) == []


def test_a_bank_line_counts_once(world: World):
    metropole = world.funder("Nantes Métropole")
    order = world.order(world.campaign({metropole: 1}), 10)
    world.receive(order, metropole, 100, "VIR 7")
    with pytest.raises(Conflict, match="receipt_known"):
        world.receive(order, metropole, 100, "VIR 7")


def test_a_promise_is_recorded_once_and_moves_no_money(world: World):
    metropole = world.funder("Nantes Métropole")
    order = world.order(world.campaign({metropole: 1}), 10)
    ordering.record_promise(world.session, order, metropole, "MD-1", 50_000, world.now)
    with pytest.raises(Conflict, match="promise_known"):
        ordering.record_promise(world.session, order, metropole, "MD-1", 50_000, world.now)
    assert {t.kind for t in world.session.query(tables.Transfer)} == {"call"}
    assert books(world.session).bank_reserved == 0


def test_only_a_campaigns_own_funders_pay_for_it(world: World):
    metropole, stranger = world.funder("Nantes Métropole"), world.funder("Une autre")
    order = world.order(world.campaign({metropole: 1}), 10)
    with pytest.raises(Invalid, match="not_a_funder"):
        world.receive(order, stranger, 100)


def test_a_post_funded_order_calls_nothing_and_can_be_issued_at_once(world: World):
    campaign = world.campaign({world.funder("État"): 1}, funding=Funding.POSTPAID)
    order = world.order(campaign, 3)
    assert world.calls(order) == {}
    assert len(world.issue(order)) == 3
    assert check_books(world.session) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"face_value_cents": 0}, "face_value_cents"),
        ({"passes_per_booklet": 0}, "passes_per_booklet"),
        ({"passes_per_booklet": 256}, "passes_per_booklet"),
        ({"validity": FixedDate(date(2025, 12, 31))}, "validity"),
        ({"services": frozenset({"Cuisine"})}, "services"),
    ],
)
def test_a_campaign_that_could_not_work_is_refused_by_field(
    world: World, changed: dict[str, object], field: str
):
    with pytest.raises(Invalid) as refused:
        world.campaign({world.funder("État"): 1}, **changed)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("shares", "reason"),
    [([], "no_funder"), ([Share(1, 1), Share(1, 2)], "funder_twice")],
)
def test_a_campaigns_shares_must_make_sense(world: World, shares: list[Share], reason: str):
    world.funder("État")
    with pytest.raises(Invalid, match=reason):
        ordering.add_campaign(world.session, the_rules(), ordering.CampaignTerms(shares), world.now)


def test_a_campaign_needs_funders_that_exist(world: World):
    with pytest.raises(NotFound):
        world.campaign({99: 1})


def test_a_funder_is_known_by_its_siret_once(world: World):
    world.funder("Nantes Métropole", "43493312300029")
    with pytest.raises(Conflict, match="siret_taken"):
        world.funder("Nantes-Métropole", "434 933 123 00029")


@pytest.mark.parametrize("count", [0, -1, 5_000_001])
def test_an_order_has_a_sensible_size(world: World, count: int):
    campaign = world.campaign({world.funder("État"): 1})
    with pytest.raises(Invalid, match="bad_count"):
        world.order(campaign, count)
