"""Parcels as a point counts them, and what it gives back: nothing is lost on the way."""

import pytest

from tests.support.cast import World
from voucher_service.actions import distributing, stocking
from voucher_service.actions.stocking import Counted
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.store import booklets, tables


class Parcel:
    """Ten booklets on their way to a CCAS."""

    def __init__(self, world: World) -> None:
        self.world = world
        order = world.order(world.campaign({world.funder("Nantes Métropole"): 1}), 12)
        world.fund(order)
        self.serials = world.issue(order)
        self.ccas = world.point()
        world.stock(self.serials[:10], self.ccas)
        self.number = world.session.query(tables.StockMovement).one().id

    def count(self, booklets: int, first: int = 0, last: int = 9, *missing: int):
        found = Counted(
            booklets,
            self.serials[first],
            self.serials[last],
            tuple(self.serials[number] for number in missing),
        )
        difference = stocking.count_delivery(
            self.world.session, self.number, self.ccas, found, "person:1", self.world.now
        )
        self.world.session.commit()
        return difference

    def left(self) -> int:
        return booklets.in_stock(self.world.session, self.ccas)

    def told(self) -> list[str]:
        return [row.topic for row in self.world.session.query(tables.Outbox)]


@pytest.fixture
def parcel(world: World) -> Parcel:
    return Parcel(world)


def test_a_parcel_that_is_as_announced_is_counted_and_nothing_else_happens(parcel: Parcel):
    assert parcel.count(10).none
    assert parcel.left() == 10
    assert "delivery_differs" not in parcel.told()
    kept = parcel.world.session.query(tables.Delivery).one()
    assert (kept.counted, kept.first_booklet, kept.last_booklet, kept.missing) == (10, 1, 10, [])


def test_booklets_that_did_not_come_are_blocked_and_the_operator_is_told(parcel: Parcel):
    difference = parcel.count(8, 0, 8, 3)
    assert (difference.missing, difference.foreign, difference.unexplained) == ((4, 10), 0, 0)
    assert parcel.left() == 8
    assert parcel.told().count("delivery_differs") == 1
    blocked = parcel.world.session.query(tables.BookletEvent).filter_by(kind="blocked").all()
    assert {(event.booklet_id, event.point_id) for event in blocked} == {
        (4, parcel.ccas),
        (10, parcel.ccas),
    }


def test_a_missing_booklet_that_nobody_can_name_is_kept_as_a_difference(parcel: Parcel):
    difference = parcel.count(9)
    assert (difference.missing, difference.unexplained) == ((), -1)
    assert parcel.left() == 10
    assert parcel.told().count("delivery_differs") == 1


def test_booklets_that_nobody_announced_are_said_and_stay_where_they_were(parcel: Parcel):
    difference = parcel.count(12, 0, 11)
    assert (difference.missing, difference.foreign, difference.unexplained) == ((), 2, 0)
    assert parcel.left() == 10


def test_an_empty_parcel_blocks_all_that_was_announced(parcel: Parcel):
    assert len(parcel.count(0).missing) == 10
    assert parcel.left() == 0


def test_what_was_handed_over_before_the_count_is_not_blocked(parcel: Parcel):
    parcel.world.hand_over(parcel.serials[9], parcel.ccas)
    assert parcel.count(9, 0, 8).missing == (10,)
    assert parcel.world.session.get_one(tables.Booklet, 10).blocked_at is None


def test_a_parcel_is_counted_once(parcel: Parcel):
    parcel.count(10)
    with pytest.raises(Conflict, match="counted_already"):
        parcel.count(3, 0, 2)
    parcel.world.session.rollback()
    assert parcel.left() == 10


@pytest.mark.parametrize(
    ("found", "reason", "field"),
    [
        (Counted(3, None, "00000003"), "bad_serial", "first_serial"),
        (Counted(3, "00000001", "trois"), "bad_serial", "last_serial"),
        (Counted(3, "00000003", "00000001"), "bad_range", "last_serial"),
        (Counted(2, "00000011", "00000012"), "other_parcel", "first_serial"),
        (Counted(9, "00000001", "00000010", ("00000012",)), "not_in_parcel", "missing"),
    ],
)
def test_a_count_that_cannot_be_says_which_field_is_wrong(found: Counted, reason: str, field: str):
    with pytest.raises(Invalid, match=reason) as refused:
        stocking.compare(range(1, 11), found)
    assert refused.value.field == field


def test_another_points_parcel_does_not_exist(parcel: Parcel):
    clisson = parcel.world.point("France Services Clisson")
    found = Counted(10, "00000001", "00000010")
    with pytest.raises(NotFound):
        stocking.count_delivery(
            parcel.world.session, parcel.number, clisson, found, "person:2", parcel.world.now
        )


def test_booklets_go_back_to_the_operator_with_a_reason(parcel: Parcel):
    session, now = parcel.world.session, parcel.world.now
    back = (parcel.serials[6], 4, parcel.ccas)
    with pytest.raises(Invalid, match="reason_missing"):
        stocking.give_back(session, *back, " ", "person:1", now)
    number = stocking.give_back(session, *back, "trop de carnets", "person:1", now)
    assert parcel.left() == 6
    row = session.get_one(tables.StockMovement, number)
    assert (row.from_point_id, row.point_id, row.reason) == (parcel.ccas, None, "trop de carnets")
    # The operator can send them on.
    parcel.world.stock(parcel.serials[6:10], parcel.world.point("CCAS de Rezé"))


@pytest.mark.parametrize("first", [0, 10])
def test_only_what_a_point_still_has_goes_back_all_or_none(parcel: Parcel, first: int):
    parcel.world.hand_over(parcel.serials[2], parcel.ccas)
    with pytest.raises(Conflict, match=r"not_movable|not_in_stock"):
        stocking.give_back(
            parcel.world.session,
            parcel.serials[first],
            5,
            parcel.ccas,
            "erreur",
            "person:1",
            parcel.world.now,
        )
    parcel.world.session.rollback()
    assert parcel.left() == 9


def test_a_parcel_comes_from_one_holder_and_never_twice(parcel: Parcel):
    reze = parcel.world.point("CCAS de Rezé")
    with pytest.raises(Conflict, match="not_movable"):  # two of the twelve are the operator's
        parcel.world.stock(parcel.serials, reze)
    parcel.world.session.rollback()
    with pytest.raises(Conflict, match="there_already"):
        parcel.world.stock(parcel.serials[:2], parcel.ccas)
    distributing.block(
        parcel.world.session, parcel.serials[0], "perdu", "person:1", parcel.world.now
    )
    with pytest.raises(Conflict, match="not_movable"):
        parcel.world.stock(parcel.serials[:2], reze)
