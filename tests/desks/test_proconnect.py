"""Signing in with ProConnect, against a provider of our own over real HTTP."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import ECKey

from tests.support.people import PASSWORD, Visitor
from tests.support.provider import CLIENT, SECRET, serving
from voucher_service.actions import inviting, second_factors
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.config import BadSettings, read_settings
from voucher_service.core.posts import Post
from voucher_service.partners import ProConnect
from voucher_service.store import tables

ADMIN = Inviter("person:99", Post.OPERATOR_ADMIN, None)


@pytest.fixture
def provider(service):
    with serving() as provider:
        ours = ProConnect(provider.url, CLIENT, SECRET)
        service.services.settings = replace(service.services.settings, proconnect=ours)
        yield provider


@pytest.fixture
def camille(service, nantes, provider):
    """The manager of the CCAS, who tied her account to ProConnect."""
    offer = Offer("camille@ccas.example", Post.POINT_MANAGER, nantes.ccas)
    inviting.invite(service.world.session, offer, ADMIN, service.world.now)
    service.world.session.commit()
    visitor = Visitor(service, offer.email)
    visitor.accept()
    visitor.set_up_authenticator()
    assert "est relié à ProConnect" in come_back(visitor, provider).text
    service.world.later(minutes=5)
    return visitor


def come_back(visitor, provider, path="/account/proconnect", **changed):
    """Go to the provider, sign in there, come back and press the button."""
    there = visitor.client.get(path)
    told = provider.authorize(there.headers["Location"]) | changed
    visitor.open(f"/account/proconnect/back?{urlencode(told)}")
    return visitor.send("/account/proconnect/back", code=told["code"], state=told["state"])


def stranger(service):
    visitor = Visitor(service, "camille@ccas.example")
    page = visitor.open("/account/login?next=/point/stock")
    return visitor, page


def test_who_tied_their_account_signs_in_and_shows_our_second_factor(service, camille, provider):
    visitor, page = stranger(service)
    assert "/account/proconnect?next=/point/stock" in page.text
    page = come_back(visitor, provider, "/account/proconnect?next=/point")
    assert "Confirmer que c&#39;est vous" in page.text
    assert visitor.open("/point").request.path == "/account/second-factor"
    visitor.secret = camille.secret
    assert (
        visitor.send("/account/second-factor", code=visitor.code(), next="/point").status_code
        == 200
    )
    assert visitor.open("/point").request.path == "/point"


@pytest.mark.usefixtures("camille")
def test_a_second_factor_at_the_provider_is_enough(service, provider):
    provider.amr = ["pwd", "mfa"]
    visitor, _ = stranger(service)
    assert come_back(visitor, provider, "/account/proconnect?next=/point").request.path == "/point"


@pytest.mark.usefixtures("camille")
def test_the_same_mail_address_alone_opens_nothing(service, provider):
    provider.subject = "agent-0002"  # the address is Camille's, the person is not
    visitor, _ = stranger(service)
    answer = come_back(visitor, provider)
    assert answer.status_code == 422
    assert "Aucun compte d&#39;ici" in answer.text
    assert visitor.open("/point").request.path == "/account/login"


@pytest.mark.usefixtures("camille")
def test_the_same_number_at_another_house_is_another_person(service, provider):
    provider.idp_id = "another-house"
    visitor, _ = stranger(service)
    assert come_back(visitor, provider).status_code == 422


@pytest.mark.usefixtures("camille")
def test_a_code_works_once_and_a_state_in_its_own_browser(service, provider):
    visitor, _ = stranger(service)
    there = visitor.client.get("/account/proconnect")
    told = provider.authorize(there.headers["Location"])
    thief, _ = stranger(service)
    thief.open(f"/account/proconnect/back?{urlencode(told)}")
    stolen = thief.send("/account/proconnect/back", code=told["code"], state=told["state"])
    assert stolen.status_code == 422  # the code was not even sent: it is still good in its browser
    visitor.open(f"/account/proconnect/back?{urlencode(told)}")
    fields = {"code": told["code"], "state": told["state"]}
    first = visitor.post("/account/proconnect/back", **fields)
    assert first.status_code == 303
    again, _ = stranger(service)
    again.open("/account/login")
    assert again.post("/account/proconnect/back", **fields).status_code == 422


@pytest.mark.usefixtures("camille")
def test_each_sign_in_has_its_own_state_nonce_and_challenge(service, provider):
    visitor, _ = stranger(service)
    for _ in range(2):
        there = visitor.client.get("/account/proconnect")
        provider.authorize(there.headers["Location"])
    first, second = provider.asked[-2:]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    query = parse_qs(urlsplit(there.headers["Location"]).query)
    assert "idp_id" in query["scope"][0]
    assert "amr" in query["claims"][0]


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"change_id": lambda claims: claims | {"nonce": "x"}},
    "no nonce": {"change_id": lambda claims: {k: v for k, v in claims.items() if k != "nonce"}},
    "for another client": {"change_id": lambda claims: claims | {"aud": "other"}},
    "by another issuer": {"change_id": lambda claims: claims | {"iss": "https://evil.example"}},
    "too old": {"change_id": lambda claims: claims | {"exp": 1}},
    "without an end": {"change_id": lambda c: {k: v for k, v in c.items() if k != "exp"}},
    "signed by somebody else": {"signs_with": ECKey.generate_key("P-256")},
    "user-info of another": {"change_info": lambda claims: claims | {"sub": "agent-0009"}},
    "user-info for another client": {"change_info": lambda claims: claims | {"aud": "other"}},
    "user-info not signed": {"info_type": "application/json"},
    "ways as a word": {"change_id": lambda claims: claims | {"amr": "mfa"}},
}


@pytest.mark.usefixtures("camille")
def test_a_provider_that_lies_lets_nobody_in(service, provider):
    honest = {name: getattr(provider, name) for lie in LIES.values() for name in lie}
    for lie, told in LIES.items():
        for name, value in (honest | told).items():
            setattr(provider, name, value)
        visitor, _ = stranger(service)
        answer = come_back(visitor, provider)
        assert answer.status_code == 422, lie
        assert "pas marché" in answer.text, lie
        assert visitor.open("/point").request.path == "/account/login", lie


@pytest.mark.usefixtures("provider")
def test_who_gives_up_there_is_told_so(service):
    visitor, _ = stranger(service)
    page = visitor.open("/account/proconnect/back?error=access_denied&state=x")
    assert "vous avez renoncé" in page.text


def test_a_closed_account_stays_closed(service, camille, provider):
    session = service.world.session
    row = session.query(tables.Person).filter_by(email=camille.email).one()
    row.disabled_at = service.world.now
    session.commit()
    visitor, _ = stranger(service)
    assert come_back(visitor, provider).status_code == 422


@pytest.mark.usefixtures("camille")
def test_an_identity_is_one_person_s(service, provider, nantes):
    offer = Offer("sacha@ccas.example", Post.POINT_CLERK, nantes.ccas)
    inviting.invite(service.world.session, offer, ADMIN, service.world.now)
    service.world.session.commit()
    sacha = Visitor(service, offer.email)
    sacha.accept("Sacha")
    assert come_back(sacha, provider).status_code == 409


def test_without_a_registration_there_is_no_such_page(service):
    assert service.client.get("/account/proconnect").status_code == 404
    assert "ProConnect" not in service.client.get("/account/login").text


def test_an_unlocked_browser_is_not_enough_to_tie_the_account(service, camille, provider):
    service.world.later(minutes=16)
    session = service.world.session
    session.query(tables.Identity).delete()
    session.commit()
    assert camille.open("/account").status_code == 200
    answer = camille.client.get("/account/proconnect")
    assert answer.location == "/account/prove?next=%2Faccount%2Fproconnect"
    camille.open(answer.location)
    camille.send("/account/prove", password=PASSWORD, next="/account")
    assert "est relié à ProConnect" in come_back(camille, provider).text


def test_a_tie_is_seen_in_the_account_and_its_owner_ends_it(service, camille, provider):
    provider.amr = ["pwd", "mfa"]
    camille.open("/account")
    assert "plus relié à ProConnect" in camille.send("/account/proconnect/remove").text
    assert "plus relié à ProConnect" in camille.letters()[-1][1]
    visitor, _ = stranger(service)
    assert come_back(visitor, provider).status_code == 422


def test_who_begins_anew_with_second_factors_is_tied_to_nobody(service, camille, provider):
    provider.amr = ["pwd", "mfa"]
    with service.services.writing() as session:
        person = session.query(tables.Person).filter_by(email=camille.email).one().id
        second_factors.forget_all(session, person, service.world.now)
    visitor, _ = stranger(service)
    assert come_back(visitor, provider).status_code == 422


@pytest.mark.parametrize(
    ("issuer", "good"),
    [
        ("https://auth.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://auth.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("ftp://auth.example", False),
    ],
)
def test_the_provider_is_asked_over_a_closed_way(tmp_path, issuer, good):
    asked = {"VOUCHER_HOME": str(tmp_path), "VOUCHER_PROCONNECT_ISSUER": issuer}
    if good:
        assert read_settings(asked).proconnect.issuer == issuer
    else:
        with pytest.raises(BadSettings, match="https://"):
            read_settings(asked)
