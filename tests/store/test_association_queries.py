"""What an association reads at its desk: its own, newest first; a site's team its site only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import CV, Point, World, trust_the_keys
from tests.support.contesting import contest
from tests.support.paying import make, pay
from voucher_service.actions import batching, disputing, pairing, settling, siting, undoing
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import NotFound
from voucher_service.core.posts import Post
from voucher_service.store import tables
from voucher_service.store.queries import association_desk as desk
from voucher_service.store.queries import refusals, uses
from voucher_service.store.queries.uses import Filter, Seen, State


@dataclass(slots=True)
class House:
    """PiNG with two sites and a phone at each; Alis44 beside it."""

    autumn: Autumn
    nord: Point

    @property
    def world(self) -> World:
        return self.autumn.world

    @property
    def ping(self) -> int:
        return self.autumn.ping.association

    @property
    def all(self) -> Seen:
        return Seen(self.ping)

    @property
    def team(self) -> Seen:
        """What the team of the second site sees."""
        return Seen(self.ping, (self.nord.site,))

    def found(self, wanted: Filter, seen: Seen | None = None) -> list[int]:
        return [
            use.id for use in uses.uses(self.world.session, seen or self.all, wanted, None, 50)[0]
        ]


@pytest.fixture
def house(engine: Engine, session: Session) -> Iterator[House]:
    trust_the_keys(session)
    world = World(engine, session)
    autumn = Autumn(world)
    nord = world.phone(autumn.ping.association, world.site(autumn.ping.association, "PiNG Nord"))
    yield House(autumn, nord)
    world.close_book()


def test_uses_come_newest_first_page_by_page_and_never_another_associations(house: House):
    house.autumn.spend(house.autumn.ping, 2)
    house.autumn.spend(house.autumn.alis44, 1)
    house.autumn.spend(house.nord, 1)
    session = house.world.session
    first, more = uses.uses(session, house.all, Filter(), None, 2)
    assert [(use.id, use.site_name) for use in first] == [(4, "PiNG Nord"), (2, "PiNG Breil")]
    rest, end = uses.uses(session, house.all, Filter(), more, 2)
    assert ([use.id for use in rest], end) == ([1], None)
    with pytest.raises(NotFound):
        uses.use(session, house.all, 3)


def test_the_team_of_a_site_sees_its_site_only(house: House):
    house.autumn.spend(house.autumn.ping, 1)
    house.autumn.spend(house.nord, 1)
    session = house.world.session
    assert house.found(Filter(), house.team) == [2]
    assert uses.total(session, house.team, Filter()) == uses.Total(1, 1000)
    assert [site.name for site in desk.sites(session, house.team)] == ["PiNG Nord"]
    assert [name for _, name in desk.phones(session, house.team)] == ["PiNG Nord"]
    with pytest.raises(NotFound):
        uses.use(session, house.team, 1)
    for find, number in (
        (desk.site, house.autumn.ping.site),
        (desk.phone, house.autumn.ping.device),
    ):
        with pytest.raises(NotFound):
            find(session, house.team, number)
    assert house.found(Filter(), Seen(house.ping, ())) == []


def test_uses_are_found_by_site_day_campaign_state_and_booklet(house: House):
    world, session = house.world, house.world.session
    house.autumn.spend(house.autumn.ping, 1)
    first_day = paris_day(world.now)
    world.later(days=1)
    house.autumn.spend(house.nord, 3, service=CV)
    _, live, undone, contested = (house.found(Filter()))[::-1]
    undoing.undo_use(session, undone, "erreur", "person:1", world.now)
    contest(world, contested)
    session.commit()
    assert house.found(Filter(site=house.nord.site)) == [contested, undone, live]
    assert house.found(Filter(until=first_day)) == [1]
    assert house.found(Filter(since=first_day + timedelta(days=1), state=State.LIVE)) == [live]
    assert house.found(Filter(state=State.UNDONE)) == [undone]
    assert house.found(Filter(state=State.CONTESTED)) == [contested]
    assert house.found(Filter(campaign=house.autumn.campaign + 1)) == []
    serial = uses.use(session, house.all, live).serial
    assert live in house.found(Filter(serial=serial))
    assert uses.total(session, house.all, Filter()) == uses.Total(3, 3000)
    assert {use.state for use in uses.uses(session, house.all, Filter(), None, 9)[0]} == {
        State.LIVE, State.UNDONE, State.CONTESTED,
    }  # fmt: skip


def test_one_use_tells_its_life_down_to_its_statement(house: House):
    world, session = house.world, house.world.session
    house.autumn.spend(house.autumn.ping, 1)
    before = uses.use(session, house.all, 1)
    assert (before.state, before.statement, before.late) == (State.LIVE, None, False)
    number = contest(world, 1)
    assert [row.id for row in uses.contests_of(session, 1)] == [number]
    session.rollback()
    world.now = END_OF_NOVEMBER
    (statement, *_) = world.close("2026-11", END_OF_NOVEMBER)
    after = uses.use(session, house.all, 1)
    assert (after.state, after.statement) == (State.SETTLED, statement)
    assert uses.of_pass(session, house.all, after.serial, after.number) == [after]
    assert uses.of_pass(session, house.all, after.serial, after.number + 1) == []
    assert uses.taken_back(session, 1) is None


def test_today_and_this_month_are_summed_without_what_was_taken_back(house: House):
    world, session = house.world, house.world.session
    house.autumn.spend(house.autumn.ping, 2)
    world.later(days=1)
    house.autumn.spend(house.nord, 2)
    undoing.undo_use(session, 4, "erreur", "person:1", world.now)
    today, month = uses.today_and_this_month(session, house.all, paris_day(world.now))
    assert (today, month) == (uses.Total(1, 1000), uses.Total(3, 3000))
    nothing = uses.today_and_this_month(session, house.all, paris_day(world.later(days=30)))
    assert nothing == (uses.Total(0, 0), uses.Total(0, 0))


def test_a_use_that_came_a_day_later_is_late(house: House):
    moment = house.world.now - timedelta(hours=25)
    house.autumn.spend(house.autumn.ping, 1, moment=moment, offline=True)
    found = uses.use(house.world.session, house.all, 1)
    assert (found.late, found.offline) == (True, True)


def test_refusals_say_the_pass_the_value_and_what_was_said_about_them(house: House):
    world, session = house.world, house.world.session
    code = house.autumn.codes[-1]
    house.autumn.spend(house.autumn.alis44, 1)
    world.redeem(house.nord, code)
    world.redeem(house.autumn.ping, "faux")
    (unread, used), more = refusals.refusals(session, house.all, None, 9)
    assert (more, unread.reason, unread.serial, unread.cents) == (None, "unreadable", None, None)
    assert (used.reason, used.cents, used.site_name) == (
        "already_redeemed_elsewhere", 1000, "PiNG Nord",
    )  # fmt: skip
    assert refusals.refusals(session, house.all, unread.id, 1) == ([used], None)
    assert refusals.disputed(session, house.all) == []
    disputing.dispute_refusal(session, used.id, "à nous", "person:1", world.now)
    (said,) = refusals.disputed(session, house.all)
    assert said.dispute is not None
    assert said.dispute.reason == "à nous"
    with pytest.raises(NotFound):
        refusals.refusal(session, house.team, unread.id)


def test_sites_and_phones_are_listed_with_what_ended_last(house: House):
    world, session = house.world, house.world.session
    pairing.revoke_device(session, house.nord.device, world.now)
    siting.close_site(session, house.autumn.ping.site, world.now)
    session.commit()
    assert [site.name for site in desk.sites(session, house.all)] == ["PiNG Nord", "PiNG Breil"]
    assert [phone.id for phone, _ in desk.phones(session, house.all)] == [
        house.autumn.ping.device, house.nord.device,
    ]  # fmt: skip
    assert desk.paired(session, house.all) == {house.autumn.ping.site: 1}
    assert desk.campaigns(session, house.ping) == [(house.autumn.campaign, "Pass numérique Nantes")]


def test_statements_come_newest_first_with_the_payments_that_pay_them(house: House):
    world, session = house.world, house.world.session
    house.autumn.spend(house.autumn.ping, 2)
    world.now = END_OF_NOVEMBER
    november = world.close("2026-11", END_OF_NOVEMBER)[0]
    house.autumn.spend(house.autumn.ping, 1)
    world.later(hours=1)
    december = next(n for n in world.close("2026-12", world.now) if n.startswith("RA"))
    assert desk.statements(session, house.ping, None, 5) == [
        desk.Line(december, "2026-12", 1000), desk.Line(november, "2026-11", 2000),
    ]  # fmt: skip
    assert desk.statements(session, house.ping, december, 5)[0].number == november
    settling.approve_statement(session, november, "token:2", world.now)
    called_off = make(world, "2026-11")
    batching.cancel_batch(session, called_off.number, "vu", "token:1", world.now)
    pay(world, "2026-11")
    (payment,) = desk.payments(session, [november, december])[november]
    assert payment.cents == 2000
    found = desk.statement_of_payment(session, house.ping, payment.end_to_end)
    assert found == november
    other = house.autumn.alis44.association
    assert desk.statement_of_payment(session, other, payment.end_to_end) is None


def test_somebody_works_at_the_sites_of_a_post_that_they_still_hold(house: House):
    world, session = house.world, house.world.session
    person = tables.Person(name="Léa", email="lea@ping.example", language="fr", handle=b"1",
                           created_at=world.now)  # fmt: skip
    session.add(person)
    session.flush()
    post = tables.Membership(person_id=person.id, post=Post.SITE_STAFF.value, tenant_id=house.ping,
                             given_at=world.now, given_by="person:1")  # fmt: skip
    session.add(post)
    session.flush()
    assert desk.sites_of_staff(session, person.id, house.ping) == ()
    session.add(tables.StaffSite(membership_id=post.id, site_id=house.nord.site))
    assert desk.sites_of_staff(session, person.id, house.ping) == (house.nord.site,)
    post.ended_at = world.now
    assert desk.sites_of_staff(session, person.id, house.ping) == ()
