"""A sitting ends while somebody fills a form in: they find it again, and nobody else does."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pydantic import SecretStr

from tests.desks.house import NEW_IBAN
from tests.support.cast import ALIS44, PING
from tests.support.desks import HIDDEN
from tests.support.people import PASSWORD, Visitor
from voucher_service.actions import inviting, sittings
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.actions.pairing import secret_hash
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.core.posts import Post
from voucher_service.http.kept_forms import LARGEST
from voucher_service.store import kept_forms, tables
from voucher_service.web.desks import Who, every_screen

ADMIN = Inviter("person:99", Post.OPERATOR_ADMIN, None)
KEPT = "__Host-pn-kept"
PAGE, IBAN = "/association/bank", NEW_IBAN
TYPED = {"holder": "PiNG & compagnie", "iban": IBAN, "town": "Nantes"}
WAITED = "Vous aviez été déconnecté. Vérifiez et validez : rien n&#39;a été envoyé."


@pytest.fixture
def house(service):
    return service.world.association(PING)


@pytest.fixture
def other_house(service):
    return service.world.association(ALIS44)


@pytest.fixture
def invite(service, house):
    """Somebody with an account, a second factor and a post, signed in."""

    def invite(email):
        session = service.world.session
        offer = Offer(email, Post.ASSOCIATION_MANAGER, house)
        inviting.invite(session, offer, ADMIN, service.world.now)
        session.commit()
        visitor = Visitor(service, email)
        visitor.accept()
        visitor.set_up_authenticator()
        return visitor

    return invite


@pytest.fixture
def camille(invite):
    """The manager of an association, with its bank's form open."""
    visitor = invite("camille@ping.example")
    visitor.open(PAGE)
    return visitor


def rows(service):
    session = service.world.session
    session.expire_all()
    found = session.query(tables.KeptForm).all()
    session.commit()
    return found


def proposed(service):
    """How often the association proposed this account."""
    session = service.world.session
    found = session.query(tables.BankAccount).filter_by(iban=IBAN).count()
    session.commit()
    return found


def come_back(visitor, page=None):
    """Sign in on the page that one was sent to: a password, then a code."""
    visitor.page = page or visitor.page
    visitor.service.world.later(minutes=1)  # a code works once
    visitor.send(
        "/account/login", email=visitor.email, password=PASSWORD, next=visitor.hidden("next")
    )
    if "/account/second-factor" in visitor.page:
        visitor.send("/account/second-factor", code=visitor.code(), next=visitor.hidden("next"))
    return visitor.page


def by_idleness(service, _camille):
    service.world.later(minutes=30)


def by_the_end_of_the_day(service, camille):
    for _ in range(25):
        service.world.later(minutes=29)
        camille.open(PAGE)
    assert "/account/login" in camille.page


def by_signing_out_elsewhere(service, camille):
    owner = service.world.session.query(tables.Person).filter_by(email=camille.email).one()
    sittings.end_all(service.world.session, owner.id, service.world.now)
    service.world.session.commit()


@pytest.mark.parametrize("end", [by_idleness, by_the_end_of_the_day, by_signing_out_elsewhere])
def test_who_was_signed_out_finds_the_form_again_and_sends_it_themselves(service, camille, end):
    form = camille.page
    end(service, camille)
    camille.page = form
    before = camille.hidden("form_key")
    login = camille.send(PAGE, **TYPED)
    assert "Ce que vous avez écrit est gardé une heure." in login.text
    assert IBAN not in login.text
    page = come_back(camille)
    assert WAITED in page
    for text in ("PiNG &amp; compagnie", IBAN, "Nantes"):
        assert f'value="{text}"' in page
    assert camille.hidden("form_key") != before
    assert proposed(service) == 0
    done = camille.send(PAGE, **TYPED)
    assert "Le compte est proposé." in done.text
    assert proposed(service) == 1
    assert rows(service) == []
    assert WAITED not in camille.open(f"{PAGE}?kept={PAGE}").text


def signed_out(service, camille, **typed):
    """The form is sent half an hour too late; the page that answers is open."""
    service.world.later(minutes=30)
    camille.send(PAGE, **(TYPED | typed))
    return camille.page


def test_looking_at_it_twice_loses_nothing_and_leaving_forgets_it(service, camille):
    come_back(camille, signed_out(service, camille))
    for _ in range(2):
        assert WAITED in camille.open(f"{PAGE}?kept={PAGE}").text
    assert WAITED not in camille.open(PAGE).text  # who opens the page anew has an empty form
    camille.send("/account/sign-out")
    assert rows(service) == []


def test_a_refusal_keeps_it_waiting(service, camille):
    come_back(camille, signed_out(service, camille, iban="FR76"))
    refused = camille.send(PAGE, **(TYPED | {"iban": "FR76"}))
    assert refused.status_code == 422
    assert WAITED not in refused.text
    assert len(rows(service)) == 1


def test_somebody_else_in_that_browser_sees_nothing_and_it_is_deleted(service, invite, camille):
    dominique = invite("dominique@ping.example")
    login = signed_out(service, camille)
    dominique.client = camille.client
    page = come_back(dominique, login)
    assert "Dominique" not in page
    assert WAITED not in page
    assert IBAN not in page
    assert 'name="iban"' in page  # the page itself is theirs too
    assert rows(service) == []
    dominique.send("/account/sign-out")
    camille.open(f"/account/login?next={PAGE}%3Fkept%3D{PAGE}")
    assert WAITED not in come_back(camille)


def test_in_another_browser_there_is_nothing(service, camille):
    signed_out(service, camille)
    elsewhere = Visitor(service, camille.email, camille.secret)
    elsewhere.open(f"{PAGE}?kept={PAGE}")
    page = come_back(elsewhere)
    assert 'name="iban"' in page
    assert WAITED not in page


def test_after_an_hour_there_is_nothing(service, camille):
    login = signed_out(service, camille)
    service.world.later(minutes=59)
    assert WAITED not in come_back(camille, login)  # a minute goes by while signing in
    assert kept_forms.forget_old(service.world.session, service.world.now) == 1


def test_the_copy_of_a_database_tells_nothing_nor_does_the_key(service, camille):
    signed_out(service, camille)
    (row,) = rows(service)
    cookie = camille.client.get_cookie(KEPT).value
    assert row.browser_hash == secret_hash(cookie)
    told = str(vars(row)).encode() + row.sealed
    assert not any(text.encode() in told for text in TYPED.values())
    key, owner = service.services.accounts_key, b"whoever"
    sealed = key.seal_form(b"text", cookie, owner, bytes(12))
    assert key.unseal_form(sealed, cookie, owner) == b"text"
    others = ((AccountsKey(b"x" * 32), cookie, owner), (key, "x", owner), (key, cookie, b"x"))
    for another_key, browser, person in others:
        with pytest.raises(ValueError, match="sealed by another key"):
            another_key.unseal_form(sealed, browser, person)


def test_the_cookie_is_for_this_host_no_script_and_an_hour(service, camille):
    service.world.later(minutes=30)
    answer = camille.post(PAGE, **TYPED)
    (given,) = answer.headers.getlist("Set-Cookie")
    assert given.startswith(f"{KEPT}=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=3600"):
        assert word in given
    again = camille.post(PAGE, **(TYPED | {"holder": "PiNG"}))
    assert again.headers.getlist("Set-Cookie")[0].split(";")[0] == given.split(";")[0]
    assert len(rows(service)) == 1  # a second click replaces the text
    camille.open(answer.headers["Location"])
    assert 'value="PiNG"' in come_back(camille)


def without_a_sitting(_service, camille):
    camille.client = camille.service.app.test_client()
    camille.open("/account/login")


def half_way(service, camille):
    camille.client = camille.service.app.test_client()
    camille.sign_in()
    service.world.later(minutes=10)


def with_a_closed_account(service, camille):
    owner = service.world.session.query(tables.Person).filter_by(email=camille.email).one()
    owner.disabled_at = service.world.now
    service.world.session.commit()


def without_the_post(service, _camille):
    service.world.later(minutes=30)
    service.world.session.query(tables.Membership).update({"ended_at": service.world.now})
    service.world.session.commit()


def from_elsewhere(service, camille):
    service.world.later(minutes=30)
    camille.page = camille.page.replace('name="form_proof" value="', 'name="form_proof" value="x')


@pytest.mark.parametrize(
    "how",
    [without_a_sitting, half_way, with_a_closed_account, without_the_post, from_elsewhere],
)
def test_nothing_is_kept(service, camille, how):
    how(service, camille)
    answer = camille.post(PAGE, **TYPED)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/")
    assert rows(service) == []
    assert KEPT not in str(answer.headers)


def test_what_is_too_long_is_not_kept(service, camille):
    service.world.later(minutes=30)
    camille.post(PAGE, **(TYPED | {"holder": "x" * LARGEST}))
    assert rows(service) == []
    camille.post(PAGE, **(TYPED | {"holder": "x" * (LARGEST // 2)}))
    assert len(rows(service)) == 1


def test_a_browser_sets_aside_only_so_many(service, camille):
    service.world.later(minutes=30)
    for number in range(40):
        camille.post(f"/association/uses/{number}/undo", reason="trop vite")
    assert len(rows(service)) == 30


def test_nothing_of_one_s_own_account_is_kept(service, camille):
    service.world.later(minutes=30)
    for screen in every_screen(service.app):
        if screen.method == "POST" and screen.who is not Who.POST and "<" not in screen.path:
            camille.post(screen.path, name="Camille", password=PASSWORD, code="123456")
    assert rows(service) == []


def test_no_form_of_a_desk_asks_for_a_secret(service):
    secret = re.compile(r"password|passphrase|secret|totp|^code$|recovery|passkey|token")
    for screen in every_screen(service.app):
        if screen.method == "POST" and screen.who is Who.POST:
            for name, field in screen.body.model_fields.items():
                assert field.annotation is not SecretStr, f"{screen.path} {name}"
                assert not secret.search(name), f"{screen.path} {name}"


def test_fields_that_the_form_does_not_have_are_not_kept(service, camille):
    come_back(camille, signed_out(service, camille, password=PASSWORD))
    assert WAITED in camille.page
    (row,) = rows(service)
    longer = len(row.sealed)
    service.world.later(minutes=31)
    camille.send(PAGE, **TYPED)
    assert {len(row.sealed) for row in rows(service)} == {longer}


def test_who_has_two_posts_chooses_again_and_finds_it_only_at_the_same_one(
    service, other_house, camille
):
    session = service.world.session
    owner = session.query(tables.Person).filter_by(email=camille.email).one()
    other = tables.Membership(
        person_id=owner.id,
        post="association_manager",
        tenant_id=other_house,
        given_at=service.world.now,
        given_by="cli",
    )
    session.add(other)
    session.commit()
    mine = session.query(tables.Membership).filter(tables.Membership.id != other.id).first()
    posts = (other.id, mine.id)
    session.commit()
    camille.open("/desk")
    camille.send("/desk", membership=posts[1])
    camille.open(PAGE)
    page = come_back(camille, signed_out(service, camille))
    assert "Choisir un espace" in page
    wrong = camille.send("/desk", membership=posts[0], next=camille.hidden("next"))
    assert 'name="iban"' in wrong.text
    assert WAITED not in wrong.text
    assert IBAN not in wrong.text
    camille.open(f"/desk?next={PAGE}%3Fkept%3D{PAGE}")
    right = camille.send("/desk", membership=posts[1], next=camille.hidden("next"))
    assert WAITED in right.text


def test_a_form_in_another_window_outlives_signing_in_again(service, camille):
    """Its proof is of the cookie before; the browser itself says that a page of ours sent it."""
    old = camille.page
    service.world.later(minutes=30)
    camille.open(PAGE)
    come_back(camille)
    camille.page = old
    stale = dict(HIDDEN.findall(old)) | TYPED
    for elsewhere in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert camille.client.post(PAGE, data=stale, headers=elsewhere).status_code == 403
    shown = camille.client.post(PAGE, data=stale, headers={"Sec-Fetch-Site": "same-origin"})
    assert shown.status_code == 409
    assert WAITED in shown.text
    assert f'href="{PAGE}"' in shown.text
    assert f'value="{IBAN}"' in shown.text
    assert proposed(service) == 0
    camille.page = shown.text
    assert "Le compte est proposé." in camille.send(PAGE, **TYPED).text
    assert proposed(service) == 1


def test_a_file_must_be_chosen_again(service, camille):
    camille.open("/association/places/import")
    service.world.later(minutes=30)
    camille.send(
        "/association/places/import",
        file=(BytesIO(b"id;nom"), "lieux.csv", "text/csv"),
    )
    page = come_back(camille)
    assert WAITED in page
    assert "Choisissez de nouveau votre fichier" in page


def test_one_comes_back_to_the_page_even_of_a_form_without_text(service, camille):
    camille.open("/association/application/charter")
    service.world.later(minutes=30)
    camille.send("/association/application/charter")
    page = come_back(camille)
    assert WAITED in page
    assert 'name="accepted"' in page


def test_old_texts_go_with_the_nightly_round_and_with_the_next_one(service, camille):
    signed_out(service, camille)
    first = rows(service)[0].kept_at
    service.world.later(hours=2)
    camille.open("/account/login")
    camille.post("/association/people", email="lou@ping.example")
    assert [row.kept_at - first for row in rows(service)] == [timedelta(hours=2)]
