"""A funder follows its campaigns: what waits, four money figures, the funnel, and every side."""

import re
from datetime import timedelta

import pytest

from tests.support.cast import World
from tests.support.nantes import Nantes
from tests.support.questions import questions
from tests.web.funder.conftest import Funder, Sit
from voucher_service.actions import distributing
from voucher_service.core.funnel import IDLE_DAYS
from voucher_service.core.posts import Post
from voucher_service.store import sums, tables

MOST_QUESTIONS = 12


def rows(text: str) -> list[list[str]]:
    """The cells of the tables of a page."""
    found = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in found]
    return [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in row] for row in cells]


def test_home_says_what_waits_and_the_own_part_of_four_figures(metropole: Funder) -> None:
    text = metropole.text("")
    assert "Appel de fonds AF-2026-000005" in text
    assert "66,67 €" in text
    assert "Relevé RF-2026-000001" in text
    expected = ["Pass numérique Nantes", "1 sur 3", "166,67 €", "100,00 €", "16,67 €", "0,00 €"]
    assert expected in rows(text)
    assert "Dates à venir" not in text


def test_the_last_days_are_shown_as_dates_before_they_come(sit: Sit, nantes: Nantes) -> None:
    world = nantes.service.world
    world.now = world.now.replace(year=2027, month=10, day=15)
    found = rows(sit().text(""))
    assert [
        "Pass numérique Nantes",
        *("1er décembre 2027", "16 décembre 2027", "24 décembre 2027"),
        *("31 décembre 2027", "31 janvier 2028"),
    ] in found


def test_a_campaign_shows_every_stage_and_the_four_figures_side_by_side(
    metropole: Funder,
) -> None:
    found = rows(metropole.text(f"/campaigns/{metropole.nantes.campaign}"))
    by_head = {row[0].split("  ")[0]: row[1:] for row in found if row}
    assert by_head["Promis"] == ["500,00 €", "166,67 €"]
    assert by_head["Reçu"] == ["300,00 €", "100,00 €"]
    assert by_head["Utilisé"] == ["50,00 €", "16,67 €"]
    assert by_head["Payé"] == ["0,00 €", "0,00 €"]
    assert by_head["Commandés"] == ["10", "50", "500,00 €"]
    assert by_head["Financés"] == ["6", "30", "300,00 €"]
    assert by_head["Remis"] == ["3", "15", "150,00 €"]
    assert by_head["Commencés"] == ["2", "10", "100,00 €"]
    assert by_head["Utilisés"] == ["–", "5", "50,00 €"]
    assert by_head["Restants"] == ["–", "25", "250,00 €"]


def test_a_campaign_says_how_much_was_used_and_how_many_hours_that_is(metropole: Funder) -> None:
    text = metropole.text(f"/campaigns/{metropole.nantes.campaign}")
    assert "% des pass émis sont utilisés, 33,33 % des pass remis" in text
    minutes = metropole.nantes.service.world.session.get_one(
        tables.Campaign, metropole.nantes.campaign
    ).minutes_per_pass
    assert ("heures d'aide" in text) is (minutes is not None)


def test_a_point_with_booklets_that_gives_none_is_worth_a_call(sit: Sit, nantes: Nantes) -> None:
    world = nantes.service.world
    order = world.order(nantes.campaign, 2)
    world.fund(order)
    world.stock(world.issue(order), nantes.ccas)
    path = f"/campaigns/{nantes.campaign}/by/points"
    assert "rien depuis" not in sit().text(path)
    world.now += timedelta(days=IDLE_DAYS)
    assert "rien depuis 46 jours" in sit().text(path)


def test_the_same_figures_come_from_sums(sit: Sit, metropole: Funder) -> None:
    path = f"/campaigns/{metropole.nantes.campaign}"
    world = metropole.nantes.service.world
    before = rows(metropole.text(path))
    world.now += sums.BACK
    sums.fill(world.session, world.now)
    assert rows(sit().text(path)) == before


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("sites", ["PiNG, Île de Nantes  Nantes", "5", "50,00 €"]),
        ("communes", ["Nantes", "3", "5", "50,00 €"]),
        ("services", ["Aide aux démarches administratives", "2", "20,00 €"]),
        ("months", ["novembre 2026", "3", "4", "40,00 €"]),
    ],
)
def test_uses_are_seen_from_every_side_as_chart_and_table(
    metropole: Funder, side: str, expected: list[str]
) -> None:
    text = metropole.text(f"/campaigns/{metropole.nantes.campaign}/by/{side}")
    assert expected in rows(text)
    assert 'role="img"' in text
    assert "dont 16,67 € pour votre part" in text


def test_few_newcomers_are_hidden_and_many_are_shown(metropole: Funder) -> None:
    path = f"/campaigns/{metropole.nantes.campaign}/by/points"
    head = ["CCAS de Nantes  Nantes", "0", "3", "2", "5", "50,00 €"]
    found = next(row for row in rows(metropole.text(path)) if row[0].startswith("CCAS"))
    assert [*found[:-2], found[-1]] == [*head, "caché"]
    give(metropole.nantes.service.world, metropole)
    found = next(row for row in rows(metropole.text(path)) if row[0].startswith("CCAS"))
    assert found[-1] == "6"


def give(world: World, funder: Funder) -> None:
    """Eleven more people are handed a booklet: five of them are newcomers."""
    order = world.order(funder.nantes.campaign, 11)
    world.fund(order)
    serials = world.issue(order)
    world.stock(serials, funder.nantes.ccas)
    for place, serial in enumerate(serials):
        distributing.hand_over(
            world.session, serial, funder.nantes.ccas, place < 5, "person:1", world.now
        )


def test_a_reader_reads_and_is_offered_no_act(sit: Sit) -> None:
    reader = sit(Post.FUNDER_READER)
    assert "<button" not in main(reader.text("/statements/RF-2026-000001"))
    assert reader.open(f"/campaigns/{reader.nantes.campaign}/order").status_code == 403
    assert reader.open("/uses/1/contest").status_code == 403


def main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def test_another_funder_sees_nothing_of_it(sit: Sit) -> None:
    msa = sit(tenant=4)
    number = msa.nantes.campaign
    for path in (
        *(f"/campaigns/{number}{rest}" for rest in ("", "/by/sites", "/by/points", "/order")),
        *(f"/campaigns/{number}{rest}" for rest in ("/order/5", "/places", "/end")),
        *("/orders/1", "/calls/AF-2026-000005", "/statements/RF-2026-000001"),
        *("/statements/RF-2026-000001/lines/1", "/uses/1/contest", "/contests/1"),
        *("/papers/RF-2026-000001/json", f"/downloads/{number}-sites.csv"),
    ):
        assert msa.open(path).status_code == 404, path
    assert "Pass numérique Nantes" not in msa.text("")
    assert "Pass numérique Nantes" not in msa.text("/downloads/everything.json")


def test_a_co_funder_sees_the_campaign_and_only_its_own_papers(sit: Sit) -> None:
    etat = sit(tenant=3)
    assert etat.nantes.etat == 3
    assert "16,66 €" in etat.text(f"/campaigns/{etat.nantes.campaign}")
    assert etat.open("/statements/RF-2026-000001").status_code == 404
    assert etat.open("/calls/AF-2026-000005").status_code == 404
    assert "AF-2026-000005" not in etat.text("/orders")


def test_every_page_asks_few_questions_of_the_database(metropole: Funder) -> None:
    nantes = metropole.nantes
    number = nantes.campaign
    with questions(nantes.service) as asked:
        for path in (
            *("", "/orders", "/orders/1", "/calls/AF-2026-000005", "/statements", "/contests"),
            *(
                "/statements/RF-2026-000001",
                f"/statements/RF-2026-000001/lines/{nantes.ping.association}",
            ),
            *(
                f"/campaigns/{number}{rest}"
                for rest in ("", "/by/sites", "/by/points", "/by/communes", "/by/months")
            ),
            *(f"/campaigns/{number}{rest}" for rest in ("/places", "/end", "/order/5")),
            "/statements/RF-2026-000001/detail.csv",
            *("/downloads", "/downloads/everything.json", "/uses/1/contest"),
        ):
            asked.clear()
            metropole.text(path)
            assert 0 < len(asked) <= MOST_QUESTIONS, (path, len(asked))


def test_english_readers_read_amounts_their_way(sit: Sit) -> None:
    text = sit(language="en").text("")
    assert "€166.67" in text
    assert "Your desk as a funder" in text
