"""Tokens: shown once, kept as a hash, ended for good."""

import pytest

from tests.support.desks import add_person, give_post
from tests.support.problems import refused
from tests.support.service import Caller
from voucher_service.actions import bank_accounts
from voucher_service.actions.pairing import secret_hash
from voucher_service.actions.tokens import ROLE_OF_POST, create_token
from voucher_service.core.payout_batch import Account
from voucher_service.core.posts import Post
from voucher_service.store import tables


@pytest.fixture
def own(service):
    """Somebody with a post, and the token that they made for themselves."""

    def own(post, tenant=None):
        session, now = service.world.session, service.world.now
        person = add_person(session, now)
        give_post(session, person, post, tenant, now)
        number, text = create_token(session, ROLE_OF_POST[post], tenant, now, person)
        session.commit()
        return person, Caller(service, text, number)

    return own


def test_a_token_is_shown_once_and_kept_as_a_hash(service):
    operator = service.by("operator")
    made = operator.post("/tokens", {"role": "auditor"})
    assert made.status_code == 201
    text = made.json["token"]
    row = service.world.session.get(tables.Token, int(made.json["id"]))
    assert row is not None
    assert row.token_hash == secret_hash(text)
    assert text not in operator.get("/tokens?limit=500").text
    assert Caller(service, text, row.id).get("/campaigns").status_code == 200


def test_a_token_of_one_tenant_names_it(service, nantes):
    operator = service.by("operator")
    made = operator.post("/tokens", {"role": "funder", "tenant": str(nantes.msa)}).get_json()
    assert made["tenant"] == str(nantes.msa)
    seen = Caller(service, made["token"], 0).get("/campaigns").get_json()["items"]
    assert [campaign["id"] for campaign in seen] == [str(nantes.msa_campaign)]


def test_a_token_that_cannot_be_is_not_made(service):
    operator = service.by("operator")
    before = service.checksum()
    for body, status, reason in (
        ({}, 422, "invalid"),
        ({"role": "king"}, 422, "invalid"),
        ({"role": "funder"}, 422, "tenant_missing"),
        ({"role": "funder", "tenant": "99"}, 404, "not_found"),
        ({"role": "operator", "tenant": "1"}, 422, "tenant_unexpected"),
    ):
        refused(operator.post("/tokens", body), status, reason)
    assert service.checksum() == before


def test_an_ended_token_opens_nothing(service):
    operator, left = service.by("operator"), service.by("finance", person="who left")
    ended = operator.delete(f"/tokens/{left.number}")
    assert (ended.status_code, ended.data) == (204, b"")
    refused(left.get("/campaigns"), 401, "token_unknown")
    refused(operator.delete(f"/tokens/{left.number}"), 409, "revoked_already")
    refused(operator.delete("/tokens/999"), 404, "not_found")
    (listed,) = (
        item for item in operator.get("/tokens").json["items"] if item["id"] == str(left.number)
    )
    assert listed["revoked_at"] is not None


def test_a_token_made_at_the_very_moment_when_its_maker_s_post_ended_opens_nothing(
    service, nantes, own
):
    person, token = own(Post.FUNDER_APPROVER, nantes.msa)
    assert token.get("/campaigns").status_code == 200
    session = service.world.session
    post = session.query(tables.Membership).filter_by(person_id=person).one()
    post.ended_at, post.ended_by = service.world.now, "person:1"
    session.commit()  # and the token, written by a click just before, was not there to be ended
    refused(token.get("/campaigns"), 401, "token_unknown")


def test_a_token_of_a_closed_account_opens_nothing(service, own):
    person, token = own(Post.OPERATOR_FINANCE)
    session = service.world.session
    session.get(tables.Person, person).disabled_at = service.world.now
    session.commit()
    refused(token.get("/campaigns"), 401, "token_unknown")


def test_who_administers_does_not_move_money_by_changing_from_a_screen_to_a_program(own):
    _, token = own(Post.OPERATOR_ADMIN)
    assert token.get("/campaigns").status_code == 200
    assert token.post("/funders", {"name": "Ville", "kind": "public"}).status_code == 201
    refused(token.post("/bank-accounts/1/confirm"), 403, "role_not_allowed")
    refused(token.post("/periods/2026-11/close"), 403, "role_not_allowed")
    assert token.post("/ledger/audit", {"since": None}).status_code == 202  # moves nothing


def test_nobody_is_two_pairs_of_eyes_by_a_desk_and_a_token(service, nantes, own):
    person, token = own(Post.OPERATOR_FINANCE)
    _, other = own(Post.OPERATOR_FINANCE)
    session, now = service.world.session, service.world.now
    account = Account("PING", "FR7630006000011234567890189", "Nantes", "FR")
    number = bank_accounts.propose(
        session, nantes.ping.association, account, f"person:{person}", now
    )
    session.commit()
    refused(token.post(f"/bank-accounts/{number}/confirm"), 409, "four_eyes")
    second = token.post("/tokens", {"role": "finance"})
    assert second.status_code == 403  # finance makes no tokens at all
    assert other.post(f"/bank-accounts/{number}/confirm").status_code == 200


def test_a_program_that_makes_tokens_is_not_two_pairs_of_eyes(service, nantes):
    """Not even through a token that it had another token make."""
    operator, session, now = service.by("operator"), service.world.session, service.world.now
    account = Account("PING", "FR7630006000011234567890189", "Nantes", "FR")
    actor = f"token:{operator.number}"
    number = bank_accounts.propose(session, nantes.ping.association, account, actor, now)
    session.commit()
    made = Caller(service, operator.post("/tokens", {"role": "operator"}).get_json()["token"], 0)
    again = Caller(service, made.post("/tokens", {"role": "finance"}).get_json()["token"], 0)
    refused(again.post(f"/bank-accounts/{number}/confirm"), 409, "four_eyes")
    assert nantes.finance.post(f"/bank-accounts/{number}/confirm").status_code == 200


@pytest.mark.parametrize("role", ["finance", "printer", "auditor"])
def test_nobody_makes_themselves_a_token_for_a_post_they_do_not_hold(service, own, role):
    _, token = own(Post.OPERATOR_ADMIN)
    before = service.checksum()
    refused(token.post("/tokens", {"role": role}), 403, "role_not_allowed")
    assert service.checksum() == before
    assert token.post("/tokens", {"role": "operator"}).status_code == 201


def test_whoever_makes_a_token_for_themselves_is_told(service, own):
    person, _ = own(Post.OPERATOR_FINANCE)
    session = service.world.session
    (told,) = session.query(tables.Outbox).filter_by(topic="account_changed").all()
    assert told.payload["what"] == "token"
    assert told.payload["to"] == session.get(tables.Person, person).email
