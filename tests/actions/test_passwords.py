"""Passwords as they are kept and tried, by people and by those who try to hold the service up."""

import unicodedata

from voucher_service.actions.passwords import hashed, is_password
from voucher_service.core.passwords import MOST

MARKS = "e" + "\u0301\u0316" * 60_000


def test_the_same_letters_typed_on_another_system_are_the_same_password():
    kept = hashed("un café très noir")
    assert is_password(kept, unicodedata.normalize("NFD", "un café très noir"))
    assert not is_password(kept, "un cafe tres noir")


def test_a_password_longer_than_any_is_wrong_and_not_composed_whole(monkeypatch):
    seen = []

    def normalize(_form, text):
        seen.append(len(text))
        return text

    monkeypatch.setattr("voucher_service.actions.passwords.unicodedata.normalize", normalize)
    assert not is_password(hashed("x" * MOST), "x" * (MOST + 1))
    assert not is_password(None, MARKS)  # composing it whole takes a quarter of a minute
    assert max(seen) == MOST + 1
