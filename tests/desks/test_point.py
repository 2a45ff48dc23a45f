"""The desk of a distribution point in this process: what clerks do, and what they are told."""

import re
from datetime import date, timedelta
from itertools import product

import pytest

from tests.support.desks import send, sign_in
from voucher_service.actions import distributing, stocking
from voucher_service.store import booklets, tables

FIGURE = re.compile(r'class="figure">(\d+)<')


@pytest.fixture
def clerk(service, nantes):
    return sign_in(service.client, "point_clerk", nantes.ccas)


@pytest.fixture
def manager(service, nantes):
    return sign_in(service.client, "point_manager", nantes.ccas)


@pytest.fixture
def do(service):
    """Open a page, send a form of it, and read what comes after."""

    def do(page: str, action: str = "", **fields: str):
        service.world.session.commit()  # a session that reads holds SQLite's write lock until then
        answer = send(service.client, page, action or page, fields)
        if answer.status_code == 303:
            return service.client.get(answer.headers["Location"])
        return answer

    return do


@pytest.fixture
def refused(service, do):
    """Send a form that cannot be: nothing changes, and the sentence stands beside the field."""

    def refused(page: str, action: str = "", *, says: str, field: str = "serial", **fields: str):
        service.client.get(page)  # whoever comes stays signed in: written before
        before = service.checksum()
        answer = do(page, action, **fields)
        assert answer.status_code in {409, 422}, answer.status_code
        assert says in answer.text
        if field:
            assert f'aria-describedby="field-{field}-wrong' in answer.text
        assert service.checksum() == before
        return answer

    return refused


@pytest.mark.usefixtures("clerk")
def test_a_booklet_is_handed_over_by_its_serial_and_the_person_told_where_to_go(service, do):
    page = do("/point/hand-over", serial="1", newcomer="yes")
    for text in (
        "Le carnet 00000001 est remis",
        "31 décembre 2027".replace(" ", "\u00a0"),
        "PiNG, Île de Nantes",
        "02 40 00 00 00",
        "prendre rendez-vous",
        "/point/booklets/00000001/slip.pdf",
    ):
        assert text in page.text, text
    assert service.world.session.query(tables.Handover).one().newcomer is True
    event = service.world.session.query(tables.BookletEvent).one()
    assert event.actor.startswith("person:")
    slip = service.client.get("/point/booklets/00000001/slip.pdf")
    assert slip.data.startswith(b"%PDF")
    assert service.client.get("/point/booklets/00000001/letter.pdf").data.startswith(b"%PDF")
    assert "Nouvelles personnes : 1" in service.client.get("/point").text


@pytest.mark.usefixtures("clerk")
def test_a_serial_is_read_however_it_is_typed(do):
    for text, serial in (("0000 0002", "00000002"), ("00000001 ", "00000001"), ("3", "00000003")):
        assert f"Le carnet {serial} est remis" in do("/point/hand-over", serial=text).text


@pytest.mark.usefixtures("clerk")
def test_a_scanner_may_read_a_pass_of_the_booklet_instead_of_the_cover(service, nantes, do):
    printed = service.world.printed(nantes.serials[0])[2]
    assert "Le carnet 00000001 est remis" in do("/point/hand-over", serial=printed.text).text
    typed = service.world.printed(nantes.serials[1])[0].typed
    assert "Le carnet 00000002 est remis" in do("/point/hand-over", serial=typed).text


@pytest.mark.usefixtures("clerk")
def test_what_cannot_be_handed_over_is_said_in_a_sentence_beside_the_field(
    service, nantes, refused
):
    world, session = service.world, service.world.session
    why = ("perdu", "token:1", world.now)
    world.hand_over(nantes.serials[0], nantes.ccas)
    distributing.block(session, nantes.serials[1], *why)
    elsewhere = nantes.serials[4]
    session.commit()
    for serial, says in (
        (nantes.serials[0], "Ce carnet est déjà remis. Prenez un autre carnet."),
        (nantes.serials[1], "Ce carnet est bloqué. Mettez-le de côté"),
        (elsewhere, "pas dans votre stock"),
        ("99", "Ce carnet n&#39;est pas à vous, ou n&#39;existe pas"),
        ("carnet bleu", "Tapez les 8 chiffres de la couverture"),
        ("", "Tapez le numéro du carnet"),
        ("https://exemple.fr/p#123", "Tapez les 8 chiffres de la couverture"),
    ):
        refused("/point/hand-over", serial=serial, says=says)


@pytest.mark.usefixtures("clerk")
def test_a_campaign_that_is_over_or_ending_is_not_handed_over(service, nantes, refused):
    world, session = service.world, service.world.session
    closing = tables.Closing(
        campaign_id=nantes.campaign, round=1, started_by="token:1", started_at=world.now
    )
    session.add(closing)
    session.commit()
    refused("/point/hand-over", serial="1", says="Ce dispositif se termine")
    assert "ne remettez plus ses carnets. À rendre : 3" in service.client.get("/point").text
    session.delete(closing)
    session.get_one(tables.Campaign, nantes.campaign).valid_until = date(2026, 11, 15)
    session.commit()
    refused("/point/hand-over", serial="1", says="Ce carnet n&#39;est plus valable")
    assert "est terminé depuis le 15" in service.client.get("/point").text


@pytest.mark.usefixtures("clerk")
def test_without_stock_the_request_is_counted_without_a_name(service, nantes, do):
    for serial in nantes.serials[:3]:
        service.world.hand_over(serial, nantes.ccas)
    page = service.client.get("/point/hand-over").text
    assert "Vous n&#39;avez plus de carnet à remettre" in page
    page = do("/point/hand-over", "/point/asked-in-vain").text
    assert "La demande est comptée, sans nom" in page
    assert service.world.session.query(tables.UnmetRequest).one().people == 1
    assert "Demandes sans carnet" in service.client.get("/point").text


@pytest.mark.usefixtures("clerk")
def test_a_slip_is_undone_within_half_an_hour(service, do, refused):
    do("/point/hand-over", serial="1")
    page = do("/point/booklets/00000001/handed-over", "/point/booklets/00000001/take-back")
    assert "La remise du carnet 00000001 est annulée" in page.text
    do("/point/hand-over", serial="1")
    service.world.later(minutes=29)
    address = "/point/booklets/00000001/handed-over"
    assert "Annuler cette remise" in service.client.get(address).text
    service.world.later(minutes=2)
    assert "Annuler cette remise" not in service.client.get(address).text
    taking = "/point/booklets/00000001/take-back"
    refused("/point", taking, says="ne peut plus être annulée", field="")


@pytest.mark.usefixtures("manager")
def test_a_manager_takes_a_whole_booklet_back_days_later(service, nantes, do, refused):
    service.world.hand_over(nantes.serials[0], nantes.ccas)
    service.world.hand_over(nantes.serials[1], nantes.ccas)
    service.world.redeem(nantes.ping, service.world.codes(nantes.serials[1])[0])
    address = "/point/booklets/00000001"
    page = do(address, f"{address}/back-in-stock", reason="elle déménage")
    assert "Le carnet 00000001 est de nouveau en stock" in page.text
    assert "elle déménage" in page.text
    started = "/point/booklets/00000002"
    assert "La personne le rend" not in service.client.get(started).text
    says = "Un pass de ce carnet a déjà servi"
    refused(started, f"{started}/back-in-stock", says=says, field="", reason="elle déménage")


@pytest.mark.usefixtures("clerk")
def test_a_parcel_as_announced_is_counted_at_once(service, do):
    assert "Comptez le colis 1" in service.client.get("/point").text
    page = do("/point/parcels/1", counted="3", first_serial="1", last_serial="3")
    assert "Le colis 1 est complet" in page.text
    assert "Comptez le colis" not in service.client.get("/point").text
    assert "Ce colis est compté depuis" in service.client.get("/point/parcels/1").text


@pytest.mark.usefixtures("clerk")
def test_a_difference_is_said_first_and_kept_once_it_is_confirmed(service, nantes, do):
    count = {"counted": "2", "first_serial": "1", "last_serial": "2"}
    page = do("/point/parcels/1", **count)
    assert "Carnets qui manquent : 1" in page.text
    assert "00000003" in page.text
    session = service.world.session
    assert session.query(tables.Delivery).count() == 0
    page = do("/point/parcels/1", **count, certain="true")
    assert "l&#39;opérateur est prévenu" in page.text
    assert booklets.in_stock(session, nantes.ccas) == 2
    assert "écart" in service.client.get("/point/parcels").text
    assert "manque dans le colis 1" in service.client.get("/point/register").text


WRONG_COUNTS: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"counted": "3"}, "first_serial", "Tapez le numéro du premier carnet"),
    ({"counted": "3", "first_serial": "1"}, "last_serial", "Tapez le numéro du dernier"),
    ({"counted": "3", "first_serial": "3", "last_serial": "1"}, "last_serial", "plus petit"),
    ({"counted": "2", "first_serial": "8", "last_serial": "9"}, "first_serial", "étiquette"),
    ({"counted": "-1"}, "counted", "Le plus petit nombre possible est 0"),
    ({"counted": "deux"}, "counted", "Écrivez un nombre entier"),
    ({}, "counted", "Remplissez cette ligne"),
    (
        {"counted": "2", "first_serial": "1", "last_serial": "3", "missing": "7"},
        "missing",
        "pas de ce colis",
    ),
)


@pytest.mark.usefixtures("clerk")
def test_a_count_that_cannot_be_is_said_beside_its_field(refused):
    for fields, field, says in WRONG_COUNTS:
        page = refused("/point/parcels/1", says=says, field=field, **fields)
        for typed in fields.values():
            assert f'value="{typed}"' in page.text or f">{typed}</textarea>" in page.text


@pytest.mark.usefixtures("clerk")
def test_booklets_go_back_to_the_operator(service, nantes, do, refused):
    form = {"first_serial": "2", "count": "2", "reason": "trop de carnets"}
    refused(
        "/point/give-back", says="n&#39;est plus dans votre stock", field="first_serial",
        **form | {"count": "5"},
    )  # fmt: skip
    refused(
        "/point/give-back", says="pas dans votre stock", field="first_serial",
        **form | {"first_serial": "5"},
    )  # fmt: skip
    refused("/point/give-back", says="Remplissez", field="reason", **form | {"reason": " "})
    page = do("/point/give-back", **form)
    assert "Carnets rendus : 2" in page.text
    assert booklets.in_stock(service.world.session, nantes.ccas) == 1


@pytest.mark.usefixtures("clerk")
def test_a_lost_booklet_is_blocked_with_a_reason(service, do, refused):
    address = "/point/booklets/00000002"
    refused(address, f"{address}/lost", says="Remplissez", field="reason", reason="")
    page = do(address, f"{address}/lost", reason="volé dans le tiroir")
    assert "Le carnet 00000002 est bloqué" in page.text
    assert "volé dans le tiroir" in page.text
    assert "Appelez-nous" in page.text
    assert "Carnets bloqués, pas comptés ici : 1" in service.client.get("/point/stock").text


@pytest.mark.usefixtures("clerk")
def test_a_clerk_finds_a_booklet_and_never_one_of_another_point(service, nantes, do, refused):
    assert "Carnet 00000003" in do("/point/booklets", serial="3").text
    refused("/point/booklets", serial="4", says="n&#39;est pas à vous")
    service.world.stock(nantes.serials[3:], nantes.france_services)
    for address in ("", "/handed-over", "/slip.pdf", "/letter.pdf"):
        assert service.client.get(f"/point/booklets/00000004{address}").status_code == 404
    assert service.client.get("/point/parcels/2").status_code == 404


@pytest.mark.usefixtures("clerk")
def test_only_a_manager_destroys_and_reads_other_days(service, nantes, do):
    address = "/point/booklets/00000002"
    assert "Il est abîmé" not in service.client.get(address).text
    refusal = do(address, f"{address}/destroyed", reason="déchiré")
    assert refusal.status_code == 403
    assert service.client.get("/point/day?on=2026-11-15").status_code == 403
    sign_in(service.client, "point_manager", nantes.ccas)
    assert service.client.get("/point/day?on=2026-11-15").status_code == 200
    assert "est annulé" in do(address, f"{address}/destroyed", reason="déchiré").text


@pytest.mark.usefixtures("manager")
def test_the_day_says_what_was_there_what_came_and_what_was_given(service, nantes, do):
    do("/point/hand-over", serial="1", newcomer="yes")
    do("/point/hand-over", serial="2", newcomer="no")
    page = service.client.get("/point/day").text
    assert "Journée du 16" in page
    figures = page.split("Les chiffres du jour")[1].split("</table>")[0]
    assert [int(cell) for cell in FIGURE.findall(figures)] == [0, 3, 0, 2, 0, 1]
    service.world.later(days=1)
    sign_in(service.client, "point_manager", nantes.ccas)
    page = service.client.get("/point/day?on=2026-11-17").text
    assert "Aucun carnet remis aujourd&#39;hui" in page
    assert "00000001" in service.client.get("/point/day?on=2026-11-16").text


@pytest.mark.usefixtures("clerk")
def test_the_register_is_a_page_a_paper_and_two_spreadsheets(service, nantes, do):
    do("/point/hand-over", serial="1")
    stocking.give_back(
        service.world.session, "00000003", 1, nantes.ccas, "trop", "person:1", service.world.now
    )
    service.world.session.commit()
    page = service.client.get("/point/register?since=2026-11-01&until=2026-11-30").text
    for text in ("Retours et départs", "trop", "50,00", "register.pdf?since=2026-11-01"):
        assert text in page, text
    query = "?since=2026-11-01&until=2026-11-30"
    pdf = service.client.get(f"/point/register.pdf{query}")
    assert pdf.data.startswith(b"%PDF")
    assert "registre_2026-11-01_2026-11-30.pdf" in pdf.headers["Content-Disposition"]
    accounts = service.client.get(f"/point/register.csv{query}").data.decode("utf-8-sig")
    assert accounts.splitlines()[-1].endswith('"1";"5";"10,00";"50,00"')
    journal = service.client.get(f"/point/journal.csv{query}").data.decode("utf-8-sig")
    assert len(journal.splitlines()) == 1 + 3
    backwards = service.client.get("/point/register?since=2026-12-01&until=2026-11-01")
    assert backwards.status_code == 422


PAGES = (
    "", "/hand-over", "/stock", "/give-back", "/parcels", "/parcels/1", "/booklets",
    "/booklets/00000001", "/booklets/00000001/handed-over", "/booklets/00000001/slip.pdf",
    "/day", "/register", "/register.pdf", "/register.csv", "/journal.csv",
)  # fmt: skip


@pytest.mark.usefixtures("manager")
def test_no_page_asks_the_database_more_than_twelve_times(service, do, asked):
    do("/point/hand-over", serial="1", newcomer="yes")
    do("/point/booklets/00000002", "/point/booklets/00000002/lost", reason="perdu")
    for language, path in product(("fr", "en"), PAGES):
        service.world.session.query(tables.Person).update({"language": language})
        service.world.session.commit()
        asked.clear()
        answer = service.client.get(f"/point{path}")
        assert answer.status_code == 200, path
        assert 0 < len(asked) <= 12, (path, len(asked))


@pytest.mark.usefixtures("clerk")
def test_a_booklet_that_expires_soon_is_said_on_the_first_page(service, nantes):
    last = service.world.now.date() + timedelta(days=30)
    service.world.session.get_one(tables.Campaign, nantes.campaign).valid_until = last
    service.world.session.commit()
    assert "carnets à remettre avant le" in service.client.get("/point").text
