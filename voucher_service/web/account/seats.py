"""Sitting down and proving more: what every way of signing in ends with. Decides no way in."""

from voucher_service.actions import sittings
from voucher_service.actions.sittings import Proofs
from voucher_service.core.errors import NotAllowed
from voucher_service.store.queries import people
from voucher_service.store.queries.people import Seated
from voucher_service.web import cookies, forms, keeping
from voucher_service.web.desks import Visit


def seat_of(visit: Visit) -> Seated:
    """The sitting of who came, signed in or half-way; raises :class:`NotAllowed` without one."""
    if visit.seat is None:
        raise NotAllowed("not_signed_in", "Sign in first.")
    return visit.seat


def sit_down(visit: Visit, person: int, proofs: Proofs) -> None:
    """A new sitting, and its cookie with this answer."""
    keeping.leave_only(visit, person)
    agent = cookies.agent_family()
    cookies.give(sittings.begin(visit.session, person, proofs, agent, visit.now))


def prove_more(visit: Visit, *, second_factor: bool) -> None:
    """The same sitting under the next cookie."""
    seat = seat_of(visit)
    following = visit.services.accounts_key.next_cookie(cookies.current(), forms.key_sent())
    proofs = Proofs(complete=True, second_factor=second_factor)
    sittings.renew(visit.session, seat.sitting, following, proofs, visit.now)
    cookies.give(following)


def has_factor(visit: Visit, person: int) -> bool:
    """Whether a password alone is not enough for this person."""
    return people.has_factor(visit.session, person)
