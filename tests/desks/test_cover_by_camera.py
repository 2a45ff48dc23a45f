"""A clerk who reads the cover of a booklet with the camera, and confirms what was read."""

import pytest

from tests.support.desks import sign_in
from tests.support.film import Cover, Take, film
from voucher_service.web.desks import every_screen

READ = "Lire avec l'appareil photo"
CLOSE = "Fermer l'appareil photo"
FOCUSED = "() => document.activeElement.textContent.trim() || document.activeElement.name"
HANDED_OVER = "SELECT count(*) FROM handover"


@pytest.fixture
def filming(phones, desks, live, tmp_path):
    """A clerk of the CCAS on a phone before whose camera papers are held, one after the other."""

    def filming(*papers):
        shown = film(tmp_path / "papers.mjpeg", [Take(paper) for paper in papers])
        return desks.sit(phones.new(film=shown), "point_clerk", live.nantes.ccas)

    return filming


def focused(desk):
    return desk.page.evaluate(FOCUSED)


def test_a_cover_is_read_looked_at_and_confirmed(filming, live):
    serial = live.nantes.serials[0]
    desk = filming(Cover(serial)).open("/point/hand-over")
    desk.press(READ)
    desk.see(f"Numéro lu : {serial}. Comparez avec la couverture, puis continuez.")
    assert desk.page.get_by_label("Numéro du carnet").input_value() == serial
    assert focused(desk) == "newcomer", "the next question"
    assert desk.page.locator("video").count() == 0, "the camera is closed"
    assert live.count(HANDED_OVER) == 0, "reading does nothing"
    desk.page.keyboard.press("Space")
    desk.press("Remettre ce carnet")
    desk.see(f"Le carnet {serial} est remis")
    assert live.count(HANDED_OVER) == 1
    read_both_ends_of_a_parcel(desk, serial)


def read_both_ends_of_a_parcel(desk, serial):
    """Each camera is named after its field, and leads to the next one."""
    desk.open("/point/parcels/1")
    for end, then in (("premier", f"{READ} : Numéro du dernier carnet"), ("dernier", "missing")):
        desk.press(f"{READ} : Numéro du {end} carnet")
        desk.page.get_by_text("Numéro lu").nth(("premier", "dernier").index(end)).wait_for()
        assert desk.page.get_by_label(f"Numéro du {end} carnet").input_value() == serial
        assert focused(desk) == then


def test_what_is_no_cover_is_told_and_goes_nowhere(filming, live):
    printed = live.world.printed(live.nantes.serials[0])[0]
    desk = filming(printed, Cover("Menu du jour")).open("/point/hand-over")
    desk.press(READ)
    assert focused(desk) == CLOSE
    desk.see("Ce code est celui d'un pass, pas de la couverture du carnet. Montrez la couverture.")
    desk.see("Ce code n'est pas celui d'un carnet. Montrez le code de la couverture.")
    assert desk.page.get_by_label("Numéro du carnet").input_value() == ""
    desk.looks_right()
    stopped = desk.page.evaluate_handle("document.querySelector('video').srcObject.getTracks()[0]")
    desk.page.keyboard.press("Escape")
    assert stopped.evaluate("(track) => track.readyState") == "ended"
    assert focused(desk).startswith(READ)
    assert desk.page.locator(".cover [role=status]").text_content() == ""
    assert printed.text.partition("#")[2][:20] not in desk.page.content()
    assert not [asked for asked in live.asked if asked.method == "POST"]


def test_where_the_camera_is_refused_or_absent_the_serial_is_typed(phones, desks, live):
    desk = desks.sit(phones.new(camera=False), "point_clerk", live.nantes.ccas)
    desk.open("/point/hand-over").press(READ)
    desk.see("L'appareil photo est refusé")
    desk.see("Tapez le numéro. Ou autorisez l'appareil photo")
    desk.looks_right()
    desk.fill("Numéro du carnet", "1")
    assert desk.page.get_by_text("est refusé").count() == 0, "typing closes what is not needed"
    desk.page.add_init_script("navigator.mediaDevices.enumerateDevices = async () => []")
    desk.open("/point/hand-over")
    assert desk.page.get_by_role("button", name=READ).count() == 0
    desk.fill("Numéro du carnet", "1")
    desk.press("Remettre ce carnet")
    desk.see("Le carnet 00000001 est remis")


def test_only_pages_where_a_serial_is_typed_may_film(service, nantes):
    sign_in(service.client, "point_manager", nantes.ccas)
    paths = {screen.path for screen in every_screen(service.app) if screen.method == "GET"}
    pages = {path for path in paths if path.startswith("/point") and "<" not in path}
    pages |= {"/point/parcels/1", "/point/booklets/00000001", "/account"}
    filming = set()
    for page in pages:
        answer = service.client.get(page)
        allowed = "camera=(self)" in answer.headers["Permissions-Policy"]
        assert allowed == (b'class="cover" hidden' in answer.data), page
        assert allowed == (b"/static/cover.js" in answer.data), page
        assert "wasm" not in answer.headers["Content-Security-Policy"]
        if allowed:
            filming.add(page)
    assert filming == {
        "/point",
        "/point/hand-over",
        "/point/booklets",
        "/point/parcels/1",
        "/point/give-back",
    }
