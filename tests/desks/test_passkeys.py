"""Passkeys: added, used alone and beside a password; and in Chromium, with a device of its own."""

import html
import re
from dataclasses import replace

import pytest

from tests.support.authenticator import Device
from tests.support.browser import FLAGS
from tests.support.desks import Desks
from tests.support.people import Visitor
from voucher_service.actions import inviting
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.core.posts import Post
from voucher_service.mail.links import link_in
from voucher_service.store import tables, upkeep

ADMIN = Inviter("person:99", Post.OPERATOR_ADMIN, None)
ADDED = "La clé d&#39;accès est ajoutée."


@pytest.fixture
def invited(service, nantes):
    offer = Offer("camille@ccas.example", Post.POINT_MANAGER, nantes.ccas)
    inviting.invite(service.world.session, offer, ADMIN, service.world.now)
    service.world.session.commit()
    visitor = Visitor(service, offer.email)
    visitor.accept()
    return visitor


def question(visitor):
    return html.unescape(re.findall(r'data-passkey="([^"]*)"', visitor.page)[-1])


def state(visitor):
    return html.unescape(re.findall(r'name="state" value="([^"]*)"', visitor.page)[-1])


def add(visitor, device, name="Ordinateur"):
    visitor.open("/account/passkeys/new")
    answer = device.make(question(visitor))
    return visitor.send("/account/passkeys", name=name, state=state(visitor), answer=answer)


def show(visitor, device, path="/account/login", **changed):
    visitor.open(path)
    answer = device.sign(question(visitor), **changed)
    return visitor.send("/account/passkey", state=state(visitor), answer=answer, next="/point")


def test_a_passkey_is_a_second_factor_and_later_signs_in_alone(service, invited):
    device = Device()
    assert ADDED in add(invited, device).text
    assert "Codes de secours" in invited.page
    assert invited.open("/point").request.path == "/point"
    alone = Visitor(service, invited.email)
    assert show(alone, device).request.path == "/point"
    beside = Visitor(service, invited.email)
    assert "Confirmer" in beside.sign_in().text
    assert show(beside, device, "/account/second-factor?next=/point").request.path == "/point"
    assert "Une clé d'accès ouvre" in invited.letters()[-1][1]


def test_a_device_that_does_not_check_its_holder_is_only_a_second_factor(service, invited):
    device = Device(verifies=False)
    add(invited, device)
    alone = Visitor(service, invited.email)
    assert show(alone, device).status_code == 422
    assert alone.open("/point").request.path == "/account/login"
    alone.sign_in()
    assert show(alone, device, "/account/second-factor").request.path == "/point"


def test_an_answer_is_good_once(service, invited):
    device = Device()
    add(invited, device)
    visitor = Visitor(service, invited.email)
    visitor.open("/account/login")
    fields = {"state": state(visitor), "answer": device.sign(question(visitor))}
    assert visitor.post("/account/passkey", **fields).status_code == 303
    thief = Visitor(service, "")
    thief.open("/account/login")
    assert thief.post("/account/passkey", **fields).status_code == 422


def test_an_answer_is_good_once_whatever_the_night_forgets(service, invited):
    device = Device(counts=False)  # as those do that are kept on several devices
    add(invited, device)
    visitor = Visitor(service, invited.email)
    visitor.open("/account/login")
    fields = {"state": state(visitor), "answer": device.sign(question(visitor))}
    assert visitor.post("/account/passkey", **fields).status_code == 303
    with service.services.writing() as session:
        upkeep.forget_tries(session, service.world.now)
    thief = Visitor(service, "")
    thief.open("/account/login")
    assert thief.post("/account/passkey", **fields).status_code == 422


def test_a_question_that_is_old_or_another_s_gets_no_answer(service, invited):
    device = Device()
    add(invited, device)
    visitor = Visitor(service, invited.email)
    visitor.open("/account/login")
    fields = {"state": state(visitor), "answer": device.sign(question(visitor))}
    service.world.later(minutes=11)
    assert visitor.post("/account/passkey", **fields).status_code == 422
    invited.open("/account/prove")
    visitor.open("/account/login")
    crossed = {"state": state(invited), "answer": device.sign(question(invited))}
    assert visitor.post("/account/passkey", **crossed).status_code == 422


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="https://pass.example.org.evil.example"),
        Device(host="evil.example"),
        Device(origin="http://pass.example.org"),
    ],
    ids=["a look-alike page", "another host", "a page without https"],
)
def test_a_passkey_asked_for_elsewhere_opens_nothing_here(service, invited, device):
    good = Device()
    add(invited, good)
    device.id, device.key, device.handle = good.id, good.key, good.handle
    visitor = Visitor(service, invited.email)
    assert show(visitor, device).status_code == 422


def test_a_wrong_signature_another_owner_and_a_copied_device_are_refused(service, invited):
    device = Device()
    add(invited, device)
    visitor = Visitor(service, invited.email)
    assert show(visitor, device, signature=b"x" * 70).status_code == 422
    assert show(visitor, device, userHandle=b"somebody else").status_code == 422
    assert show(visitor, device, challenge="AAAA").status_code == 422
    copy = Device(count=0, id=device.id, key=device.key, handle=device.handle)
    assert show(visitor, device).request.path == "/point"
    assert show(Visitor(service, ""), copy).status_code == 422  # its count is behind


def test_a_removed_passkey_opens_nothing(service, invited):
    device = Device()
    add(invited, device)
    invited.open("/account")
    (number,) = re.findall(r"/account/passkeys/(\d+)/remove", invited.page)
    assert "est retirée" in invited.send(f"/account/passkeys/{number}/remove").text
    assert show(Visitor(service, invited.email), device).status_code == 422


def test_in_a_browser_from_the_invitation_to_signing_in_with_a_passkey(live, playwright, chromium):
    service, home = live.service, f"http://localhost:{live.port}"
    service.services.settings = replace(service.services.settings, base_url=home)
    flags = [flag.replace("127.0.0.1", "localhost") for flag in FLAGS]
    browser = playwright.chromium.launch(executable_path=chromium, args=flags)
    desks = Desks(browser, live)
    desk = desks.open()
    tools = desk.context.new_cdp_session(desk.page)
    tools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    verified = {"hasUserVerification": True, "isUserVerified": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device | verified})
    offer = Offer("camille@ccas.example", Post.POINT_MANAGER, live.nantes.ccas)
    with service.services.writing() as session:
        number = inviting.invite(session, offer, ADMIN, live.now())
    desk.page.goto(link_in("account_invitation", number, service.services.settings))
    desk.looks_right()
    desk.fill("Votre nom", "Camille Martin")
    desk.fill("Nouveau mot de passe", "un cheval correct agrafe")
    desk.press("Créer mon compte")
    desk.see("Protéger votre compte")
    desk.looks_right()
    desk.press("Ajouter une clé d'accès")
    desk.fill("Nom de cette clé", "Ordinateur")
    desk.press("Ajouter une clé d'accès")
    desk.see("La clé d'accès est ajoutée.")
    desk.press("Voir mes nouveaux codes")
    desk.see("Ces codes sont montrés une seule fois.")
    desk.looks_right()
    desk.press("C'est noté, continuer")
    desk.see("Camille Martin")
    desk.press("Se déconnecter")
    desk.press("Se connecter avec une clé d'accès")
    desk.see("Camille Martin")
    with service.services.reading() as session:
        assert session.query(tables.Passkey).one().sign_count > 0
    desks.close()
    browser.close()
