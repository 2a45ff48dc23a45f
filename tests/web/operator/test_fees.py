"""Fees at the operator's desk: an invoice is read once more, issued once, paid, taken back."""

import json
import re
from datetime import timedelta

import facturx
import pytest

from tests.support.calling import METROPOLE_SIRET
from tests.support.fees import invoiced
from tests.support.operators import Operator, operator, plain, refused
from tests.support.questions import questions
from tests.support.service import FEES_IBAN, Service
from voucher_service.actions import sealing
from voucher_service.config import FeeAccount
from voucher_service.core.fees import FeeState, state_of
from voucher_service.store import fees as books
from voucher_service.store import seals, tables
from voucher_service.store.postings import balances

FIRST = "/fees/FS-2026-000001"


@pytest.fixture
def payer(first: Operator) -> int:
    """Who pays fees, and is found by its SIRET."""
    world = first.service.world
    funder = world.funder("Nantes Métropole", METROPOLE_SIRET)
    row = world.session.get_one(tables.Funder, funder)
    row.street, row.postcode, row.town = "2 cours du Champ-de-Mars", "44000", "Nantes"
    world.session.commit()
    return funder


def form(funder: int) -> dict[str, str]:
    """What somebody types for two lines: 3 days at 450.50 €, and a training."""
    return {
        "funder": str(funder),
        "campaign": "1",
        "engagement_number": "ENG-2026-118",
        "label_1": "Accompagnement",
        "quantity_1": "3",
        "price_1": "450,50",
        "label_2": "Formation",
        "quantity_2": "",
        "price_2": "1 000",
    }


def documents(service: Service) -> int:
    return service.world.session.query(tables.FeeDocument).count()


def test_an_invoice_is_read_once_more_then_issued_once(first: Operator, payer: int):
    service, before = first.service, balances(first.service.world.session)
    shown = first.send("/fees/new", "/fees/new", form(payer))
    assert shown.status_code == 200
    said = plain(shown.text)
    for words in ("450,50 €", "1 351,50 €", "2 351,50 €", "TVA à 20 %", "470,30 €",
                  "Émettre la facture de 2 821,80 €", FEES_IBAN, "24440040400129",
                  "2 cours du Champ-de-Mars, 44000 Nantes", "ENG-2026-118",
                  "1er janvier 2027"):  # fmt: skip
        assert words in said, words
    assert documents(service) == 0
    hidden = form(payer) | {"price_2": "1000,00"}
    for name in ("label_1", "price_1"):
        assert f'type="hidden" name="{name}" value="{hidden[name]}"' in shown.text
    said = plain(first.done("/fees/new", "/fees", hidden))
    assert "La facture FS-2026-000001 est émise." in said
    assert "à payer" in said
    row = service.world.session.get_one(tables.FeeDocument, "FS-2026-000001")
    facts = json.loads(row.document)
    assert (row.net_cents, row.vat_cents) == (235_150, 47_030)
    assert facts["subject"] == service.world.session.get_one(tables.Campaign, 1).name
    assert balances(service.world.session) == before


def test_a_form_sent_twice_is_one_invoice(first: Operator, payer: int):
    again = {"form_key": "the-same-key"}
    answers = [first.send("/fees/new", "/fees", form(payer) | again) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert documents(first.service) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"funder": ""}, "Remplissez cette ligne"),
        ({"label_1": "", "price_1": "", "label_2": "", "price_2": ""}, "au moins une ligne"),
        ({"label_2": ""}, "la désignation et le prix de cette ligne"),
        ({"price_2": ""}, "Écrivez un montant en euros"),
        ({"price_1": "-5"}, "Écrivez un montant en euros"),
        ({"price_1": "0"}, "Écrivez un montant en euros"),
        ({"quantity_1": "0"}, "Le plus petit nombre possible est 1"),
        ({"supplied_on": "demain"}, "Donnez une date"),
        ({"funder": "1"}, "Le SIRET de ce financeur manque"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    first: Operator, payer: int, changed: dict[str, str], said: str
):
    for action in ("/fees/new", "/fees"):
        before = first.service.checksum()
        answer = first.send("/fees/new", action, form(payer) | changed)
        assert answer.status_code in {409, 422}
        assert said in plain(answer.text)
        assert 'value="Accompagnement"' in answer.text or "label_1" in changed
        assert first.service.checksum() == before


@pytest.mark.usefixtures("payer")
def test_a_funder_added_without_a_siret_is_given_one_and_can_then_be_invoiced(first: Operator):
    assert "sur la page du financeur" in plain(refused(first, "/fees/new", "/fees", 409, form(1)))
    admin, page = operator(first.service, "operator_admin"), "/funders/1"
    for siret, status, said in ((METROPOLE_SIRET, 409, "existe déjà"), ("123", 422, "14 chiffres")):
        answer = refused(admin, page, f"{page}/siret", status, {"siret": siret})
        assert said in plain(answer)
    assert "43493312300029" in admin.done(page, f"{page}/siret", {"siret": "43493312300029"})
    again = admin.send(page, f"{page}/siret", {"siret": "80000000200017"})
    assert "déjà son SIRET" in plain(again.text)
    assert "est émise" in first.done("/fees/new", "/fees", form(1))


def test_who_insists_on_an_engagement_number_gets_one(first: Operator, payer: int):
    first.service.world.session.get_one(tables.Funder, payer).needs_engagement = True
    fields = form(payer) | {"engagement_number": ""}
    said = refused(first, "/fees/new", "/fees", 409, fields)
    assert "numéro d'engagement" in plain(said)


def test_money_comes_in_parts_and_never_too_much(first: Operator, payer: int):
    world = first.service.world
    invoiced(world, payer)
    pay = {"amount_cents": "1000", "received_on": "2026-12-02", "reference": "VIR 1"}
    said = plain(first.done(FIRST, f"{FIRST}/payments", pay))
    assert "Le paiement est noté." in said
    assert "payée en partie" in said
    assert "200,04 €" in said
    known = refused(first, FIRST, f"{FIRST}/payments", 409, pay | {"amount_cents": "1"})
    assert "déjà noté" in plain(known)
    more = pay | {"amount_cents": "200,05", "reference": "VIR 2"}
    assert "plus que ce qui reste à payer" in plain(
        refused(first, FIRST, f"{FIRST}/payments", 422, more)
    )
    said = first.done(FIRST, f"{FIRST}/payments", more | {"amount_cents": "200,04"})
    assert "payée" in said
    assert f'action="/operator{FIRST}/payments"' not in said


def test_a_credit_note_says_why_and_takes_back_at_most_all(first: Operator, payer: int):
    invoiced(first.service.world, payer)
    path = f"{FIRST}/credit-notes"
    much = {"net_cents": "1000,04", "reason": "Remise"}
    assert "plus que ce qui reste de la facture" in plain(refused(first, FIRST, path, 422, much))
    assert "Remplissez" in refused(first, FIRST, path, 422, {"net_cents": "1", "reason": ""})
    said = plain(first.done(FIRST, path, {"net_cents": "500", "reason": "Jour annulé"}))
    assert "L'avoir AS-2026-000001 est émis." in said
    assert "Jour annulé" in said
    assert "600,00 €" in said
    assert first.get("/fees/AS-2026-000001").headers["Location"].endswith(FIRST)
    said = first.done(FIRST, path, {"net_cents": "500,03", "reason": "Le reste"})
    assert "annulée par avoir" in said
    assert f'action="/operator{path}"' not in said


def test_what_was_paid_and_then_taken_back_is_to_be_given_back(first: Operator, payer: int):
    invoiced(first.service.world, payer)
    pay = {"amount_cents": "1200,04", "received_on": "2026-12-02", "reference": "VIR 1"}
    first.done(FIRST, f"{FIRST}/payments", pay)
    fields = {"net_cents": "100", "reason": "Geste"}
    assert "rendre 120,00 €" in plain(first.done(FIRST, f"{FIRST}/credit-notes", fields))


def test_the_list_says_what_is_late_and_the_files_are_kept(first: Operator, payer: int):
    world = first.service.world
    assert "Aucune facture de frais" in first.text("/fees")
    number = invoiced(world, payer)
    world.later(days=31)
    invoiced(world, payer)
    first = operator(first.service)  # nobody stays signed in for a month
    said = first.text("/fees?state=unpaid")
    assert said.index("FS-2027-000001") < said.index(number)
    assert said.count("en retard") == 1
    assert re.search(r"Factures de frais en retard\D*1\b", first.text(""))
    pdf = first.get(f"{FIRST}/pdf")
    _, inside = facturx.get_facturx_xml_from_pdf(pdf.data)
    assert first.get(f"{FIRST}/xml").data == inside
    assert json.loads(first.get(f"{FIRST}/json").data)["number"] == number
    assert first.get(f"{FIRST}/doc").status_code == 404
    assert first.get("/fees/FS-1").status_code == 404
    paid = {"amount_cents": "1200,04", "received_on": "2027-01-02", "reference": "VIR 1"}
    first.done(FIRST, f"{FIRST}/payments", paid)
    assert number not in first.text("/fees?state=unpaid")


def test_the_books_of_fees_are_apart_and_under_seals(first: Operator, payer: int):
    world = first.service.world
    assert "vous n'avez encore rien facturé" in plain(first.text("/fees/books"))
    number = invoiced(world, payer)
    said = plain(first.text("/fees/books"))
    assert "Reste à payer par Nantes Métropole" in said
    assert "1 200,04 €" in said
    assert "depuis le dernier sceau : 2" in said
    assert sealing.seal(world.session, world.now, seals.FEES)
    assert "Dernier sceau de ces comptes : n° 1" in plain(first.text("/fees/books"))
    assert number not in first.text("/books")
    assert set(books.balances(world.session)) >= {"fees:income", "fees:vat"}


def test_a_house_without_an_account_of_its_own_is_told_what_to_do(first: Operator, payer: int):
    settings = first.service.services.settings
    object.__setattr__(settings, "fees", FeeAccount())
    for page in ("/fees", "/fees/new"):
        assert "donner son IBAN" in first.text(page)
    assert "donner son IBAN" in refused(first, "/fees/books", "/fees", 409, form(payer))


def test_others_read_at_most(first: Operator, payer: int):
    invoiced(first.service.world, payer)
    for post in ("auditor", "operator_admin"):
        reader = operator(first.service, post)
        for page in ("/fees", FIRST, "/fees/books"):
            main = reader.text(page).split("<main")[1].split("</main>")[0]
            assert 'method="post"' not in main
        assert reader.get("/fees/new").status_code == 403
    assert operator(first.service, "operator_support").get("/fees").status_code == 403


def test_a_long_list_asks_no_more_questions_than_a_short_one(first: Operator, payer: int):
    world = first.service.world
    for _ in range(12):
        invoiced(world, payer)
    with questions(first.service) as asked:
        first.text("/fees?state=unpaid")
    assert 0 < len(asked) <= 12


def test_the_state_of_an_invoice_follows_from_its_amounts_and_its_day(first: Operator):
    today = first.service.world.now.date()
    day, past = today, today - timedelta(days=1)
    assert state_of(100, 0, 0, day, today) is FeeState.DUE
    assert state_of(100, 0, 1, day, today) is FeeState.PART_PAID
    assert state_of(100, 0, 1, past, today) is FeeState.LATE
    assert state_of(100, 1, 99, past, today) is FeeState.PAID
    assert state_of(100, 100, 0, past, today) is FeeState.CREDITED
