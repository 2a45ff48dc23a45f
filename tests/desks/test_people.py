"""Who works for a house: invited by who may, signed out when their post ends."""

import pytest

from tests.support.desks import seat, send, sign_in
from tests.support.people import Visitor
from voucher_service.store import tables


def test_a_manager_invites_a_clerk_into_their_own_house_only(service, nantes):
    sign_in(service.client, "point_manager", nantes.ccas)
    given = {"email": "Sacha@CCAS.example", "post": "point_clerk"}
    answer = send(service.client, "/point/people", "/point/people", given)
    assert answer.status_code == 303
    said = service.client.get(answer.headers["Location"]).text
    assert "L&#39;invitation est partie à Sacha@CCAS.example." in said
    sacha = Visitor(service, "sacha@ccas.example")
    assert "CCAS de Nantes" in sacha.open(sacha.link("account_invitation")).text
    sacha.accept("Sacha Petit")
    sacha.set_up_authenticator()
    assert "agent" in sacha.open("/point").text
    assert sacha.open("/point/people").status_code == 403


def test_a_manager_offers_no_post_of_another_house(service, nantes):
    sign_in(service.client, "point_manager", nantes.ccas)
    given = {"email": "sacha@ccas.example", "post": "operator_admin"}
    before = service.checksum()
    assert send(service.client, "/point/people", "/point/people", given).status_code == 404
    assert service.checksum() == before


def test_ending_a_post_signs_its_holder_out_and_ends_their_tokens(service, nantes):
    manager = sign_in(service.client, "point_manager", nantes.ccas)
    clerk = seat(service.services, "point_clerk", nantes.ccas)
    other = Visitor(service, "x")
    other.take(clerk.cookie)
    assert other.open("/point").request.path == "/point"
    end = f"/point/people/posts/{clerk.membership}/end"
    assert send(service.client, "/point/people", end).status_code == 303
    assert other.open("/point").request.path == "/account/login"
    own = f"/point/people/posts/{manager.membership}/end"
    assert own not in service.client.get("/point/people").text


def test_another_house_s_people_do_not_exist(service, nantes):
    sign_in(service.client, "point_manager", nantes.ccas)
    other = seat(service.services, "point_clerk", nantes.france_services)
    before = service.checksum()
    end = f"/point/people/posts/{other.membership}/end"
    assert send(service.client, "/point/people", end).status_code == 404
    page = service.client.get("/point/people").text
    assert page.count('scope="row"') == 1
    assert service.checksum() == before


def test_the_operator_invites_into_every_house(service, nantes):
    sign_in(service.client, "operator_admin")
    for kind, tenant, post in (
        ("funder", nantes.metropole, "funder_approver"),
        ("point", nantes.ccas, "point_manager"),
        ("association", nantes.ping.association, "association_manager"),
    ):
        path = f"/operator/people/{kind}/{tenant}"
        assert path in service.client.get(f"/operator/people/{kind}?search=n").text
        given = {"email": f"{post}@x.example", "post": post}
        assert send(service.client, path, path, given).status_code == 303
        assert Visitor(service, f"{post}@x.example").link("account_invitation")


def test_the_last_administrator_cannot_be_ended(service):
    clerk = sign_in(service.client, "operator_admin")
    end = f"/operator/people/posts/{clerk.membership}/end"
    refused = send(service.client, "/operator/people", end)
    assert refused.status_code == 409
    assert "Invitez-en d&#39;abord une autre" in refused.text
    other = seat(service.services, "operator_admin")
    end = f"/operator/people/posts/{other.membership}/end"
    assert send(service.client, "/operator/people", end).status_code == 303


def test_lost_second_factors_are_taken_away_by_another_administrator(service):
    admin = sign_in(service.client, "operator_admin")
    own = f"/operator/people/{admin.person}/factors"
    assert send(service.client, "/operator/people", own).status_code == 409
    lost = seat(service.services, "operator_finance")
    session = service.world.session
    session.get(tables.Person, lost.person).totp_sealed = b"x" * 40
    session.commit()
    reset = f"/operator/people/{lost.person}/factors"
    assert send(service.client, "/operator/people", reset).status_code == 303
    session.expire_all()
    assert session.get(tables.Person, lost.person).totp_sealed is None
    told = session.query(tables.Outbox).filter_by(topic="account_changed").one()
    assert told.payload["what"] == "factors_reset"


@pytest.mark.parametrize("post", ["operator_support", "operator_finance", "auditor"])
def test_other_operators_invite_nobody(service, post):
    sign_in(service.client, post)
    assert service.client.get("/operator/people").status_code == 403


def test_an_account_takes_one_more_post(service, nantes):
    sign_in(service.client, "operator_admin")
    path = f"/operator/people/point/{nantes.ccas}"
    send(service.client, path, path, {"email": "ida@x.example", "post": "point_manager"})
    ida = Visitor(service, "ida@x.example")
    ida.accept("Ida")
    ida.set_up_authenticator()
    path = f"/operator/people/funder/{nantes.metropole}"
    send(service.client, path, path, {"email": "ida@x.example", "post": "funder_reader"})
    link = ida.link("account_invitation")
    assert "Vous avez déjà un compte" in ida.open(link).text
    page = ida.send(f"{link}/join")
    assert "Choisir un espace" in page.text
    membership = ida.hidden("membership")
    assert "Votre point de distribution" in ida.send("/desk", membership=membership).text
