"""The people of the association: invited to its sites, moved between them, taken leave of."""

from typing import Literal

from pydantic import Field

from voucher_service.actions import teams
from voucher_service.actions.inviting import Offer
from voucher_service.core.errors import NotFound
from voucher_service.core.posts import House, Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Email, Id
from voucher_service.store.queries import association_desk, memberships
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS, seen
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.people import declare_endings, inviter

ADDRESS = "/association/people"


class Invited(Body):
    """Whom to invite, to which post, and at which sites they will work."""

    email: Email
    post: Literal["association_manager", "site_staff"]
    sites: list[Id] = Field(default_factory=list)


class Works(Body):
    """At which sites somebody works."""

    sites: list[Id] = Field(default_factory=list)


def _open_sites(visit: Visit) -> list[tuple[int, str]]:
    rows = association_desk.sites(visit.session, seen(visit))
    return [(site.id, site.name) for site in rows if site.closed_at is None]


@DESK.page("/people", posts=MANAGERS)
def people(visit: Visit) -> Page:
    """Everybody with a post, and the invitations that wait."""
    session = visit.session
    found = memberships.members(session, House.ASSOCIATION, visit.own)
    return Page(
        "association/people.html",
        rows=found,
        works=association_desk.sites_of_members(session, [one.id for one in found]),
        invited=memberships.invited(session, House.ASSOCIATION, visit.own, visit.now),
        sites=_open_sites(visit),
    )


@DESK.form("/people", posts=MANAGERS, body=Invited, again=people)
def invite(visit: Visit, given: Invited) -> See:
    """Offer a post by mail."""
    offer = Offer(given.email, Post(given.post), visit.own, visit.language)
    teams.invite(visit.session, offer, given.sites, inviter(visit), visit.now)
    return See(ADDRESS, said="person_invited", email=given.email)


declare_endings(DESK, ADDRESS, MANAGERS, people)


@DESK.page("/people/<id:number>", posts=MANAGERS)
def member(visit: Visit, number: int) -> Page:
    """Somebody: where they work, and ending their post."""
    row = _member(visit, number)
    works = association_desk.sites_of_members(visit.session, [number])[number]
    return Page(
        "association/member.html",
        row=row,
        chosen=[site for site, _ in works],
        sites=_open_sites(visit),
        is_me=row.person == visit.person.id,
    )


def _member(visit: Visit, number: int) -> memberships.Member:
    for one in memberships.members(visit.session, House.ASSOCIATION, visit.own):
        if one.id == number:
            return one
    raise NotFound("not_found", f"There is no post {number}.")


@DESK.form("/people/<id:number>/sites", posts=MANAGERS, body=Works, again=member)
def change_sites(visit: Visit, number: int, given: Works) -> See:
    """Say where somebody works."""
    _member(visit, number)
    teams.work_at(visit.session, number, given.sites, inviter(visit))
    return See(ADDRESS, said="said_sites_of_member")
