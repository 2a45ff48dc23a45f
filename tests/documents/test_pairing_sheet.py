from datetime import UTC, datetime

from tests.documents import reading
from voucher_service.documents.pairing_sheet import render_pairing_sheet

LINK = "https://pass.example.fr/scanner/#2K7QF-9TWXM"
NOW = datetime(2026, 11, 27, 9, 5, tzinfo=UTC)


def sheet(site="PiNG – Breil-Barberie"):
    return render_pairing_sheet(site, LINK, NOW.replace(day=28), "02 40 00 00 00", NOW)


def test_its_code_opens_the_app_and_the_steps_are_one_page_of_easy_words():
    page = sheet()
    assert reading.page_count(page) == 1
    (picture,) = reading.pictures(page, 100)
    assert reading.codes(reading.blurred(picture)) == [LINK]
    said = reading.text(page)
    for words in (
        "PiNG – Breil-Barberie",
        "1. Ouvrez l’appareil photo",
        "3. Donnez un nom au téléphone",
        "Le carré marche jusqu’au 28 novembre 2026 à 10 h 05.",
        "Ouvrez pass.example.fr/scanner sur le téléphone.",
        "Tapez ce code : 2K7QF-9TWXM",
        "Appelez vite le 02 40 00 00 00.",
    ):
        assert words in said


def test_a_long_name_stays_on_the_page():
    assert reading.page_count(sheet("Maison de quartier " * 12)) == 1
