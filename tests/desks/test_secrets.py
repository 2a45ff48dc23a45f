"""Known addresses, passwords, tokens, codes and IBANs: in no log, count, error page or address."""

import pytest
from sqlalchemy import text

from tests.support.people import PASSWORD, Visitor
from voucher_service.actions import inviting
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.core.posts import Post
from voucher_service.store.queries import people, public

IBAN = "FR7630004000031234567890143"
EMAIL = "camille@ccas.example"
ADMIN = Inviter("person:99", Post.OPERATOR_ADMIN, None)


def test_what_people_type_is_found_nowhere_else(service, nantes, monkeypatch, capsys):
    offer = Offer(EMAIL, Post.POINT_MANAGER, nantes.ccas)
    inviting.invite(service.world.session, offer, ADMIN, service.world.now)
    service.world.session.commit()
    camille = Visitor(service, EMAIL)
    link = camille.link("account_invitation")
    service.world.hand_over(nantes.serials[0], nantes.ccas)
    code = service.world.printed(nantes.serials[0])[0]
    token = service.by("operator").token
    secrets = [EMAIL, PASSWORD, link.rpartition("/")[2], code.text, code.typed, token, IBAN]
    answers = [
        camille.open(link),
        camille.accept(),
        camille.set_up_authenticator(),
        camille.sign_in("faux mot de passe"),
    ]
    addresses = [answer.headers.get("Location", "") for answer in answers]
    errors = [
        camille.client.get(f"/nothing/{secret}?q={secret}", headers={"Accept": "text/html"}).text
        for secret in secrets
        if "/" not in secret
    ]
    body = {"name": EMAIL, "siret": IBAN, "bank": {"iban": IBAN + "9", "holder": code.text}}
    errors += [service.send("POST", "/associations", token, json=body).text]
    errors += [service.client.post("/p/status", json={"code": code.text, "more": 1}).text]
    errors += [service.client.post("/scan/v1/checks", json={"code": code.text}).text]
    errors += [service.client.get("/api/v1/funders", headers={"Authorization": token + "x"}).text]

    def fail(*_arguments):
        raise RuntimeError("broken")

    monkeypatch.setattr(public, "places", fail)
    errors += [service.client.get(f"/sites?commune={EMAIL}").text]
    counts = service.client.get("/metrics").text
    said = capsys.readouterr()
    for secret in secrets:
        assert not any(secret in text for text in errors), secret
        assert not any(secret in address for address in addresses), secret
        assert secret not in counts
        assert secret not in said.out + said.err, secret


@pytest.mark.parametrize("path", ["/account/login", "/account/forgotten"])
def test_what_was_typed_never_stands_in_an_address(service, path):
    visitor = Visitor(service, EMAIL)
    visitor.open(path)
    answer = visitor.post(path, email=EMAIL, password=PASSWORD)
    assert EMAIL not in answer.headers.get("Location", "")


def test_a_page_that_fails_tells_the_log_neither_its_address_nor_what_was_written(
    service, nantes, monkeypatch, capsys
):
    offer = Offer(EMAIL, Post.POINT_MANAGER, nantes.ccas)
    inviting.invite(service.world.session, offer, ADMIN, service.world.now)
    service.world.session.commit()
    camille = Visitor(service, EMAIL)
    link = camille.link("account_invitation")

    def fail(session, *_arguments):
        session.execute(text("INSERT INTO membership (given_by) VALUES (:iban)"), {"iban": IBAN})

    monkeypatch.setattr(people, "invitation", fail)
    monkeypatch.setitem(service.app.config, "PROPAGATE_EXCEPTIONS", False)
    assert camille.client.get(link).status_code == 500
    said = capsys.readouterr()
    assert "INSERT INTO membership" in said.out + said.err
    assert "/account/links/invitation/<word:link>" in said.out + said.err
    for secret in (link.rpartition("/")[2], IBAN):
        assert secret not in said.out + said.err
