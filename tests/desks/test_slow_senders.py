"""Who may when a request begins may not be allowed any more when it has been sent."""

import io
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.support.desks import hidden_fields, sign_in
from tests.support.people import Visitor
from voucher_service.actions import accounts, inviting, sittings, tokens
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.core.posts import Post
from voucher_service.store import tables

ADMIN = Inviter("person:99", Post.OPERATOR_ADMIN, None)


class Slow(io.BytesIO):
    """A body whose sender waits before its first sign; meanwhile something happens, once."""

    def __init__(self, text: str, meanwhile: Callable[[], object]) -> None:
        super().__init__(text.encode())
        self.waiting, self.length = [meanwhile], str(len(text.encode()))

    def read(self, size: int | None = -1, /) -> bytes:
        while self.waiting:
            self.waiting.pop()()
        return super().read(size)

    def readinto(self, buffer, /) -> int:
        read = self.read(len(buffer))
        buffer[: len(read)] = read
        return len(read)


def send(client, path, slow, kind="application/x-www-form-urlencoded", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        path,
        input_stream=slow,
        headers={"Content-Length": slow.length, "Content-Type": kind} | named,
    )


def end_the_post(service, clerk):
    with service.services.writing() as session:
        inviting.end_post(session, clerk.membership, ADMIN, service.world.now)


def end_the_sitting(service, clerk):
    with service.services.writing() as session:
        sittings.end_all(session, clerk.person, service.world.now)


def wait_for_hours(service, _clerk):
    service.world.later(hours=13)


@pytest.mark.parametrize("meanwhile", [end_the_post, end_the_sitting, wait_for_hours])
def test_a_form_sent_slowly_does_nothing_for_who_may_not_any_more(service, nantes, meanwhile):
    clerk = sign_in(service.client, "point_manager", nantes.ccas)
    page = service.client.get("/point/people")
    said = {"email": "friend@evil.example", "post": "point_manager"}
    before = service.world.session.query(tables.Invitation).count()
    service.world.session.commit()
    slow = Slow(urlencode(hidden_fields(page.text) | said), lambda: meanwhile(service, clerk))
    assert send(service.client, "/point/people", slow).status_code == 403
    assert service.world.session.query(tables.Invitation).count() == before


def test_a_code_that_is_sent_slowly_grows_old(service, nantes):
    offer = Offer("camille@ccas.example", Post.POINT_MANAGER, nantes.ccas)
    inviting.invite(service.world.session, offer, ADMIN, service.world.now)
    service.world.session.commit()
    camille = Visitor(service, offer.email)
    camille.accept()
    camille.set_up_authenticator()
    service.world.later(minutes=5)
    thief = Visitor(service, offer.email, camille.secret)
    thief.sign_in()
    fields = hidden_fields(thief.page) | {"code": thief.code()}
    slow = Slow(urlencode(fields), lambda: service.world.later(minutes=5))
    assert send(thief.client, "/account/second-factor", slow).status_code == 422
    number = []
    with service.services.writing() as session:
        person = session.query(tables.Person).filter_by(email=offer.email).one().id
        number.append(
            accounts.make_link(session, person, accounts.PASSWORD, offer.email, service.world.now)
        )
    link = service.services.accounts_key.link(accounts.PASSWORD, number[0])
    path = f"/account/links/password/{link}"
    thief.open(path)
    fields = hidden_fields(thief.page) | {"password": "un autre cheval correct"}
    slow = Slow(urlencode(fields), lambda: service.world.later(hours=2))
    assert send(thief.client, path, slow).status_code == 409


def test_a_call_sent_slowly_does_nothing_once_its_token_is_ended(service):
    operator = service.by("operator", person="who is going to leave")

    def end():
        with service.services.writing() as session:
            tokens.revoke_token(session, operator.number, service.world.now)

    service.world.session.commit()
    slow = Slow('{"name": "Ville", "kind": "public"}', end)
    answer = send(
        service.client,
        "/api/v1/funders",
        slow,
        "application/json",
        Authorization=f"Bearer {operator.token}",
        Idempotency_Key="slow",
    )
    assert answer.status_code == 401
    assert service.world.session.query(tables.Funder).filter_by(name="Ville").count() == 0
