"""Where the camera cannot film: a photo, or the code typed; and several passes in one visit."""

import pytest

from tests.support.cast import FORMS
from tests.support.counter import Counter
from tests.support.film import photo
from voucher_service.actions import disputing

REDEMPTIONS = "SELECT count(*) FROM redemption"


@pytest.fixture
def printed(live):
    """The passes of a booklet in somebody's hands, as they are on paper."""
    live.hand_over()
    return live.world.printed(live.nantes.serials[0])


@pytest.fixture
def without_camera(phones):
    """A paired phone whose owner refused the camera."""
    counter = Counter(phones.new(camera=False)).pair()
    counter.press("start_reading")
    counter.phone.see("La caméra est refusée")
    counter.phone.see("Prenez une photo du code, ou tapez le code.")
    return counter


def test_a_photo_is_read_where_the_camera_is_refused(without_camera, live, printed, tmp_path):
    counter = without_camera
    taken = photo(tmp_path / "pass.jpg", printed[0], turn=8)
    counter.phone.page.locator("input[type=file]").set_input_files(taken)
    counter.phone.see("Vrai pass")
    counter.choose()
    counter.press("take")
    assert counter.told()[0] == "confirmed"
    assert live.count(REDEMPTIONS) == 1


def test_a_photo_without_a_code_says_so(without_camera, tmp_path):
    blank = photo(tmp_path / "table.jpg", None)
    without_camera.phone.page.locator("input[type=file]").set_input_files(blank)
    without_camera.phone.see("Aucun code sur cette photo. Approchez-vous et réessayez.")


def test_the_code_below_the_square_is_typed_in_fields_that_jump(without_camera, live, printed):
    counter = without_camera
    counter.press("type_code")
    counter.phone.page.keyboard.type(printed[0].typed.replace("-", "").lower())
    counter.press("typed_add")
    assert counter.tray() == [f"{printed[0].typed} Valeur à vérifier en ligne"]
    counter.choose()
    counter.press("take_passes")
    assert counter.told() == ("confirmed", "Pass encaissé. 10 € C'est fini. Rendez le carnet.")
    assert live.count(REDEMPTIONS) == 1


def test_a_slip_in_a_typed_code_is_found_by_the_phone_and_counted_against_nobody(
    without_camera, live, printed
):
    counter = without_camera
    live.asked.clear()
    counter.press("type_code")
    right = printed[0].typed.replace("-", "")
    counter.phone.page.keyboard.type(("7" if right[0] != "7" else "8") + right[1:])
    counter.press("typed_add")
    counter.phone.see("Un signe est faux. Comparez avec le pass.")
    assert not [asked for asked in live.asked if asked.method == "POST"]


def test_a_typed_code_needs_the_network(without_camera, live, printed):
    counter = without_camera
    live.stop()
    counter.press("type_code")
    counter.phone.page.keyboard.type(printed[0].typed.replace("-", ""))
    counter.press("typed_add")
    counter.choose()
    counter.press("take_passes")
    look, said = counter.told()
    assert (look, said[:19]) == ("refused", "Il faut le réseau R")
    assert counter.waiting() == []


def test_three_passes_one_service_one_confirmation(phone, live, printed):
    counter = Counter(phone).pair().read(*(each.text for each in printed[:3]))
    counter.phone.see("3 pass lus, 30 €")
    counter.photograph(printed[0].text)
    counter.phone.see("Ce pass est déjà dans la liste.")
    assert len(counter.tray()) == 3
    counter.press("check_only")
    counter.phone.see("Rien n'est encaissé.")
    assert counter.phone.page.get_by_text("Ce pass peut servir.").count() == 3
    assert live.count(REDEMPTIONS) == 0
    counter.press("back_to_tray")
    counter.choose(FORMS)
    counter.phone.press("Encaisser 30 €")
    assert counter.told() == (
        "confirmed",
        "3 pass encaissés. 30 € Pass 3, Pass 2, Pass 1 C'est fini. Rendez le carnet.",
    )
    assert live.count(REDEMPTIONS) == 3


def test_a_use_is_taken_back_within_its_window_and_the_pass_can_serve_again(phone, live, printed):
    counter = Counter(phone).pair()
    counter.take(printed[0].text)
    counter.press("undo")
    counter.phone.page.get_by_text("Ce n'est pas le bon pass").click()
    counter.press("undo_go")
    counter.phone.see("C'est annulé. Le pass peut servir de nouveau.")
    assert live.count(f"{REDEMPTIONS} WHERE undone_at IS NULL") == 0
    counter.next()
    assert counter.take(printed[0].text)[0] == "confirmed"
    assert live.problems() == []


def test_the_day_of_the_site_and_a_refusal_that_is_disputed(phone, live, printed):
    other = live.world.codes(live.nantes.serials[4])[0]
    counter = Counter(phone).pair()
    counter.take(printed[0].text, printed[1].text)
    counter.next()
    assert counter.take(other)[0] == "refused"
    counter.next()
    counter.press("nav_today")
    counter.phone.see("Encaissés")
    assert counter.day() == {"Encaissés": "2 20 €", "Gardés, à confirmer": "0", "Refusés": "1"}
    counter.press("dispute_short")
    counter.phone.page.get_by_text("Le pass était bon").click()
    counter.press("dispute_go")
    counter.phone.see("C'est envoyé.")
    dispute = live.count("SELECT id FROM dispute")
    disputing.answer_dispute(
        live.world.session,
        dispute,
        upheld=True,
        answer="Le carnet vient d'être activé.",
        actor="token:1",
        now=live.now(),
    )
    live.world.session.commit()
    counter.press("nav_today")
    counter.phone.see("Réponse : Le carnet vient d'être activé.")
