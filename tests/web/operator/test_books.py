"""The books, unusual uses, keys and the trail, as overseers read them."""

import re

from tests.support.operators import Operator, operator, plain, refused
from tests.support.service import Service
from voucher_service.actions import sealing
from voucher_service.core.canonical import sha256_hex
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
    support = operator(service, "operator_support")
    assert support.get("/books").status_code == 403


def test_an_auditor_asks_for_the_report_leaves_the_page_and_takes_it_later(
    first: Operator,
) -> None:
    service, files = first.service, "/books/files"
    auditor, admin = operator(service, "auditor"), operator(service, "operator_admin")
    assert "Personne n'a encore rien demandé" in plain(auditor.text(files))
    asked = plain(auditor.done(files, f"{files}/audit", {"since": "2026-11-01"}))
    assert "Avancement : 0 %" in asked
    assert "le travail continue" in asked
    admin.done(files, f"{files}/audit", {"since": "2026-11-01"})  # the same one: it is being made
    service.run_jobs()
    assert plain(admin.text(files)).count("Depuis le 1er novembre 2026") == 1
    ready = auditor.text(f"{files}/1")
    assert "rien à signaler" in plain(ready)
    (name,) = re.findall(r"/books/files/1/(audit-[0-9-]+-fr\.pdf)", ready)
    report = auditor.get(f"{files}/1/{name}")
    assert report.data.startswith(b"%PDF")
    assert sha256_hex(report.data) in ready
    assert operator(service, "operator_support").get(files).status_code == 403


def test_the_accounting_file_is_asked_for_days_that_are_over(first: Operator) -> None:
    service, files = first.service, "/books/files"
    days = {"from": "2026-01-01", "to": "2026-12-31", "books": "reserved"}
    wrong = refused(first, files, f"{files}/fec", 422, days | {"to": "2025-12-31"})
    assert "Le dernier jour est avant le premier" in wrong
    service.world.later(days=1)
    morning = operator(service)
    morning.done(files, f"{files}/fec", days)
    service.run_jobs()
    ready = morning.text(f"{files}/1")
    (name,) = re.findall(rf"{files}/1/(434933123FEC\d{{8}}\.txt)", ready)
    assert name.replace(".txt", "_notice.txt") in ready
    assert morning.get(f"{files}/1/{name}").data.startswith(b"JournalCode\tJournalLib")
    service.world.later(days=91)
    spring = operator(service)
    assert spring.get(f"{files}/1/{name}").status_code == 404
    assert "plus gardé ici" in plain(spring.text(f"{files}/1"))


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
