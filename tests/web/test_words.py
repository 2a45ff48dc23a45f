"""Easy words: short sentences, the same in French and English, nothing that only we understand."""

import re

import pytest

from tests.support.source import ROOT
from voucher_service.documents.french import phone
from voucher_service.store import tables
from voucher_service.web.words import opening_hours, sentences

MOST_WORDS = 12
HARD = re.compile(r"inject|contremarque|redemption|token|jeton|scanne|rédemption|&", re.IGNORECASE)

EVERY_SENTENCE = [
    (language, name, text)
    for language, known in sentences().items()
    for name, text in known.items()
]


def test_every_sentence_is_there_in_both_languages():
    assert sentences()["fr"].keys() == sentences()["en"].keys()


def test_every_sentence_is_short_and_easy():
    for language, name, text in EVERY_SENTENCE:
        for sentence in re.split(r"[.!?:]\s*", text):
            assert len(re.findall(r"[\w’'-]+", sentence)) <= MOST_WORDS, (language, name, sentence)
        assert not HARD.search(text), (language, name)


def test_every_sentence_is_used_and_no_page_asks_for_another():
    folder = ROOT / "templates" / "public"
    asked = set(re.findall(r"\bt\.(\w+)", "".join(p.read_text() for p in folder.glob("*.html"))))
    chosen = {
        name
        for name in sentences()["fr"]
        if name.startswith(("error_", "day_", "hours_", "give_label"))
    }
    assert asked | chosen == sentences()["fr"].keys()


def test_french_marks_keep_to_their_word():
    for name, text in sentences()["fr"].items():
        assert not re.search(r" [:?!]", text), name


@pytest.mark.parametrize(
    ("language", "says", "hours"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "Où utiliser un pass", "lundi à vendredi 9\u00a0h à 12"),
        ("en-GB,en;q=0.9", "Where to use a pass", "Monday to Friday 9:00 to 12:30"),
        ("de", "Où utiliser un pass", "lundi à vendredi"),
    ],
)
def test_a_page_speaks_french_first_and_english_to_who_asks(
    visit, service, nantes, language, says, hours
):
    service.world.session.get_one(tables.Site, nantes.ping.site).horaires = "Mo-Fr 09:00-12:30"
    page = visit("/sites", Accept_Language=language)
    spoken = "en" if says.startswith("Where") else "fr"
    assert page.headers["Content-Language"] == spoken
    assert f'<html lang="{spoken}">' in page.text
    assert "Accept-Language" in page.headers["Vary"]
    assert f"<h1>{says}</h1>" in page.text
    assert hours in page.text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mo-Fr 09:00-12:00,14:00-18:30", "lundi à vendredi 9 h à 12 h et 14 h à 18 h 30"),
        ("Mo,We 10:00-12:00; Sa 08:30-12:00", "lundi, mercredi 10 h à 12 h · samedi 8 h 30 à 12 h"),
        ("Mo-Sa 10:00-12:00; Su off", "lundi à samedi 10 h à 12 h · dimanche fermé"),
        ("Mo[1] 10:00-12:00", "Mo[1] 10:00-12:00"),
        ("sur rendez-vous", "sur rendez-vous"),
        ("", ""),
    ],
)
def test_opening_hours_are_said_as_people_say_them(service, written, said):
    with service.app.test_request_context():
        assert opening_hours(written).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [("+33240000000", "02 40 00 00 00"), ("+262262000000", "+262262000000"), ("3646", "3646")],
)
def test_a_number_is_said_as_people_say_it(written, said):
    assert phone(written) == said
