import re
from dataclasses import replace
from datetime import date

import pytest

from tests.documents import reading
from tests.documents.samples import SITES, TEXTS
from voucher_service.documents.letters import render_handover_slip, render_letter
from voucher_service.resources import shipped

FORBIDDEN = ("injecter", "contremarque", "token", "scanner", "rédemption", "&")
LONGEST_SENTENCE = 12


def sentences(template):
    """What a template says to people: its text, without comments, code and set-up."""
    lines = (shipped("templates") / "documents" / template).read_text().splitlines()
    said = [line for line in lines if re.match(r"\s+(\+ |= |== )?[#*A-ZÀ-Ü]", line)]
    text = "\n".join(said)
    text = re.sub(
        r"#if [^\[]*|\] else |#set .*|#label|\[|\]|\*|\\|^\s*[+=]+ ", "", text, flags=re.MULTILINE
    )
    return [one.strip() for one in re.split(r"[.?!:\n]", text) if one.strip()]


@pytest.mark.parametrize("template", ["letter.typ", "handover_slip.typ", "pairing_sheet.typ"])
def test_sentences_are_of_twelve_words_at_most(template):
    found = sentences(template)
    assert len(found) > 5
    assert [one for one in found if len(one.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("template", ["letter.typ", "handover_slip.typ"])
def test_no_word_of_the_trade_is_used(template):
    words = " ".join(sentences(template)).lower()
    assert [word for word in FORBIDDEN if word in words] == []


def test_the_letter_says_how_many_how_much_until_when_where_and_what_if_lost():
    said = reading.text(render_letter(TEXTS, "00000123", 5))
    for words in (
        "Vos 5 pass numériques",
        "Chaque pass vaut 10 euros.",
        "jusqu’au 31 décembre 2027.",
        "Médiathèque Jacques-Demy, à moins de 1 km 24 quai de la Fosse, Nantes",
        "Téléphone : 02 40 41 95 95",
        "Apportez votre carnet",
        "perdu ou volé ? Appelez vite le 02 40 00 00 00.",
        "numéro de votre carnet : 00000123.",
        "Lieux connus le 12 novembre 2026.",
    ):
        assert words in said


def test_places_without_telephone_or_hours_come_last():
    said = reading.text(
        render_letter(replace(TEXTS, nearest_sites=SITES[3:] + SITES[:3]), "00000123", 5)
    )
    places = sorted((said.index(site.name), site.name) for site in SITES)
    assert [name for _, name in places] == [site.name for site in SITES]


def test_the_letter_stays_one_page_when_names_are_long():
    long = tuple(replace(site, name=site.name * 4, hours="Le lundi, à 9 h. " * 9) for site in SITES)
    letter = render_letter(replace(TEXTS, nearest_sites=long), "00000123", 10)
    assert reading.page_count(letter) == 1
    assert "Donnez le numéro de votre carnet" in reading.text(letter)


def test_the_slip_names_three_places_and_the_last_day_of_this_booklet():
    slip = render_handover_slip(TEXTS, "00000123", 5, date(2027, 5, 1))
    said = reading.text(slip)
    assert reading.page_count(slip) == 1
    assert "Utilisez-les jusqu’au 1er mai 2027." in said
    assert [site.name in said for site in SITES] == [True, True, True, False, False]


def test_a_slip_calls_no_place_when_none_is_known():
    slip = render_handover_slip(replace(TEXTS, nearest_sites=()), "00000123", 5, None)
    said = reading.text(slip)
    assert "Cherchez un lieu sur pass.example.fr." in said
    assert "Appelez un lieu" not in said


def test_a_letter_can_be_written_before_any_place_is_known():
    said = reading.text(render_letter(replace(TEXTS, nearest_sites=()), "00000123", 1))
    assert "Votre pass numérique" in said
    assert "Vous trouvez d’autres lieux sur pass.example.fr" in said


def test_two_letters_are_the_same_bytes():
    assert render_letter(TEXTS, "00000123", 5) == render_letter(TEXTS, "00000123", 5)
