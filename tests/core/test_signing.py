"""Passes sealed and opened: the contract's own bytes, an outside judge, and any bytes at all."""

from dataclasses import astuple, replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cwt import COSE, COSEKey
from hypothesis import given
from hypothesis import strategies as st

from tests.core import minting
from tests.core.published import DIGITS, PUBLIC_KEY, REFERENCE
from voucher_service.core import cbor
from voucher_service.core.pass_text import to_digits, to_url
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import (
    Keyring,
    KeyStatus,
    Opened,
    PassToken,
    SigningKey,
    generate,
    to_jwk,
)

KEY = minting.ACTIVE
ACTIVE, RETIRED, REVOKED, ES256 = minting.trust_list()
KEYRING = Keyring([ACTIVE, RETIRED, REVOKED, ES256])
BOOKLET = bytes.fromhex("0123456789ab")


def test_the_published_pass_is_made_byte_for_byte():
    assert KEY.seal(BOOKLET, 7, 17, 1000, 1893452399) == REFERENCE
    assert len(REFERENCE) == 106
    assert KEY.public == PUBLIC_KEY


def test_it_opens_and_says_what_was_sealed_and_by_which_key():
    opened = KEYRING.open(DIGITS)
    assert opened == Opened(PassToken(b"\x26\x01", BOOKLET, 7, 17, 1000, 1893452399), ACTIVE)


def test_an_independent_library_accepts_it():
    jwk = to_jwk(ACTIVE)
    known = COSEKey.from_jwk({name: jwk[name] for name in ("kty", "crv", "alg", "x")})
    payload = COSE.new().decode(REFERENCE, keys=[COSEKey.new({**known.to_dict(), 2: ACTIVE.kid})])
    assert cbor.decode(payload) == minting.claims()


def test_the_same_pass_always_has_the_same_bytes():
    assert KEY.seal(BOOKLET, 1, 1, 1, 1) == KEY.seal(BOOKLET, 1, 1, 1, 1)


def test_none_of_the_848_one_bit_mutants_opens():
    whole = int.from_bytes(REFERENCE, "big")
    mutants = [(whole ^ 1 << bit).to_bytes(106, "big") for bit in range(848)]
    assert [m for m in mutants if isinstance(KEYRING.open_token(m), Opened)] == []


@pytest.mark.parametrize(
    ("key", "status"), [(minting.RETIRED, KeyStatus.RETIRED), (minting.REVOKED, KeyStatus.REVOKED)]
)
def test_a_pass_of_a_key_out_of_use_opens_and_its_key_says_so(key: SigningKey, status: KeyStatus):
    opened = KEYRING.open_token(minting.sealed(key))
    assert isinstance(opened, Opened)
    assert opened.key.status is status


def test_the_reasons_come_in_order_shape_then_key_then_signature():
    stranger = minting.sealed(minting.STRANGER)
    assert KEYRING.open("bonjour") is Reason.UNREADABLE
    assert KEYRING.open_token(stranger[:-1]) is Reason.UNREADABLE
    assert KEYRING.open_token(stranger[:-64] + bytes(64)) is Reason.UNKNOWN_KEY
    assert KEYRING.open_token(REFERENCE[:-64] + bytes(64)) is Reason.BAD_SIGNATURE


def test_a_newer_pass_is_not_guessed_at():
    newer = minting.sealed(claims=minting.claims(claim=[2, 17, 1000]))
    assert KEYRING.open_token(newer) is Reason.UNREADABLE


def test_the_algorithm_belongs_to_the_key_and_not_to_the_pass():
    confused = Keyring([replace(ES256, kid=ACTIVE.kid)])
    assert confused.open_token(REFERENCE) is Reason.BAD_SIGNATURE


def test_nothing_opens_without_keys():
    assert Keyring([]).open(DIGITS) is Reason.UNKNOWN_KEY


def test_what_no_reader_would_open_is_not_sealed():
    for odd in [(b"short", 1, 1, 1, 1), (BOOKLET, 0, 1, 1, 1), (BOOKLET, 1, 1, -1, 1)]:
        with pytest.raises(ValueError, match="not our shape"):
            KEY.seal(*odd)
    with pytest.raises(ValueError, match="range"):
        KEY.seal(BOOKLET, 256, 1, 1, 1)
    with pytest.raises(ValueError, match="not our shape"):
        generate(b"long").seal(BOOKLET, 1, 1, 1, 1)


def test_a_key_signs_only_in_its_period_and_while_active():
    second = timedelta(seconds=1)
    assert ACTIVE.may_sign(minting.BEGINS)
    assert ACTIVE.may_sign(minting.ENDS)
    assert not ACTIVE.may_sign(minting.BEGINS - second)
    assert not ACTIVE.may_sign(minting.ENDS + second)
    assert not RETIRED.may_sign(minting.BEGINS)
    assert not REVOKED.may_sign(minting.BEGINS)


def test_a_private_key_survives_its_encrypted_file():
    key = generate(b"\x27\x01")
    pem = key.to_encrypted_pem(b"une longue phrase")
    again = SigningKey.from_encrypted_pem(b"\x27\x01", pem, b"une longue phrase")
    assert pem.startswith(b"-----BEGIN ENCRYPTED ")
    assert again.seal(BOOKLET, 1, 1, 1, 1) == key.seal(BOOKLET, 1, 1, 1, 1)


def test_nothing_but_its_passphrase_opens_it():
    pem = generate(b"\x27\x01").to_encrypted_pem(b"une longue phrase")
    with pytest.raises(ValueError, match="password"):
        SigningKey.from_encrypted_pem(b"\x27\x01", pem, b"une autre phrase")


def test_a_file_without_encryption_is_not_a_key_of_ours():
    bare = KEY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="not encrypted"):
        SigningKey.from_encrypted_pem(KEY.kid, bare, b"une longue phrase")


def test_a_key_of_another_kind_does_not_sign_passes():
    pem = minting.P256.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
    )
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        SigningKey.from_encrypted_pem(b"\x26\x02", pem, b"x")


def test_two_new_keys_differ():
    assert generate(b"\x27\x01").public != generate(b"\x27\x01").public


def test_public_keys_are_published_as_web_keys():
    assert to_jwk(ACTIVE) == {
        "kid": "2601",
        "use": "sig",
        "status": "active",
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "Ed25519",
        "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
    }
    p256 = to_jwk(ES256)
    assert (p256["kty"], p256["crv"], p256["alg"]) == ("EC", "P-256", "ES256")
    point = COSEKey.from_jwk(
        {name: p256[name] for name in ("kty", "crv", "alg", "x", "y")}
    ).to_dict()
    assert b"\x04" + point[-2] + point[-3] == ES256.public


passes = st.tuples(
    st.binary(min_size=6, max_size=6),
    st.integers(1, 255),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
)


@given(passes)
def test_what_is_sealed_opens_and_says_the_same(given_pass: tuple[bytes, int, int, int, int]):
    opened = KEYRING.open(to_url("https://pass.example.org", KEY.seal(*given_pass)))
    assert isinstance(opened, Opened)
    assert astuple(opened.token) == (KEY.kid, *given_pass)


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer_and_open_nothing(data: bytes):
    assert isinstance(KEYRING.open_token(data), Reason)


@given(st.text(max_size=700) | st.text("0123456789#", max_size=700))
def test_any_text_gets_an_answer_and_opens_nothing(text: str):
    assert isinstance(KEYRING.open(text), Reason)


@given(passes, st.integers(0, 150), st.binary(max_size=8), st.integers(0, 8))
def test_a_pass_whose_bytes_were_changed_opens_nothing(
    given_pass: tuple[bytes, int, int, int, int], place: int, put_in: bytes, taken_out: int
):
    good = KEY.seal(*given_pass)
    mutant = good[:place] + put_in + good[place + taken_out :]
    assert isinstance(KEYRING.open(to_digits(mutant)), Opened) == (mutant == good)
