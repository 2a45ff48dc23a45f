"""From an invitation to a desk, and every way in and out of an account, as a person meets them."""

import re
from dataclasses import replace

import pytest

from tests.support.people import PASSWORD, Visitor
from voucher_service.actions import accounts, inviting
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.config import Mode
from voucher_service.core.posts import Post
from voucher_service.store import tables
from voucher_service.web.next_page import good_next

ADMIN = Inviter("person:99", Post.OPERATOR_ADMIN, None)


@pytest.fixture
def invite(service, nantes):
    def invite(email="camille@ccas.example", post=Post.POINT_MANAGER, tenant=0):
        house = nantes.ccas if tenant == 0 else tenant
        offer = Offer(email, post, house)
        inviting.invite(service.world.session, offer, ADMIN, service.world.now)
        service.world.session.commit()
        return Visitor(service, email)

    return invite


@pytest.fixture
def camille(invite):
    """The manager of the CCAS, with an account and an authenticator, signed in."""
    visitor = invite()
    visitor.accept()
    visitor.set_up_authenticator()
    return visitor


def test_an_invitation_leads_to_a_desk(invite):
    camille = invite()
    page = camille.accept()
    assert "Protéger votre compte" in page.text  # the desk asks for a second factor first
    assert "codes de secours" in camille.set_up_authenticator().text
    assert "Votre point de distribution" in camille.open("/desk").text
    assert "Camille Martin" in camille.page


def test_an_invitation_works_once_and_not_for_ever(service, invite):
    first = invite()
    link = first.link("account_invitation")
    first.accept()
    again = Visitor(service, first.email)
    assert "Ce lien ne marche plus" in again.open(link).text
    late = invite("late@ccas.example")
    service.world.later(days=7)
    assert "Ce lien ne marche plus" in late.open(late.link("account_invitation")).text


def test_a_link_that_we_did_not_make_does_not_exist(invite):
    camille = invite()
    link = camille.link("account_invitation")
    assert camille.open(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404
    assert camille.open(link.replace("/invitation/", "/password/")).status_code == 404


def test_no_secret_of_a_link_is_in_the_database(service, invite):
    camille = invite()
    secret = camille.link("account_invitation").rpartition("-")[2]
    session = service.world.session
    for table in tables.Base.metadata.sorted_tables:
        assert secret not in str(session.execute(table.select()).all())


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("court", "12 signes au moins"),
        ("password12345", "trop facile à deviner"),
        ("Football!2026", "trop facile à deviner"),
        ("aaaaaaaaaaaaaaaa", "trop facile à deviner"),
        ("martin-a-la-plage", "ne doit pas contenir votre nom"),
    ],
)
def test_a_weak_password_is_refused_beside_its_field(invite, password, said):
    camille = invite()
    link = camille.link("account_invitation")
    camille.open(link)
    answer = camille.send(link, name="Camille Martin", password=password)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Camille Martin"' in answer.text  # what was typed is still there...
    assert password not in answer.text  # ...except the password


def test_signing_in_takes_the_password_and_then_the_code(service, camille):
    again = Visitor(service, camille.email, camille.secret)
    service.world.later(minutes=5)
    assert "Confirmer que c&#39;est vous" in again.sign_in().text
    assert again.open("/point").request.path == "/account/second-factor"  # half-way is not in
    assert (
        "Votre point de distribution"
        in again.send("/account/second-factor", code=again.code()).text
    )


def test_a_code_works_once(service, camille):
    service.world.later(minutes=5)
    code = camille.code()
    for expected in (200, 422):
        visitor = Visitor(service, camille.email)
        visitor.sign_in()
        assert visitor.send("/account/second-factor", code=code).status_code == expected


def test_a_recovery_code_works_once_and_its_use_is_told(service, camille):
    page = camille.open("/account/recovery-codes")
    page = camille.send("/account/recovery-codes")
    codes = [line for line in page.text.split() if line.startswith('class="code">')]
    code = codes[0].split(">")[1].split("<")[0]
    for expected in (200, 422):
        visitor = Visitor(service, camille.email)
        visitor.sign_in()
        typed = code.lower().replace("-", " ")
        assert visitor.send("/account/second-factor", code=typed).status_code == expected
    assert "code de secours a ouvert" in camille.letters()[-1][1]


def test_a_double_click_on_the_code_still_lets_its_person_in(service, camille):
    service.world.later(minutes=5)
    again = Visitor(service, camille.email, camille.secret)
    again.sign_in()
    half = again.cookie
    again.post("/account/second-factor", code=again.code())
    again.take(half)
    second = again.send("/account/second-factor", code=again.code())  # nobody saw the first answer
    assert "Votre point de distribution" in second.text
    service.world.later(seconds=11)
    again.take(half)
    assert again.open("/point").request.path == "/account/login"


def test_whoever_has_the_cookie_of_before_is_not_let_in_with_its_owner(service, camille):
    service.world.later(minutes=5)
    owner = Visitor(service, camille.email, camille.secret)
    owner.sign_in()
    thief = Visitor(service, camille.email)
    thief.take(owner.cookie)
    thief.open("/account/second-factor")  # a page of the thief's own, with another key
    owner.send("/account/second-factor", code=owner.code())
    assert owner.open("/point").request.path == "/point"
    thief.post("/account/second-factor", code="000000")
    assert thief.open("/point").request.path == "/account/login"
    assert owner.open("/point").request.path == "/point"


def test_unknown_addresses_and_wrong_passwords_get_the_same_answer(service, camille):
    answers = []
    for email in (camille.email, "nobody@ccas.example"):
        visitor = Visitor(service, email)
        page = visitor.sign_in("un autre mot de passe")
        answers.append((page.status_code, page.text.replace(email, "X")))
    (first, one), (second, other) = answers
    assert first == second == 422
    chance = re.compile(r'(value|data-passkey)="[^"]{20,}"|nonce="[^"]*"')
    assert chance.sub("", one) == chance.sub("", other)


def test_a_forgotten_password_is_answered_alike_and_mailed_only_to_an_account(service, camille):
    for email in (camille.email, "nobody@ccas.example"):
        visitor = Visitor(service, email)
        visitor.open("/account/forgotten")
        page = visitor.send("/account/forgotten", email=email)
        assert "un message est parti" in page.text
    assert not Visitor(service, "nobody@ccas.example").letters()


def test_a_new_password_by_mail_ends_what_was_open_and_still_asks_for_the_code(service, camille):
    other = Visitor(service, camille.email, camille.secret)
    other.open("/account/forgotten")
    other.send("/account/forgotten", email=camille.email)
    link = other.link("account_password_link")
    other.open(link)
    assert "est changé" in other.send(link, password="un autre cheval correct").text
    assert camille.open("/point").request.path == "/account/login"
    assert other.sign_in().status_code == 422  # the old one
    service.world.later(minutes=1)
    assert "Confirmer que c&#39;est vous" in other.sign_in("un autre cheval correct").text
    assert "mot de passe a changé" in other.letters()[-1][1]
    assert "Ce lien ne marche plus" in other.open(link).text


def test_a_new_address_is_confirmed_from_there_and_told_to_the_old_one(service, camille):
    camille.open("/account/mail")
    camille.send("/account/mail", email="Camille.Martin@Ville.example")
    assert "demande à changer l'adresse" in camille.letters()[-1][1]
    new = Visitor(service, "camille.martin@ville.example")
    link = new.link("account_mail_link")
    new.open(link)
    assert "adresse est changée" in new.send(link).text
    assert "L'adresse de votre compte a changé" in camille.letters()[-1][1]
    assert "Confirmer" in new.sign_in().text


def test_changing_a_way_in_asks_again_who_it_is(service, camille):
    service.world.later(minutes=15)
    page = camille.open("/account/password")
    assert page.request.path == "/account/prove"
    assert (
        camille.send("/account/prove", password="faux", next="/account/password").status_code == 422
    )
    page = camille.send("/account/prove", password=PASSWORD, next="/account/password")
    assert "Choisir un nouveau mot de passe" in page.text
    done = camille.send("/account/password", password="encore un cheval agrafe")
    assert "Votre mot de passe est changé." in done.text


@pytest.mark.parametrize(
    "page",
    ["authenticator", "passkeys/new", "password", "mail", "tokens"],
)
def test_a_sitting_from_before_the_second_factor_changes_no_way_in(service, invite, page):
    owner = invite(post=Post.POINT_CLERK)
    owner.accept()
    thief = Visitor(service, owner.email)
    thief.sign_in()  # the password is stolen, and nothing more is asked yet
    opened = thief.open(f"/account/{page}")
    assert opened.request.path == f"/account/{page}"
    owner.set_up_authenticator()
    action = {"passkeys/new": "passkeys"}.get(page, page)
    sent = thief.post(f"/account/{action}", name="X")
    assert sent.location == f"/account/second-factor?next=%2Faccount%2F{page.replace('/', '%2F')}"
    assert thief.open(f"/account/{page}").request.path == "/account/second-factor"


def test_one_sees_where_one_is_signed_in_and_ends_it(service, camille):
    service.world.later(minutes=2)
    other = Visitor(service, camille.email, camille.secret)
    other.sign_in()
    other.send("/account/second-factor", code=other.code())
    assert other.open("/point").request.path == "/point"
    page = camille.open("/account")
    assert page.text.count("depuis le") == 2
    assert "sont déconnectés" in camille.send("/account/sittings/end-others").text
    assert other.open("/point").request.path == "/account/login"
    assert camille.open("/point").request.path == "/point"


def test_one_takes_away_all_that_is_kept_about_oneself_and_no_secret(service, camille):
    camille.send("/account/name", name="Camille Dupont")
    assert 'href="/account/data.json"' in camille.open("/account").text
    told = camille.open("/account/data.json").get_json()
    assert (told["name"], told["email"]) == ("Camille Dupont", camille.email)
    assert told["posts"] == [{"post": "point_manager", "house": "CCAS de Nantes"}]
    assert (told["has_password"], told["has_authenticator"]) == (True, True)
    assert len(told["signed_in"]) == 1
    text = camille.open("/account/data.json").text
    person = service.world.session.get_one(tables.Person, told["number"])
    for secret in (person.password_hash, person.handle.hex(), "argon2", "secret"):
        assert secret not in text


def test_signing_out_ends_the_sitting_and_makes_the_browser_forget(camille):
    cookie = camille.cookie
    camille.open("/point")
    answer = camille.post("/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies"'
    camille.take(cookie)
    assert camille.open("/point").request.path == "/account/login"


def test_the_cookie_is_new_at_each_step_and_for_this_host_only(service, camille):
    again = Visitor(service, camille.email, camille.secret)
    service.world.later(minutes=5)
    seen = []
    again.open("/account/login")
    seen.append(again.cookie)
    first = again.post("/account/login", email=again.email, password=PASSWORD)
    assert "HttpOnly; Path=/; SameSite=Lax" in first.headers["Set-Cookie"]
    assert "Secure" in first.headers["Set-Cookie"]
    seen.append(again.cookie)
    again.open("/account/second-factor")
    again.send("/account/second-factor", code=again.code())
    seen.append(again.cookie)
    assert len(set(seen)) == 3


def test_tries_are_counted_for_an_account_and_an_address_together(service, camille):
    thief = Visitor(service, camille.email)
    for expected in [422] * 5 + [429]:
        assert thief.sign_in("faux mot de passe").status_code == expected
    service.world.later(minutes=15)
    assert thief.sign_in("faux mot de passe").status_code == 422


def test_another_address_is_not_locked_out_by_a_thief(service, camille):
    thief = Visitor(service, camille.email)
    for _ in range(6):
        thief.sign_in("faux mot de passe")
    owner = Visitor(service, camille.email)
    owner.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert "Confirmer" in owner.sign_in().text


def test_a_form_from_elsewhere_is_refused(camille):
    camille.open("/account")
    fields = {"form_proof": "x" * 43, "form_key": "k"}
    assert camille.client.post("/account/name", data=fields | {"name": "X"}).status_code == 403
    good = {"form_proof": camille.hidden("form_proof"), "form_key": "k", "name": "X"}
    crossed = camille.client.post(
        "/account/name", data=good, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert crossed.status_code == 403
    assert camille.client.post("/account/name", data=good).status_code == 303


def test_a_token_of_a_person_acts_as_that_person(service, camille):
    camille.open("/account/tokens")
    membership = camille.hidden("membership")
    page = camille.send("/account/tokens", membership=membership)
    token = page.text.split('<p class="code">')[1].split("<")[0]
    session = service.world.session
    person = session.query(tables.Person).filter_by(email=camille.email).one().id
    row = session.query(tables.Token).filter_by(person_id=person).one()
    assert (row.role, row.tenant_id is not None) == ("distributor", True)
    answer = service.send("GET", "/distribution-points", token)
    assert answer.status_code in {200, 403}
    assert token not in camille.open("/account/tokens").text
    assert "est supprimée" in camille.send(f"/account/tokens/{row.id}/end").text
    assert service.send("GET", "/distribution-points", token).status_code == 401


BAD_NEXTS = [
    *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"),
    *("/%5cevil.example", "/%2fevil.example", "/./evil", "/../evil", "/%2e%2e/evil", "/.%2e/evil"),
    *("javascript:alert(1)", "data:text/html,x", " /desk", "/desk\n", "/desk\r\nX: y", "/\tevil"),
    *("http:/evil.example", "http:evil.example", "evil.example", "@evil.example", "/@evil/.."),
    *("/desk#@evil", "/<script>", "/\x00", "/é", "", "/a//b", "/%2F/evil", "https:///evil.example"),
    *("/\u2028evil", "mailto:x@evil.example", "?next=//evil", "#x", "/;@evil", "/'x", '/"x'),
    *("/ evil", "///evil.example", "/a\\b", "/a b"),
]


@pytest.mark.parametrize("address", BAD_NEXTS)
def test_signing_in_never_leads_elsewhere(address):
    assert good_next(address) == "/desk"


@pytest.mark.parametrize("address", ["/point/stock?a=1&b=2%C3%A9", "/desk", "/"])
def test_signing_in_leads_back_to_a_page_of_ours(address):
    assert good_next(address) == address


def test_links_of_the_demonstration_do_not_exist_in_production(service, camille):
    services = service.services
    with services.writing() as session:
        person = session.query(tables.Person).filter_by(email=camille.email).one().id
        number = accounts.make_link(session, person, "sign_in", camille.email, service.world.now)
    link = f"/account/links/sign-in/{services.accounts_key.link('sign_in', number)}"
    page = camille.open(link)
    assert page.status_code == 200
    services.settings = replace(services.settings, mode=Mode.PRODUCTION)
    assert camille.open(link).status_code == 404
    camille.page = page.text
    assert camille.post(link).status_code == 404
