"""Easy words: short sentences, the same in French and English, nothing that only we understand."""

import re
from pathlib import Path

import pytest

from tests.support.source import ROOT
from voucher_service.actions.reporting import Topic
from voucher_service.documents.french import phone
from voucher_service.store import tables
from voucher_service.web.proofs import Proof
from voucher_service.web.texts import READERS, TEXTS
from voucher_service.web.words import opening_hours, sentences

MOST_WORDS = 12
MOST_AT_WORK = 16
"""In what people read at work."""
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
    templates = ROOT / "templates"
    pages = [*(templates / "public").rglob("*.html"), *(templates / "help").glob("*.html")]
    asked = set(re.findall(r"\bt\.(\w+)", "".join(page.read_text() for page in pages)))
    known = sentences()["fr"].keys()
    chosen = {name for name in known if name.startswith(("error_", "day_", "hours_", "give_label"))}
    chosen |= {f"report_{topic}" for topic in Topic} | {f"verify_{proof}" for proof in Proof}
    chosen |= {f"help_{reader.replace('-', '_')}" for reader in READERS}
    assert asked | chosen == known


def test_french_marks_keep_to_their_word():
    for name, text in sentences()["fr"].items():
        assert not re.search(r" [:?!]", text), name
    for page in texts("fr"):
        assert not re.search(r"\S [:?!;»]|« ", said_on(page)), page.name


def texts(language: str) -> list[Path]:
    """The pages that are only words, in one language."""
    templates = ROOT / "templates"
    folders = (templates / "public" / "texts", templates / "help")
    return sorted(page for folder in folders for page in folder.glob(f"*.{language}.html"))


def said_on(page: Path) -> str:
    """What people read on a page: its title, then a line for each piece of text."""
    source = re.sub(r"<pre.*?</pre>", "", page.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}", "\n", source)
    source = re.sub(r"\{\{.*?\}\}", "X", source)
    return re.sub(r"</?(?:a|strong|span|code)\b[^>]*>", "", source)


def sentences_on(page: Path) -> list[str]:
    text = re.sub(r"<[^>]*>", "\n", said_on(page))
    return [part.strip() for part in re.split(r"[.!?:;\n]+\s*", text) if part.strip()]


def skeleton(page: Path) -> list[str]:
    """Everything of a page but its words."""
    return re.findall(r"</?\w+|href=\"[^\"]*\"|\{%.*?%\}|\{\{.*?\}\}", page.read_text("utf-8"))


def test_every_page_of_words_is_there_in_both_languages_and_says_as_much():
    names = {page.name.split(".")[0] for page in texts("fr")}
    assert names == set(TEXTS) | set(READERS)
    for french, english in zip(texts("fr"), texts("en"), strict=True):
        want = [piece for piece in skeleton(french) if "block title" not in piece]
        assert want == [piece for piece in skeleton(english) if "block title" not in piece]


@pytest.mark.parametrize("page", [*texts("fr"), *texts("en")], ids=lambda page: page.name)
def test_every_page_of_words_is_made_of_short_and_easy_sentences(page):
    most = MOST_WORDS if page.parent.name == "texts" or "person" in page.name else MOST_AT_WORK
    for sentence in sentences_on(page):
        assert len(re.findall(r"[\w’'-]+", sentence)) <= most, sentence
    if "developer" not in page.name:
        assert not HARD.search(said_on(page).replace("&amp;", "")), page.name


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
