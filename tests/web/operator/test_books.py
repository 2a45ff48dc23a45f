"""The books, unusual uses, keys and the trail, as overseers read them."""

import re

from tests.support.operators import Operator, operator, plain, refused
from tests.support.service import Service
from voucher_service.actions import sealing
from voucher_service.store import tables


def test_an_auditor_reads_every_account_down_to_its_transfers(first: Operator) -> None:
    service = first.service
    sealing.seal(service.world.session, service.world.now)
    service.world.session.commit()
    auditor = operator(service, "auditor")
    shown = plain(auditor.text("/books"))
    assert "Dû à la structure" in shown
    assert re.search(r"PiNG.*70,00 €", shown, re.DOTALL)
    account = auditor.text("/books/account?account=payable:association:1&campaign=1")
    assert "usage d&#39;un pass" in account
    assert auditor.get("/books/account?account=DROP").status_code == 422
    assert "pas encore été vérifiées" in plain(auditor.text("/books/check"))
    first.done("/books/check", "/books/check")
    assert "est en cours" in auditor.text("/books/check")
    service.run_jobs()
    assert "Toutes les règles tiennent" in auditor.text("/books/check")
    assert "depuis le dernier sceau : 0" in auditor.text("/seals")
    report = auditor.get("/books/audit?since=2026-11-01")
    assert report.data.startswith(b"%PDF")
    support = operator(service, "operator_support")
    assert support.get("/books").status_code == 403


def test_unusual_uses_are_shown_with_why_they_may_be_innocent(first: Operator) -> None:
    shown = plain(first.text("/patterns"))
    assert "Un carnet entier en une visite" in shown
    assert "atelier d'une demi-journée" in shown
    assert "PiNG Breil" in shown
    assert "jamais une preuve" in shown
    assert "Aucun" not in plain(first.text("/patterns?before=3"))


def test_only_the_administration_ends_a_key_and_the_trail_says_who(service: Service) -> None:
    admin, finance = operator(service, "operator_admin"), operator(service)
    assert "2601" in finance.text("/keys")
    key = {"kid": "2601", "to": "retired"}
    refused(admin, "/keys", "/keys", 422, key)
    refused(finance, "/keys", "/keys", 403, key | {"confirm": "yes"})
    assert "La clé est retirée" in admin.done("/keys", "/keys", key | {"confirm": "yes"})
    refused(admin, "/keys", "/keys", 409, key | {"confirm": "yes"})
    number = admin.clerk.person
    name = service.world.session.get_one(tables.Person, number).name
    shown = admin.text(f"/trail?person={number}&desk=operator")
    assert name in shown
    assert "clé changée" in shown
    assert "Aucun acte" in admin.text("/trail?desk=point")
    assert finance.get("/trail").status_code == 403
