"""What a funder does: orders, tells a payment order, contests, approves, ends, takes files away."""

import json

import pytest

from tests.support import ending
from tests.support.nantes import Nantes
from tests.web.funder.conftest import Funder, Sit
from voucher_service.actions import closing
from voucher_service.store import tables
from voucher_service.web.funder import statements


def test_an_order_says_what_each_pays_and_calls_each_for_that(metropole: Funder) -> None:
    number = metropole.nantes.campaign
    preview = metropole.text(f"/campaigns/{number}/order/7")
    assert "7 carnets, 35 pass, 350,00 € en tout" in preview
    assert preview.count("116,6") == 3
    page = f"/campaigns/{number}/order/7"
    text = metropole.done(page, page, engagement_number="ENG-7")
    assert "7 carnets sont commandés" in text
    world = metropole.nantes.service.world
    order = world.session.query(tables.Order).order_by(tables.Order.id.desc()).first()
    assert order is not None
    calls = world.calls(order.id)
    assert sum(calls.values()) == 35_000
    assert all(f"{cents // 100},{cents % 100:02d} €" in preview for cents in calls.values())


def test_how_many_leads_to_the_cost(metropole: Funder) -> None:
    page = f"/campaigns/{metropole.nantes.campaign}/order"
    answer = metropole.open(f"{page}?booklets=12")
    assert answer.headers["Location"] == f"/funder{page}/12"


def test_a_campaign_without_a_site_nearby_warns_before_the_order(sit: Sit) -> None:
    msa = sit(tenant=4)
    nantes = msa.nantes
    assert nantes.msa == 4
    world = nantes.service.world
    lonely = world.campaign({nantes.msa: 1}, name="Pass rural")
    world.session.commit()
    page = f"/campaigns/{lonely}/order/3"
    assert "des lieux manquent" in msa.text(page)
    refused = msa.send(page, page)
    assert refused.status_code == 422
    assert "Lisez l&#39;avertissement" in refused.text
    assert world.session.query(tables.Order).filter_by(campaign_id=lonely).count() == 0
    assert "3 carnets sont commandés" in msa.done(page, page, seen="true")


def test_a_payment_order_is_told_and_worth_nothing(metropole: Funder) -> None:
    page = "/calls/AF-2026-000005"
    text = metropole.done(page, f"{page}/promise", payment_order_number="MANDAT 12", amount="66,67")
    assert "MANDAT 12" in text
    assert "Le mandat est noté" in text
    again = metropole.send(
        page, f"{page}/promise", payment_order_number="MANDAT 12", amount="66,67"
    )
    assert again.status_code == 409
    assert "déjà noté" in again.text
    wrong = metropole.send(page, f"{page}/promise", payment_order_number="13", amount="beaucoup")
    assert wrong.status_code == 422
    assert "Écrivez un montant en euros" in wrong.text


def test_an_engagement_lets_the_paper_out(metropole: Funder) -> None:
    page = "/calls/AF-2026-000005"
    world = metropole.nantes.service.world
    world.session.get_one(tables.Funder, metropole.nantes.metropole).siret = "24440040400129"
    assert "n'est pas encore prêt" in metropole.text(page)
    text = metropole.done(page, f"{page}/engagement", engagement_number="ENG-12")
    assert "Référence à écrire" in text
    paper = metropole.open("/papers/AF-2026-000005/json")
    assert paper.json is not None
    assert paper.json["number"] == "AF-2026-000005"
    assert metropole.open("/papers/AF-2026-000005/pdf").data.startswith(b"%PDF")
    assert metropole.open("/papers/AF-2026-000005/doc").status_code == 404


def test_a_statement_is_read_down_to_its_uses_and_approved(metropole: Funder) -> None:
    page = "/statements/RF-2026-000001"
    text = metropole.text(page)
    assert "13,34 €" in text
    assert "4 utilisations" in text
    lines = metropole.text(f"{page}/lines/{metropole.nantes.ping.association}")
    assert lines.count("carnet 0000000") == 4
    assert "4 utilisations, 40,00 €" in lines
    assert "est approuvé" in metropole.done(page, f"{page}/approve")
    assert "Relevé RF-2026-000001" not in metropole.text("")
    again = metropole.send("/statements", f"{page}/approve")
    assert again.status_code == 409
    csv = metropole.open("/papers/RF-2026-000001/csv")
    assert csv.data.startswith(b"\xef\xbb\xbf")


def test_every_use_behind_a_statement_is_in_a_file_that_is_sent_piece_by_piece(
    metropole: Funder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "PIECE", 3)
    file = metropole.open("/statements/RF-2026-000001/detail.csv")
    assert len(list(file.response)) == 1 + 2  # titles, three uses, one use
    titles, *uses = metropole.text("/statements/RF-2026-000001/detail.csv").splitlines()
    assert titles.startswith('\ufeff"Date du service"')
    assert len(set(uses)) == 4
    assert all('"PiNG"' in use and '"10,00"' in use for use in uses)


def test_whoever_closed_the_month_cannot_approve_its_statement(metropole: Funder) -> None:
    world = metropole.nantes.service.world
    world.session.query(tables.Period).update({"closed_by": metropole.clerk.actor})
    world.session.commit()
    page = "/statements/RF-2026-000001"
    refused = metropole.send(page, f"{page}/approve")
    assert refused.status_code == 409
    assert "Une autre personne" in refused.text
    assert world.session.query(tables.StatementAgreement).count() == 0


def test_a_use_is_contested_from_its_line_and_followed(metropole: Funder) -> None:
    use = metropole.nantes.service.world.session.query(tables.Redemption).first()
    assert use is not None
    page = f"/uses/{use.id}/contest"
    text = metropole.done(page, page, reason="Personne n'était là.")
    assert "attend une réponse" in text
    assert "Personne n'était là." in text
    assert "attend une réponse" in metropole.text("/contests")
    again = metropole.send(page, page, reason="Encore.")
    assert again.status_code == 409
    assert "contestée" in metropole.text(
        f"/statements/RF-2026-000001/lines/{metropole.nantes.ping.association}"
    )


def test_a_pass_in_hand_is_contested_by_what_is_printed_on_it(metropole: Funder) -> None:
    serial = metropole.nantes.serials[0]
    text = metropole.done("/contests", "/contests", serial=serial, number="2", reason="Doute.")
    assert f"carnet {serial}, pass 2" in text
    unknown = metropole.send("/contests", "/contests", serial=serial, number="5", reason="x")
    assert unknown.status_code == 404


def test_the_end_is_agreed_and_unused_money_is_asked_back(sit: Sit, nantes: Nantes) -> None:
    world, campaign = nantes.service.world, nantes.msa_campaign
    world.fund(nantes.msa_order)
    world.now = world.now.replace(year=2028, month=3, day=1)
    msa = sit(tenant=nantes.msa)
    page = f"/campaigns/{campaign}/end"
    assert "La fin n'a pas commencé" in msa.text(page)
    closing.start(world.session, campaign, "person:9999", world.now)
    assert "Fin du dispositif" in msa.text("")
    assert "vous êtes d'accord" in msa.done(page, f"{page}/agree")
    ending.settle(world)
    ending.close(world, campaign)
    msa = sit(tenant=nantes.msa)
    assert "Argent non utilisé" in msa.text("")
    text = msa.text(page)
    assert "État contradictoire" in text
    assert "50,00 €" in text
    bad = msa.send(page, f"{page}/refund", iban="FR76 1234", holder="MSA")
    assert bad.status_code == 422
    assert "Ce n&#39;est pas un IBAN" in bad.text
    done = msa.done(page, f"{page}/refund", iban=ending.IBAN, holder="MSA")
    assert "attend une seconde personne" in done
    assert "Argent non utilisé" not in msa.text("")


def test_everything_of_a_funder_can_be_taken_away(metropole: Funder) -> None:
    number = metropole.nantes.campaign
    everything = json.loads(metropole.open("/downloads/everything.json").data)
    assert everything["campaigns"] == [
        {
            "campaign": number,
            "name": "Pass numérique Nantes",
            "weight": 1,
            "weights": 3,
            "valid_until": "2027-12-31",
            "promised_cents": 16_667,
            "received_cents": 10_000,
            "used_cents": 1_667,
            "paid_cents": 0,
        }
    ]
    assert [row["cents"] for row in everything["statements"]] == [1_334]
    sites = metropole.open(f"/downloads/{number}-sites.csv").data.decode("utf-8-sig")
    assert '"2026-11";"PiNG, Île de Nantes";"Nantes";"4";"40,00"' in sites
    for name in ("campaigns", "orders", "receipts", "statements", f"{number}-months"):
        file = metropole.open(f"/downloads/{name}.csv")
        assert file.status_code == 200
        assert file.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert metropole.open("/downloads/others.csv").status_code == 404
