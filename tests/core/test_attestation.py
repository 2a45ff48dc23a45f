"""Whoever has a document, its signature and the public key can check it without us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.attestation import (
    base64url,
    from_base64url,
    statement_key,
    verify,
)

KEY = statement_key(bytes(range(64, 96)))


@given(st.binary(min_size=1, max_size=80), st.integers(0, 10_000), st.integers(0, 7))
def test_one_bit_of_a_signed_document_cannot_change(document: bytes, place: int, bit: int):
    signature = KEY.sign(document)
    assert verify(document, signature, KEY.public)
    altered = bytearray(document)
    altered[place % len(document)] ^= 1 << bit
    assert not verify(bytes(altered), signature, KEY.public)


@pytest.mark.parametrize("public", [b"", b"short", bytes(31), bytes(33)])
def test_what_is_no_key_verifies_nothing(public: bytes):
    assert not verify(b"x", KEY.sign(b"x"), public)


@given(st.binary(max_size=70))
def test_base64url_is_read_back(data: bytes):
    assert from_base64url(base64url(data)) == data


def test_a_statement_key_survives_its_file():
    again = statement_key(KEY.secret)
    assert (again.kid, again.public) == (KEY.kid, KEY.public)
    assert verify(b"x", again.sign(b"x"), KEY.public)
