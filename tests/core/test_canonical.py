"""A document has one form as bytes, the one of RFC 8785, and holds nothing inexact."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.canonical import canonical, sha256_hex

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


@pytest.mark.parametrize(
    ("document", "written"),
    [
        ({"b": 1, "a": [True, False, None]}, '{"a":[true,false,null],"b":1}'),
        ({"a": 1, "A": 2, "_": 3, "1": 4, "": 5}, '{"":5,"1":4,"A":2,"_":3,"a":1}'),
        ("\b\t\n\f\r\x00\x1f", r'"\b\t\n\f\r\u0000\u001f"'),
        ("\x7f\u2028é😀/", '"\x7f\u2028é😀/"'),
        (2**53 - 1, "9007199254740991"),
        (-0, "0"),
    ],
)
def test_the_bytes_are_those_of_the_standard(document, written: str):
    assert canonical(document) == written.encode()


def test_half_a_character_has_no_bytes():
    with pytest.raises(ValueError, match="surrogates"):
        canonical("\ud83d")


def test_a_hash_is_the_one_everybody_computes():
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
