"""What the phone says: the same in French and English, short and easy, and nothing left over."""

import re
from collections.abc import Iterator
from typing import Any

from merchants import scanner_pages, verdicts
from tests.support.source import ROOT
from tests.web.test_words import HARD, MOST_WORDS
from voucher_service.core.campaign import SERVICES
from voucher_service.http.language import service_names

LANGUAGES = ("fr", "en")
SCRIPTS = ROOT / "merchants" / "scanner"
PAGE = ROOT / "templates" / "merchants" / "scanner.html"

#: Names that scripts put together: the state of a use.
COMPOSED = re.compile(
    r"(person_(foreign|problem|undone|unreadable)|state_(live|undone|contested|settled))$"
)
#: Tables, read as such.
TABLES = {"refusals"}


def said(language: str) -> Iterator[tuple[str, str]]:
    """Every sentence of the phone in a language, both forms of those that have two."""
    known = scanner_pages.phone_words()[language] | {"refusals": scanner_pages.refusals(language)}
    yield from _texts("", known)


def _texts(name: str, known: Any) -> Iterator[tuple[str, str]]:
    if isinstance(known, str):
        yield name, known
    else:
        for inner, value in known.items():
            yield from _texts(f"{name}.{inner}".lstrip("."), value)


def scripts() -> str:
    ours = [path for path in SCRIPTS.rglob("*.js") if "vendor" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*ours, PAGE])


def test_every_sentence_is_there_in_both_languages_with_the_same_blanks_to_fill():
    french, english = (dict(said(language)) for language in LANGUAGES)
    blanks = re.compile(r"\{\w+\}")
    names = {name.removesuffix(".one").removesuffix(".other") for name in french}
    assert names == {name.removesuffix(".one").removesuffix(".other") for name in english}
    for name in french.keys() & english.keys():
        assert set(blanks.findall(french[name])) == set(blanks.findall(english[name])), name


def test_every_national_service_has_its_english_name():
    assert set(service_names("en")) == set(SERVICES)
    for name in service_names("en").values():
        assert len(name.split()) <= MOST_WORDS
        assert not HARD.search(name)


def test_every_sentence_is_short_and_easy():
    for language in LANGUAGES:
        for name, text in said(language):
            for sentence in re.split(r"[.!?:]\s*", text):
                assert len(re.findall(r"[\w’'-]+", sentence)) <= MOST_WORDS, (name, sentence)
            assert not HARD.search(text), (language, name)


def test_french_marks_keep_to_their_word():
    for name, text in said("fr"):
        assert not re.search(r" [:;?!»]|« ", text), name


def test_every_sentence_is_said_somewhere_and_no_script_asks_for_another():
    words = scripts()
    known = scanner_pages.phone_words()["fr"].keys() - TABLES
    asked = set(re.findall(r"\bt\(\s*\"(\w+)\"", words)) | set(re.findall(r"\bt\.(\w+)", words))
    for name in known:
        assert COMPOSED.match(name) or f'"{name}"' in words or f"t.{name} " in words, name
    assert asked <= known


def test_every_reason_that_a_script_gives_has_its_words():
    given = set(re.findall(r"\"((?:[a-z]+_)+[a-z]+)\"", scripts()))
    for reason in verdicts.sentences().keys() | {"needs_network", "cannot_keep", "trust_too_old"}:
        for language in LANGUAGES:
            words = scanner_pages.refusals(language)[reason]
            assert words.keys() == {"title", "next_step"}
    assert {"needs_network", "cannot_keep", "trust_too_old"} <= given
