"""What mails say: every message has its people and its words, in French and in English."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.service import settings
from tests.support.source import ROOT, Module, modules
from voucher_service.core.documents import CALL_FOR_FUNDS, REMINDER
from voucher_service.mail import letters
from voucher_service.mail.topics import SILENT, TOPICS

NAMES = {
    "association_name": "PiNG",
    "campaign_name": "Nantes",
    "funder_name": "Ville de Nantes",
    "point_name": "CCAS de Nantes",
    "site_name": "Île de Nantes",
}
CONTEST: dict[str, Any] = {
    "contest": 3,
    "campaign": 1,
    "association": 1,
    "serial": "00000017",
    "number": 3,
}
PAYOUT: dict[str, Any] = {
    "association": 1,
    "end_to_end": "RA-2026-000001",
    "cents": 123_450,
    "reason": "AC04",
}
ACCOUNT: dict[str, Any] = {"to": "contact@ping.example", "association": 1, "iban": "FR76 •••• 0189"}

PERSON: dict[str, Any] = {"to": "camille@ccas.example", "language": "fr", "name": "Camille"}

#: What each message tells, as the actions write it.
TOLD: dict[str, dict[str, Any]] = {
    "account_changed": PERSON | {"what": "password"},
    "account_invitation": PERSON
    | {"link_number": 7, "post": "point_clerk", "house": "CCAS de Nantes"},
    "account_mail_link": PERSON | {"link_number": 7},
    "account_password_link": PERSON | {"link_number": 7},
    "bank_account_confirmed": ACCOUNT | {"usable_from": "2026-11-19T10:00:00+00:00"},
    "bank_account_proposed": ACCOUNT,
    "call_for_funds": {"funder": 1, "number": "AF-2026-000001"},
    "campaign_closed": {"campaign": 1, "statement": "EC-2028-000001"},
    "closing_approved": {"campaign": 1, "round": 1},
    "closing_started": {"campaign": 1, "points": [1]},
    "accreditation_decided": {
        "association": 1,
        "to": "info_requested",
        "reason": "Quels horaires ?",
    },
    "contact_changed": {"to": "old@x.org", "association": 1, "contact": "new@x.org"},
    "contest_answered": CONTEST,
    "contest_appealed": CONTEST,
    "contest_decided": CONTEST | {"outcome": "upheld", "appeal_until": "2026-12-31"},
    "contest_ended": CONTEST | {"outcome": "rejected"},
    "contest_opened": CONTEST | {"answer_until": "2026-12-01"},
    "debit_note": {"association": 1, "note": "ND-2026-000001"},
    "delivery_differs": {
        "movement": 6,
        "point": 1,
        "first": "00000001",
        "last": "00000010",
        "sent": 10,
        "counted": 9,
        "missing": 1,
        "foreign": 0,
    },
    "dispute_answered": {"dispute": 4, "association": 1},
    "double_use_found": {"incident": 5, "association": 1, "borne_by": "site"},
    "incident_closed": {"incident": 5, "association": 1},
    "job_ended": {"job": 12, "kind": "print", "state": "done"},
    "payout_rejected": PAYOUT,
    "payout_returned": PAYOUT | {"reason": "ZZ99"},
    "refund_came_back": {"refund": "RB-2026-000001", "funder": 1, "cents": 5, "reason": "AC01"},
    "reminder": {"funder": 1, "number": "RP-2026-000001"},
    "site_reported": {"site": 1, "association": 1, "topic": "hours"},
    "statement_dispute_answered": {
        "dispute": 4,
        "statement": "RA-2026-000001",
        "association": 1,
    },
    "statement_disputed": {"statement": "RA-2026-000001", "association": 1},
    "statement_ready": {"number": "RA-2026-000001", "association": 1},
    "used_before_handover": {"point": None, "serial": "00000017", "site": 1},
    "validity_alert": {
        "campaign": 1,
        "days_before": 30,
        "last_day": "2027-12-31",
        "grace_until": "2028-01-31",
        "funders": [1],
        "booklets_issued": 100,
        "booklets_handed_over": 80,
        "booklets_not_handed_over": 20,
        "booklets_started": 60,
    },
}


#: Where the message is not named in the call itself: what it may be.
CHOSEN = {"calling.py": {CALL_FOR_FUNDS, REMINDER}}


def told_in(module: Module) -> Iterator[str]:
    """Every message that a module leaves in the outbox, read from its code."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or called(node) not in {"tell", "_tell"}:
            continue
        place = 0 if called_on(node) == "book" else 1
        match node.args[place]:
            case ast.Name(id="row"):
                pass  # a function that names it itself, below
            case ast.Constant(value=str(topic)):
                yield topic
            case ast.Name(id="topic"):
                pass  # handed on by a function whose callers name it
            case _:
                yield from CHOSEN.get(module.path.name, {f"unknown at {module.at(node)}"})


def called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def called_on(node: ast.Call) -> str:
    return str(getattr(getattr(node.func, "value", None), "id", ""))


def told_anywhere() -> set[str]:
    return {
        topic
        for module in modules()
        if module.layer in {"actions", "store"}
        for topic in told_in(module)
    }


def test_every_message_has_its_people_or_its_reason_for_silence():
    assert told_anywhere() == TOPICS.keys() | SILENT
    assert not TOPICS.keys() & SILENT


def test_every_message_has_its_words_and_no_words_are_without_a_message():
    files = {path.stem for path in (ROOT / "templates" / "mail").glob("*.txt")}
    assert files == TOPICS.keys() | {"every_mail"}
    assert TOLD.keys() == TOPICS.keys()


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_mail_says_what_happened_what_to_do_and_whom_to_call(topic, language, tmp_path):
    ours = settings(tmp_path, "sqlite:///x")
    letter = letters.write(topic, language, TOLD[topic] | NAMES, ours)
    assert 10 <= len(letter.subject) <= 100
    assert "\n" not in letter.subject
    assert letter.text.startswith(("Bonjour,\n\n", "Hello,\n\n")[language == "en"])
    assert ours.help_number in letter.text
    leads_on = re.search(rf"{re.escape(ours.base_url)}/(desk|account/|operator/)", letter.text)
    assert leads_on or ours.help_number in letter.text.split("\n\n")[-2]
    assert "{" not in letter.subject + letter.text
    assert "\n\n\n" not in letter.text


@pytest.mark.parametrize("topic", [*TOPICS, "every_mail"])
def test_a_mail_is_made_of_short_sentences(topic):
    source = (ROOT / "templates" / "mail" / f"{topic}.txt").read_text("utf-8")
    words = letters.parts(source)
    assert words.keys() == {"fr", "en"}
    for text in words.values():
        plain = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "X", text)
        for sentence in re.split(r"[.!?:\n]\s*", plain):
            assert len(re.findall(r"[\w’'-]+", sentence)) <= 16, sentence


def test_the_same_facts_are_told_in_both_languages():
    for topic in TOPICS:
        french, english = (
            set(re.findall(r"\{\{ (\w+)", text))
            for text in letters.parts(
                (ROOT / "templates" / "mail" / f"{topic}.txt").read_text("utf-8")
            ).values()
        )
        assert french == english, topic


def test_a_mail_speaks_of_money_days_and_banks_as_people_do(tmp_path):
    ours = settings(tmp_path, "sqlite:///x")

    def said(topic: str, language: str) -> str:
        return letters.write(topic, language, TOLD[topic] | NAMES, ours).text.replace("\u202f", " ")

    rejected = said("payout_rejected", "fr")
    assert "1 234,50\u00a0€" in rejected
    assert "Ce compte est fermé (code AC04)" in rejected
    assert "La banque a refusé le paiement (code ZZ99)" in said("payout_returned", "fr")
    assert "à partir du 19\u00a0novembre\u00a02026" in said("bank_account_confirmed", "fr")
    assert "from 19 November 2026" in said("bank_account_confirmed", "en")
    assert "Le carnet est au stock de CCAS de Nantes" in said("used_before_handover", "fr")


def test_a_name_cannot_add_a_header_or_a_second_subject(tmp_path):
    odd = TOLD["debit_note"] | {"association_name": "X\nBcc: other@example.org\n\nText"}
    letter = letters.write("debit_note", "fr", odd, settings(tmp_path, "sqlite:///x"))
    assert letter.subject.startswith("X Bcc: other@example.org Text doit rendre")
