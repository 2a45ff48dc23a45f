"""Booklets on their way to people."""

import pytest

from tests.support.cast import PASS_KEY, PING, TYPED_CODES, World
from voucher_service.actions import distributing, printing
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import booklets, tables


class Parcel:
    """Ten booklets just issued, and a CCAS without any."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.campaign = world.campaign({world.funder("Nantes Métropole"): 1})
        self.order = world.order(self.campaign, 10)
        world.fund(self.order)
        self.serials = world.issue(self.order)
        self.ccas = world.point()


@pytest.fixture
def parcel(world: World) -> Parcel:
    return Parcel(world)


def test_a_parcel_moves_whole_or_not_at_all(parcel: Parcel):
    with pytest.raises(Conflict, match="not_movable"):
        distributing.move_stock(
            parcel.world.session, parcel.serials[5], 6, parcel.ccas, "token:1", parcel.world.now
        )
    parcel.world.session.rollback()
    assert booklets.in_stock(parcel.world.session, parcel.ccas) == 0


def test_booklets_may_move_on_to_another_point_until_they_are_handed_over(parcel: Parcel):
    world = parcel.world
    world.stock(parcel.serials, parcel.ccas)
    reze = world.point("CCAS de Rezé")
    world.stock(parcel.serials[:4], reze)
    assert booklets.in_stock(world.session, reze) == 4
    assert booklets.in_stock(world.session, parcel.ccas) == 6
    world.hand_over(parcel.serials[0], reze)
    with pytest.raises(Conflict, match="not_movable"):
        world.stock(parcel.serials[:4], parcel.ccas)


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda p: p.world.hand_over(p.serials[0], p.ccas), "handed_over_already"),
        (
            lambda p: distributing.block(
                p.world.session, p.serials[0], "perdu", "token:1", p.world.now
            ),
            "blocked",
        ),
        (
            lambda p: distributing.void(
                p.world.session, p.serials[0], "déchiré", "token:1", p.world.now
            ),
            "voided",
        ),
        (lambda p: p.world.stock(p.serials[:1], p.world.point("Rezé")), "not_in_stock"),
    ],
)
def test_what_cannot_be_handed_over_says_why(parcel: Parcel, prepare, reason: str):
    parcel.world.stock(parcel.serials, parcel.ccas)
    prepare(parcel)
    with pytest.raises(Conflict, match=reason):
        parcel.world.hand_over(parcel.serials[0], parcel.ccas)


def test_a_serial_nobody_issued_is_not_found(parcel: Parcel):
    parcel.world.stock(parcel.serials, parcel.ccas)
    for serial in ("99999999", "abc", "-1", "1e3", "١٢"):
        with pytest.raises(NotFound):
            parcel.world.hand_over(serial, parcel.ccas)


def test_a_point_with_stock_is_asked_which_booklet(parcel: Parcel):
    parcel.world.stock(parcel.serials, parcel.ccas)
    with pytest.raises(Invalid, match="serial_missing"):
        distributing.hand_over(
            parcel.world.session, None, parcel.ccas, None, "token:1", parcel.world.now
        )


@pytest.mark.parametrize("act", [distributing.block, distributing.void, distributing.replace])
def test_a_booklet_is_stopped_only_with_a_reason(parcel: Parcel, act):
    with pytest.raises(Invalid, match="reason_missing"):
        act(parcel.world.session, parcel.serials[0], "  ", "token:1", parcel.world.now)


def test_a_void_booklet_stays_void(parcel: Parcel):
    session, serial, now = parcel.world.session, parcel.serials[0], parcel.world.now
    distributing.void(session, serial, "déchiré", "token:1", now)
    for act, reason in (
        (distributing.void, "voided"),
        (distributing.block, "not_blockable"),
        (distributing.unblock, "not_blocked"),
        (distributing.replace, "voided"),
    ):
        with pytest.raises(Conflict, match=reason):
            act(session, serial, "encore", "token:1", now)


def test_a_booklet_whose_passes_are_all_spent_is_not_replaced(parcel: Parcel):
    world = parcel.world
    world.stock(parcel.serials, parcel.ccas)
    world.hand_over(parcel.serials[0], parcel.ccas)
    phone = world.at(PING, parcel.campaign, "PiNG")
    for code in world.codes(parcel.serials[0]):
        world.redeem(phone, code)
    with pytest.raises(Conflict, match="nothing_left"):
        distributing.replace(world.session, parcel.serials[0], "perdu", "token:1", world.now)
    world.session.rollback()
    assert world.session.get_one(tables.Booklet, int(parcel.serials[0])).voided_at is None


def test_replacements_take_the_next_serials_and_print_by_name(parcel: Parcel):
    session, now = parcel.world.session, parcel.world.now
    new = distributing.replace(session, parcel.serials[3], "tache d'encre", "token:1", now)
    assert new == "00000011"
    wanted = printing.booklet_range(session, parcel.order, new, 1)
    (page,) = printing.print_passes(session, wanted, PASS_KEY, TYPED_CODES)
    assert [item.number for item in page] == [1, 2, 3, 4, 5]


def test_the_same_pass_always_gives_the_same_code_and_void_booklets_none(parcel: Parcel):
    session = parcel.world.session
    wanted = printing.booklet_range(session, parcel.order, None, None)
    first = list(printing.print_passes(session, wanted, PASS_KEY, TYPED_CODES))
    again = list(printing.print_passes(session, wanted, PASS_KEY, TYPED_CODES))
    assert first == again
    assert len({item.token for page in first for item in page}) == 50
    distributing.void(session, parcel.serials[2], "raté", "token:1", parcel.world.now)
    session.expire_all()
    after = list(printing.print_passes(session, wanted, PASS_KEY, TYPED_CODES))
    assert after == first[:2] + first[3:]


@pytest.mark.parametrize(("first", "count"), [("00000011", 1), ("00000001", 11), ("abc", 2)])
def test_only_an_orders_own_booklets_are_printed_with_it(parcel: Parcel, first: str, count: int):
    with pytest.raises(Invalid, match="bad_range"):
        printing.booklet_range(parcel.world.session, parcel.order, first, count)


def test_an_order_is_issued_before_it_is_printed(world: World):
    order = world.order(world.campaign({world.funder("État"): 1}), 1)
    with pytest.raises(Conflict, match="not_issued"):
        printing.booklet_range(world.session, order, None, None)
