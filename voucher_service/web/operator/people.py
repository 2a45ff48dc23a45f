"""The operator's page of people: its own, and those of every house, whom it may also invite."""

from voucher_service.actions import second_factors, sittings
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.posts import House, Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Text
from voucher_service.store.queries import memberships
from voucher_service.store.queries import people as known
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import DESK
from voucher_service.web.people import Invited, declare_endings, invite, people_page

ADMIN = frozenset({Post.OPERATOR_ADMIN})
SHOWN = 20


class Asked(Body):
    """Letters of a house's name."""

    search: Text | None = None


@DESK.page("/people", posts=ADMIN)
def people(visit: Visit) -> Page:
    """The operator's own people."""
    page = people_page(visit, House.OPERATOR, None, "/operator/people")
    page.values["houses"] = [House.FUNDER, House.POINT, House.ASSOCIATION]
    return page


@DESK.form("/people", body=Invited, again=people, posts=ADMIN)
def invite_person(visit: Visit, given: Invited) -> See:
    """Invite somebody to the operator's own posts."""
    invite(visit, given, House.OPERATOR, None)
    return See("/operator/people", said="person_invited", email=given.email)


@DESK.page("/people/<word:house>", query=Asked, posts=ADMIN)
def houses(visit: Visit, house: str, query: Asked) -> Page:
    """Funders, points or associations, to choose one."""
    kind = _kind(house)
    search = query.search or ""
    return Page(
        "operator/people_houses.html",
        house=kind,
        search=search,
        found=memberships.houses(visit.session, kind, search, SHOWN),
    )


@DESK.page("/people/<word:house>/<id:tenant>", posts=ADMIN)
def people_of_house(visit: Visit, house: str, tenant: int) -> Page:
    """Who works for a house."""
    kind = _kind(house)
    if memberships.exists(visit.session, kind, tenant) is None:
        raise NotFound("not_found", "There is no such house.")
    return people_page(visit, kind, tenant, f"/operator/people/{kind}/{tenant}")


@DESK.form("/people/<word:house>/<id:tenant>", body=Invited, again=people_of_house, posts=ADMIN)
def invite_to_house(visit: Visit, house: str, tenant: int, given: Invited) -> See:
    """Invite somebody to a house's posts."""
    kind = _kind(house)
    invite(visit, given, kind, tenant)
    path = f"/operator/people/{kind}/{tenant}"
    return See(path, said="person_invited", email=given.email)


@DESK.form("/people/<id:person>/factors", again=people, posts=ADMIN, fresh=True)
def reset_factors(visit: Visit, person: int) -> See:
    """Somebody lost every second factor, and called: they sign in and choose another one."""
    if person == visit.person.id:
        raise Conflict("four_eyes", "Ask another administrator.")
    if known.person(visit.session, person) is None:
        raise NotFound("not_found", "There is no such person.")
    second_factors.forget_all(visit.session, person, visit.now)
    sittings.end_all(visit.session, person, visit.now)
    return See("/operator/people", said="factors_reset")


def _kind(house: str) -> House:
    if house not in {House.FUNDER, House.POINT, House.ASSOCIATION}:
        raise NotFound("not_found", "There is no such kind of house.")
    return House(house)


declare_endings(DESK, "/operator/people", ADMIN, people)
