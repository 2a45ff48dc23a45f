"""The people of an association: invited to its sites, moved between them, gone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.cast import ALIS44, PING, World
from voucher_service.actions import inviting, siting, teams
from voucher_service.actions.inviting import Inviter, Newcomer, Offer
from voucher_service.core.errors import Invalid, NotFound
from voucher_service.core.posts import House, Post
from voucher_service.store.queries import association_desk, memberships

LEA = Newcomer("Léa", "une phrase assez longue", "fr")


class Ping:
    """PiNG with two sites and its manager, Alis44 beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ping = world.association(PING)
        self.breil, self.nord = (world.site(self.ping, name) for name in ("Breil", "Nord"))
        self.elsewhere = world.site(world.association(ALIS44), "Bottière")
        self.manager = Inviter("person:1", Post.ASSOCIATION_MANAGER, self.ping)

    def invite(self, post: Post, *sites: int) -> int:
        offer = Offer("lea@ping.example", post, self.ping)
        return teams.invite(self.world.session, offer, sites, self.manager, self.world.now)

    def joins(self, post: Post, *sites: int) -> int:
        """Léa accepts; the number of her post."""
        invitation = self.invite(post, *sites)
        inviting.accept(self.world.session, invitation, LEA, self.world.now)
        (one,) = memberships.members(self.world.session, House.ASSOCIATION, self.ping)
        return one.id

    def works(self, membership: int) -> list[int]:
        found = association_desk.sites_of_members(self.world.session, [membership])
        return [site for site, _ in found[membership]]


@pytest.fixture
def house(engine: Engine, session: Session) -> Iterator[Ping]:
    world = World(engine, session)
    yield Ping(world)
    world.close_book()


def test_who_accepts_works_where_the_invitation_said(house: Ping):
    assert house.works(house.joins(Post.SITE_STAFF, house.nord)) == [house.nord]


def test_a_manager_has_every_site_and_none_is_named(house: Ping):
    assert house.works(house.joins(Post.ASSOCIATION_MANAGER, house.nord)) == []


def test_a_team_works_at_open_sites_of_its_own_association(house: Ping):
    siting.close_site(house.world.session, house.breil, house.world.now)
    for sites in ((), (house.breil,), (house.elsewhere,), (house.nord, house.elsewhere)):
        with pytest.raises(Invalid, match="site_missing"):
            house.invite(Post.SITE_STAFF, *sites)


def test_somebody_moves_to_other_sites(house: Ping):
    session = house.world.session
    lea = house.joins(Post.SITE_STAFF, house.nord)
    teams.work_at(session, lea, [house.breil, house.nord], house.manager)
    assert house.works(lea) == [house.breil, house.nord]
    with pytest.raises(Invalid, match="site_missing"):
        teams.work_at(session, lea, [], house.manager)
    stranger = Inviter("person:9", Post.ASSOCIATION_MANAGER, house.ping + 1)
    with pytest.raises(NotFound):
        teams.work_at(session, lea, [house.nord], stranger)


def test_who_left_works_nowhere_any_more(house: Ping):
    session = house.world.session
    lea = house.joins(Post.SITE_STAFF, house.nord)
    inviting.end_post(session, lea, house.manager, house.world.now)
    with pytest.raises(NotFound):
        teams.work_at(session, lea, [house.breil], house.manager)
