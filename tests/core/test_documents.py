"""Documents as bytes, signatures over them, and seals over the ledger."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.attestation import (
    base64url,
    from_base64url,
    statement_key,
    verify,
)
from voucher_service.core.canonical import canonical
from voucher_service.core.sealing import GENESIS, Seal, leaf, merkle_root

KEY = statement_key(bytes(range(64, 96)))

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_the_example_of_rfc_8785_as_far_as_our_documents_go():
    text = (
        r"""{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true]}"""
    )
    expected = r"""{"literals":[null,true],"string":"€$\u000f\nA'B\"\\\\\"/"}"""
    assert canonical(json.loads(text)).decode() == expected


@given(documents)
def test_a_document_has_one_form_and_is_read_back(document):
    data = canonical(document)
    assert json.loads(data) == document
    assert canonical(json.loads(data)) == data


@pytest.mark.parametrize("value", [1.0, {"a": 0.5}, [2**53], {"é": 1}, {1: 2}, {"a": b"x"}, (1,)])
def test_what_is_not_exact_or_not_ours_is_refused(value):
    with pytest.raises(ValueError, match=r"cannot|exact"):
        canonical(value)


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
    assert statement_key(KEY.secret) == KEY or statement_key(KEY.secret).public == KEY.public
    assert statement_key(KEY.secret).kid == KEY.kid


rows = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)


@given(rows, st.integers(0, 10**6))
def test_a_root_changes_with_any_row(values: list[int], other: int):
    leaves = [leaf({"cents": value}) for value in values]
    for place, value in enumerate(values):
        changed = [*leaves[:place], leaf({"cents": other}), *leaves[place + 1 :]]
        assert (merkle_root(changed) == merkle_root(leaves)) == (value == other)


@given(rows)
def test_a_root_changes_when_a_row_is_added_or_left_out(values: list[int]):
    leaves = [leaf({"id": n, "cents": value}) for n, value in enumerate(values)]
    more = [*leaves, leaf({"id": len(values), "cents": 0})]
    assert merkle_root(more) != merkle_root(leaves)


def test_a_leaf_is_no_node():
    one, two = leaf({"a": 1}), leaf({"a": 2})
    inner = bytes.fromhex(merkle_root([one, two]))
    assert merkle_root([inner]) == merkle_root([one, two])
    assert leaf({"a": 1}) != inner


@pytest.mark.parametrize(
    "changed", [{"number": 2}, {"count": 4}, {"cents": 1}, {"previous": "1" * 64}, {"root": "x"}]
)
def test_a_seals_hash_covers_all_it_says(changed: dict[str, object]):
    seal = Seal(1, 3, 3_000, GENESIS, "ab")
    assert replace(seal, **changed).hash != seal.hash  # type: ignore[arg-type]


def test_a_seal_covers_something():
    with pytest.raises(ValueError, match="at least one row"):
        merkle_root([])
