"""The desk of an association: its money, statements, uses, cases, phones and bank account."""

import html
import re
from datetime import datetime

import pytest

from tests.desks.house import House, decide, house_of, lived_in
from tests.support.desks import send, sign_in
from voucher_service.actions import judging, paying, siting
from voucher_service.actions.disputing_statements import (
    answer_statement_dispute,
    dispute_statement,
)
from voucher_service.core.campaign import PARIS
from voucher_service.core.contests import Outcome
from voucher_service.core.disputes import Line, Wrong
from voucher_service.store import tables

NO_LINE = Line()


@pytest.fixture
def house(nantes) -> House:
    return lived_in(nantes)


@pytest.fixture
def client(house):
    """A manager of the association is signed in."""
    client = house.nantes.service.client
    sign_in(client, "association_manager", house.association)
    return client


def plain(page) -> str:
    """What a page says, without its markup."""
    assert page.status_code == 200, page.status_code
    return said_in(page).replace(" .", ".")


def said_in(page) -> str:
    """The same of a page that refuses."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(page.text)).split())


def of_team(house: House, *sites: int):
    """Somebody of a site's team is signed in."""
    client = house.nantes.service.client
    clerk = sign_in(client, "site_staff", house.association)
    session = house.world.session
    session.add_all(
        tables.StaffSite(membership_id=clerk.membership, site_id=site) for site in sites
    )
    session.commit()
    return client


# Where is my money


def test_every_unpaid_amount_has_a_reason_and_a_next_step(client):
    text = plain(client.get("/association/money"))
    assert "Nous vous devons 60,00 €" in text
    assert "30,00 € … Compte bancaire bloqué Vous avez proposé un compte." in text
    assert "Ce compte est fermé (code de la banque AC04)." in text
    assert "10,00 € ✕ Pass contesté" in text
    assert "Vous pouvez répondre jusqu'au 16 décembre 2026" in text
    assert "20,00 € … Pas encore sur un relevé" in text


def test_what_is_owed_back_is_said_part_by_part(house, client):
    use = house.world.session.query(tables.Redemption).filter_by(period_id=1).first()
    owed_back(house, use)
    text = plain(client.get("/association/money"))
    assert "Vous devez rendre 10,00 €" in text
    assert "Pass annulé après son relevé. vu" in text


def owed_back(house: House, use: tables.Redemption) -> None:
    world = house.world
    paying.top_up(world.session, house.nantes.campaign, f"VIR {use.id}", 1000, world.now)
    incident = judging.open_fraud(world.session, use.id, "faux", "token:1", world.now)
    judging.accept(world.session, incident, "vu", "token:2", world.now)
    world.session.commit()


# Statements


def test_a_statement_leads_from_its_total_to_each_use(house, client):
    text = plain(client.get(f"/association/statements/{house.november}"))
    for said in (
        "novembre 2026 30,00 € À payer",
        "3 pass pris 30,00 €",
        "Rendu par la banque",
        "Les 3 lignes font 30,00 €. Le relevé compte 30,00 €",
        "Dites-le si possible avant le 31 décembre 2026",
    ):
        assert said in text
    line = client.get(f"/association/passes/{house.nantes.serials[2]}/5")
    assert line.headers["Location"] == "/association/uses/1"
    assert house.november in plain(client.get("/association/uses/1"))


def test_a_statement_is_found_by_the_reference_on_the_banks_paper(house, client):
    found = client.get(f"/association/statements?reference={house.november}")
    assert found.headers["Location"] == f"/association/statements/{house.november}"
    text = plain(client.get("/association/statements?reference=RA-2026-000099"))
    assert "Aucun virement ne porte cette référence." in text


def test_a_statement_is_kept_as_it_was_signed_or_drawn(house, client):
    address = f"/association/statements/{house.november}"
    signed = client.get(f"{address}/json")
    row = house.world.session.get_one(tables.Statement, house.november)
    assert signed.data == row.document
    house.world.session.commit()
    assert client.get(f"{address}/pdf").data.startswith(b"%PDF")
    assert "Date du service" in client.get(f"{address}/csv").data.decode("utf-8-sig")
    assert client.get(f"{address}/doc").status_code == 404


def test_long_statements_are_read_part_by_part_and_site_by_site(house, client, monkeypatch):
    monkeypatch.setattr("voucher_service.web.association.statements.LINES", 2)
    address = f"/association/statements/{house.november}"
    assert client.get(address).text.count('data-head="Service rendu"') == 2
    assert client.get(f"{address}?cursor=2").text.count('data-head="Service rendu"') == 1
    assert client.get(f"{address}?site=99").text.count('data-head="Service rendu"') == 0


def disputed(house: House, kind: Wrong, line: Line = NO_LINE) -> int:
    """The manager said that something of November's statement is wrong."""
    world = house.world
    said = (house.november, kind, line, "Regardez.", "person:9", world.now)
    number = dispute_statement(world.session, *said).id
    world.session.commit()
    return number


def closed(house: House) -> str:
    """December's statement; its manager comes back a month later."""
    number = house.close("2026-12", datetime(2027, 1, 1, tzinfo=PARIS))
    house.world.session.commit()
    sign_in(house.nantes.service.client, "association_manager", house.association)
    return number


def answered(house: House, number: int, incident: int | None = None) -> None:
    session = house.world.session
    answer_statement_dispute(
        session,
        number,
        upheld=incident is not None,
        answer="Vu.",
        incident=incident,
        actor="person:7",
        now=house.world.now,
    )
    session.commit()


def test_a_line_is_disputed_from_the_statement_once(house, client):
    page = f"/association/statements/{house.november}"
    link = f"{page}/dispute?serial={house.nantes.serials[2]}&number=5"
    assert f'href="{html.escape(link)}"' in client.get(page).text
    text = plain(client.get(link))
    for said in (
        "jusqu'au 1er décembre 2031",
        "son paiement continue",
        "N'écrivez aucun nom de personne.",
        "Ce n'est pas notre compte bancaire (FR76 …0189)",
    ):
        assert said in text
    line = {"kind": "amount", "serial": house.nantes.serials[2], "number": "5"}
    send(client, link, f"{page}/dispute", line | {"kind": "account", "reason": "non"})
    wrong = send(client, link, f"{page}/dispute", line | {"kind": "use_missing", "reason": "non"})
    assert wrong.status_code == 422
    assert "Ce pass est sur ce relevé." in said_in(wrong)
    long = send(client, link, f"{page}/dispute", line | {"reason": "x" * 501})
    assert (long.status_code, "500 signes au plus" in said_in(long)) == (422, True)
    done = send(client, link, f"{page}/dispute", line | {"reason": "deux heures"})
    case = done.headers["Location"].partition("?")[0]
    assert "Sa réponse sera ici, et dans un message." in plain(client.get(case))
    again = send(client, f"{page}/dispute", f"{page}/dispute", line | {"reason": "encore"})
    assert "Cette ligne était déjà contestée." in plain(client.get(again.headers["Location"]))
    assert "deux heures" in plain(client.get(case))
    assert client.get(link).headers["Location"] == case
    assert "… En attente de réponse" in plain(client.get(page))
    assert f"Pass {house.nantes.serials[2]} / 5" in plain(client.get("/association/cases"))


def test_who_disputed_reads_the_answer_and_what_sets_it_right(house, client):
    paying.top_up(house.world.session, house.nantes.campaign, "VIR 8", 900, house.world.now)
    whose = (house.nantes.campaign, house.association, 900, "R 1", "oubli", "token:1")
    incident = judging.open_goodwill(house.world.session, *whose, house.world.now)
    judging.accept(house.world.session, incident, "oubli", "token:2", house.world.now)
    right, wrong = disputed(house, Wrong.USE_MISSING), disputed(house, Wrong.ACCOUNT)
    answered(house, right, incident)
    answered(house, wrong)
    page = "/association/statement-disputes"
    text = plain(client.get(f"{page}/{right}"))
    assert "9,00 € de plus. Cette correction (n° 1) sera sur votre prochain relevé." in text
    assert "Relevé confirmé Lisez la réponse." in plain(client.get(f"{page}/{wrong}"))
    december = closed(house)
    assert f"est sur un relevé : Relevé {december}" in plain(client.get(f"{page}/{right}"))
    later = f"/association/statements/{december}/dispute"
    assert "Pris en charge par l'opérateur, 9,00 €" in plain(client.get(f"{later}?correction=1"))
    said = {"kind": "correction", "correction": "1", "reason": "trop peu"}
    case = send(client, later, later, said).headers["Location"]
    assert "Une correction est fausse (1)" in plain(client.get(case))


def test_after_five_years_a_statement_is_not_disputed(house, client):
    page = f"/association/statements/{house.november}/dispute"
    house.world.now = datetime(2031, 12, 2, 10, tzinfo=PARIS)
    sign_in(client, "association_manager", house.association)
    assert "pouvait être contesté jusqu'au 1er décembre 2031" in plain(client.get(page))


# Every state of an amount, where it is read first


def test_home_and_statement_say_why_an_amount_waits_and_what_comes_next(house, client):
    home = plain(client.get("/association"))
    for said in (
        "30,00 € … Compte bancaire bloqué Vous avez proposé un compte.",
        "10,00 € ✕ Pass contesté Répondez pour être payé.",
        "20,00 € … Pas encore sur un relevé Ces pass seront sur votre prochain relevé",
    ):
        assert said in home
    statement = f"/association/statements/{house.november}"
    page = plain(client.get(statement))
    assert "Compte bancaire bloqué Vous avez proposé un compte." in page
    assert "Rendu par la banque Compte bancaire bloqué" in plain(
        client.get("/association/statements")
    )
    december = closed(house)
    waits = "Relevé en vérification Une deuxième personne vérifie le relevé."
    assert waits in plain(client.get(f"/association/statements/{december}"))
    assert waits in plain(client.get("/association"))


def test_a_statement_that_is_kept_whole_for_a_debt_says_so(house, client):
    for use in house.world.session.query(tables.Redemption).filter_by(period_id=1).all():
        owed_back(house, use)
    assert "Vous devez rendre 30,00 € retiré de vos prochains relevés" in plain(
        client.get("/association")
    )
    december = closed(house)
    text = plain(client.get(f"/association/statements/{december}"))
    assert "Rien à payer Tout est retenu sur ce que vous devez rendre." in text
    assert "Reporté sur votre prochain relevé 10,00 €" in text


# Uses and refusals


def test_uses_are_filtered_and_the_empty_list_says_how_to_see_all(house, client):
    text = plain(client.get("/association/uses?since=2026-11-01"))
    assert "6 pass comptés, pour 60,00 €." in text
    text = plain(client.get(f"/association/uses?site={house.nord.site}&since=2026-12-01"))
    assert "2 pass comptés" in text
    text = plain(client.get("/association/uses?until=2026-01-01"))
    assert "Rien pour ces filtres." in text
    late = plain(client.get("/association/uses?state=contested"))
    assert "sans réseau" in late
    assert "reçu tard" in late


def test_a_use_is_taken_back_where_it_still_may_be(house, client):
    use = house.world.session.query(tables.Redemption).filter_by(site_id=house.nord.site).first()
    page = f"/association/uses/{use.id}"
    house.world.session.commit()
    assert send(client, page, f"{page}/undo", {"reason": ""}).status_code == 422
    done = send(client, page, f"{page}/undo", {"reason": "erreur"})
    assert done.status_code == 303
    text = plain(client.get(done.headers["Location"]))
    assert "Le pass est annulé." in text
    assert "Motif erreur" in text


def test_a_refusal_is_disputed_once_and_the_answer_is_read_there(house, client):
    page = f"/association/refusals/{house.refusal}"
    assert "Nous avons aidé." in plain(client.get(page))
    house.world.redeem(house.nantes.ping, "faux")
    other = f"/association/refusals/{house.refusal + 1}"
    assert "non lisible" in plain(client.get(other))
    send(client, other, f"{other}/dispute", {"reason": "lisible"})
    assert "En attente de réponse" in plain(client.get(other))


# Cases


def test_a_contest_is_answered_then_appealed_if_it_was_lost(house, client):
    page = f"/association/contests/{house.contest}"
    assert "À vous de répondre" in plain(client.get("/association/cases"))
    send(client, page, f"{page}/answer", {"reason": "La personne est venue."})
    assert "La personne est venue." in plain(client.get(page))
    decide(house, Outcome.UPHELD)
    text = plain(client.get(page))
    assert "Faire appel" in text
    done = send(client, page, f"{page}/appeal", {"reason": "Voici la fiche."})
    assert "Une autre personne décidera." in plain(client.get(done.headers["Location"]))


# Phones


def test_a_sheet_to_print_pairs_phones_with_an_open_site(house, client):
    site = {"site": house.nord.site}
    sheet = send(client, "/association/phones", "/association/phones/sheet", site)
    assert sheet.data.startswith(b"%PDF")
    siting.close_site(house.world.session, house.nord.site, house.world.now)
    house.world.session.commit()
    refused = send(client, "/association/phones", "/association/phones/sheet", site)
    assert refused.status_code == 409
    assert "Ce lieu est fermé." in said_in(refused)


def test_a_phone_is_removed_after_a_word_of_warning(house, client):
    page = f"/association/phones/{house.nord.device}/end"
    assert "les pass gardés sont envoyés" in plain(client.get(page))
    done = send(client, page, page)
    assert "Tablette est retiré." in plain(client.get(done.headers["Location"]))


# Bank account


def test_an_account_is_proposed_here_and_confirmed_elsewhere(client):
    fields = {"holder": "ASSOCIATION PING", "iban": "FR76 3000 6000 0112 3456 7890 189"}
    done = send(client, "/association/bank", "/association/bank", fields)
    text = plain(client.get(done.headers["Location"]))
    assert "FR76 …0189 … À confirmer" in text
    assert "30006000" not in text.replace(" ", "")
    wrong = send(client, "/association/bank", "/association/bank", fields | {"iban": "FR76"})
    assert wrong.status_code == 422
    assert "Ce n'est pas un IBAN." in said_in(wrong)
    unfit = send(client, "/association/bank", "/association/bank", fields | {"holder": "漢字"})
    assert "Aucune banque ne paierait ce compte." in said_in(unfit)


# Who sees what


def test_the_team_of_a_site_sees_its_uses_and_phones_and_no_money(house):
    client = of_team(house, house.nord.site)
    text = plain(client.get("/association/uses?since=2026-11-01"))
    assert "2 pass comptés" in text
    assert "Île de Nantes" not in text
    assert "Tablette" in plain(client.get("/association/phones"))
    assert client.get("/association/uses/1").status_code == 404
    assert client.get(f"/association/refusals/{house.refusal}").status_code == 200
    for path in ("/money", "/statements", "/cases", "/bank"):
        assert client.get(f"/association{path}").status_code == 403


def test_a_team_without_a_site_is_told_whom_to_ask(house):
    client = of_team(house)
    assert "Demandez à votre responsable." in plain(client.get("/association/uses"))


def test_another_association_finds_nothing_of_this_one(house):
    client = house.nantes.service.client
    case = disputed(house, Wrong.ACCOUNT)
    sign_in(client, "association_manager", house.nantes.alis44.association)
    for path in (
        f"/statements/{house.november}", f"/statements/{house.november}/pdf", "/uses/1",
        f"/refusals/{house.refusal}", f"/contests/{house.contest}",
        f"/phones/{house.nord.device}/end", f"/statements/{house.november}/dispute",
        f"/statement-disputes/{case}",
    ):  # fmt: skip
        assert client.get(f"/association{path}").status_code == 404, path


def test_empty_lists_say_what_comes_next(nantes):
    house_of(nantes)
    client = nantes.service.client
    sign_in(client, "association_manager", nantes.alis44.association)
    for path, said in (
        ("/money", "Tout est payé."),
        ("/statements", "Votre premier relevé sera prêt"),
        ("/uses", "Aucun pass pris pour le moment."),
        ("/refusals", "Aucun pass refusé."),
        ("/cases", "Aucune réclamation."),
    ):
        assert said in plain(client.get(f"/association{path}")), path


def test_no_page_asks_the_database_more_than_twelve_times(house, client, asked):
    owed_back(house, house.world.session.get_one(tables.Redemption, 1))
    case = disputed(house, Wrong.ACCOUNT)
    answered(house, case, incident=1)
    for path in (
        "", "/money", "/statements", f"/statements/{house.november}", "/uses?state=live",
        "/uses/2", f"/passes/{house.nantes.serials[2]}/5", "/refusals",
        f"/refusals/{house.refusal}", "/cases", f"/contests/{house.contest}", "/phones",
        f"/phones/{house.nord.device}/end", "/sites", "/sites/new", f"/sites/{house.nord.site}",
        f"/sites/{house.nord.site}/close", "/people", "/bank", "/application",
        "/application/identity", "/application/charter", f"/statement-disputes/{case}",
        f"/statements/{house.november}/dispute",
    ):  # fmt: skip
        asked.clear()
        answer = client.get(f"/association{path}")
        assert answer.status_code in {200, 303}, path
        assert 0 < len(asked) <= 12, (path, len(asked), asked)
