"""Passes sealed and opened: the contract's own bytes, outside judges, and any bytes at all."""

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cwt import COSE, COSEKey
from hypothesis import given
from hypothesis import strategies as st

from tests.core import make_vectors
from voucher_service.core import cbor
from voucher_service.core.pass_text import segments, to_bytes, to_digits, to_url
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import (
    TEST_PUBLIC_KEY,
    Keyring,
    KeyStatus,
    Opened,
    SigningKey,
    generate,
    to_jwk,
)

#: The reference pass of the published format, as printed there.
REFERENCE = bytes.fromhex(
    "d28447a2013204422601a0581ba3041a70dbca6f07470123456789ab073a000100008301111903e8584017dc"
    "f834e49f382413cf03f903d47e222fcff08feffe8802072ca7de068c57b169cb8a138c1ac3abca29d170fafa"
    "007ef8f6bf0b56a755cc949adc90d388660f"
)
DIGITS = (
    "1543415823590690779563764320253353499871900472391334507476922934651597476057986200209362"
    "6270316340887116783863317948147518114185570238472172246910390558088969525332894459048601"
    "45334268839917995777310687882812797967733835356477683483913662226342611891283471"
)
KEY = SigningKey(b"\x26\x01", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEYRING = Keyring(make_vectors.trust_list())


def test_the_published_pass_is_made_byte_for_byte():
    assert KEY.seal(bytes.fromhex("0123456789ab"), 7, 17, 1000, 1893452399) == REFERENCE
    assert len(REFERENCE) == 106
    assert to_digits(REFERENCE) == DIGITS
    assert KEY.public == TEST_PUBLIC_KEY


def test_an_independent_library_accepts_it():
    key = COSEKey.from_jwk(
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "Ed25519",
            "kid": "2601",
            "x": to_jwk(make_vectors.trust_list()[0])["x"],
        }
    )
    payload = COSE.new().decode(REFERENCE, keys=[COSEKey.new({**key.to_dict(), 2: b"\x26\x01"})])
    assert cbor.decode(payload) == make_vectors.claims()


def test_none_of_the_848_one_bit_mutants_opens():
    whole = int.from_bytes(REFERENCE, "big")
    mutants = [(whole ^ 1 << bit).to_bytes(106, "big") for bit in range(848)]
    assert [m for m in mutants if isinstance(KEYRING.open_token(m), Opened)] == []


def test_the_code_fits_version_8_in_two_segments_and_only_12_in_one():
    address, digits = segments("https://pass.example.org", REFERENCE)
    two = segno.make([address, digits], version=8, error="m", boost_error=False)  # type: ignore[arg-type]
    assert (two.version, two.error, two.symbol_size(border=0)) == (8, "M", (49, 49))
    assert segno.make(address + digits, error="m", boost_error=False).version == 12


def test_a_private_key_survives_its_encrypted_file_and_nothing_else_opens_it():
    key = generate(b"\x27\x01")
    pem = key.to_encrypted_pem(b"une longue phrase")
    again = SigningKey.from_encrypted_pem(b"\x27\x01", pem, b"une longue phrase")
    assert again.seal(b"abcdef", 1, 1, 1, 1) == key.seal(b"abcdef", 1, 1, 1, 1)
    assert b"ENCRYPTED" in pem
    try:
        SigningKey.from_encrypted_pem(b"\x27\x01", pem, b"une autre phrase")
    except ValueError:
        return
    raise AssertionError("a wrong passphrase opened the key")


def test_a_key_signs_only_in_its_period_and_while_active():
    active, retired, *_ = make_vectors.trust_list()
    assert active.may_sign(make_vectors.BEGINS)
    assert active.may_sign(make_vectors.ENDS)
    assert not active.may_sign(make_vectors.NOW)
    assert not retired.may_sign(make_vectors.BEGINS)
    assert retired.status is KeyStatus.RETIRED


passes = st.tuples(
    st.binary(min_size=6, max_size=6),
    st.integers(1, 255),
    st.integers(0, 2**32),
    st.integers(0, 2**32),
    st.integers(0, 2**40),
)


@given(passes)
def test_what_is_sealed_opens_and_says_the_same(given_pass: tuple[bytes, int, int, int, int]):
    text = to_url("https://pass.example.org", KEY.seal(*given_pass))
    opened = KEYRING.open(text)
    assert isinstance(opened, Opened)
    token = opened.token
    assert (
        token.booklet_id,
        token.number,
        token.campaign,
        token.face_value_cents,
        token.expires_at,
    ) == given_pass


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer_and_open_nothing(data: bytes):
    assert isinstance(KEYRING.open_token(data), Reason)


@given(st.text(max_size=700) | st.text(alphabet="0123456789#", max_size=700))
def test_any_text_gets_an_answer_and_opens_nothing(text: str):
    assert isinstance(KEYRING.open(text), Reason)


@given(st.integers(0, 105), st.binary(min_size=1, max_size=8))
def test_a_pass_with_bytes_put_in_opens_nothing(place: int, extra: bytes):
    mutant = REFERENCE[:place] + extra + REFERENCE[place:]
    assert isinstance(KEYRING.open_token(mutant), Reason)


@given(st.binary(min_size=1, max_size=200))
def test_bytes_and_digits_are_one_to_one(token: bytes):
    assert to_bytes(to_digits(token)) == token
    assert to_bytes(f"https://anything.example/x#{to_digits(token)}") == token


values = st.recursive(
    st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-100_000, 100_000), inner, max_size=4)
        | st.builds(cbor.Tagged, st.integers(0, 70_000), inner)
    ),
    max_leaves=6,
)


@given(values)
def test_cbor_is_read_back_from_its_one_form(value: cbor.Value):
    data = cbor.encode(value)
    try:
        assert cbor.decode(data) == value
    except cbor.NotCanonical:
        assert _depth(value) > 4


def _depth(value: cbor.Value) -> int:
    match value:
        case cbor.Tagged(_, inner):
            return 1 + _depth(inner)
        case list():
            return 1 + max(map(_depth, value), default=-1)
        case dict():
            return 1 + max(map(_depth, value.values()), default=-1)
        case _:
            return 0


@given(st.binary(max_size=60))
def test_cbor_that_is_accepted_has_no_other_form(data: bytes):
    try:
        value = cbor.decode(data)
    except cbor.NotCanonical:
        return
    assert cbor.encode(value) == data
