"""Keys for machines that act as the person who made them: one role for each of their posts."""

from voucher_service.actions import tokens
from voucher_service.actions.tokens import ROLE_OF_POST
from voucher_service.core.errors import NotAllowed, NotFound
from voucher_service.core.posts import NEEDS_SECOND_FACTOR
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.store.queries import people
from voucher_service.web.account.desk import DESK
from voucher_service.web.account.seats import seat_of
from voucher_service.web.desks import Page, See, Visit


def _shown(visit: Visit, made: str = "") -> Page:
    held = people.named(visit.session, people.posts_of(visit.session, visit.person.id))
    may = [
        {"id": one.id, "role": ROLE_OF_POST[one.post], "name": one.name}
        for one in held
        if one.post in ROLE_OF_POST
    ]
    known = people.tokens_of(visit.session, visit.person.id)
    return Page("account/tokens.html", tokens=known, may=may, made=made)


@DESK.page("/account/tokens", fresh=True)
def my_tokens(visit: Visit) -> Page:
    """The keys one made."""
    return _shown(visit)


class Chosen(Body):
    """One of one's own posts."""

    membership: Id


@DESK.form("/account/tokens", body=Chosen, again=my_tokens, fresh=True)
def make_token(visit: Visit, given: Chosen) -> Page:
    """A key for a machine, on this page and never again."""
    held = people.posts_of(visit.session, visit.person.id)
    found = next((one for one in held if one.id == given.membership), None)
    if found is None or found.post not in ROLE_OF_POST:
        raise NotFound("not_found", "This post is not yours.")
    if found.post in NEEDS_SECOND_FACTOR and seat_of(visit).second_factor_at is None:
        raise NotAllowed("second_factor_first", "Show your second factor first.")
    role = ROLE_OF_POST[found.post]
    _, text = tokens.create_token(visit.session, role, found.tenant, visit.now, visit.person.id)
    return _shown(visit, text)


@DESK.form("/account/tokens/<id:token>/end", again=my_tokens, fresh=True)
def end_token(visit: Visit, token: int) -> See:
    """A key opens nothing any more."""
    if token not in {one.id for one in people.tokens_of(visit.session, visit.person.id)}:
        raise NotFound("not_found", "There is no such key.")
    tokens.revoke_token(visit.session, token, visit.now)
    return See("/account/tokens", said="token_ended")
