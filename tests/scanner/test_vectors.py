"""The shared vectors on the phone: it gives every verdict that the service gives, both ways.

Once by the browser's own cryptography and once by the verifier that old phones load instead.
"""

import json
from datetime import UTC, datetime

import pytest

from tests.core.make_vectors import FILE
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import Keyring, KeyStatus, Opened, PublicKey

VECTORS = json.loads(FILE.read_text("utf-8"))
THEN = datetime(2026, 1, 1, tzinfo=UTC)

#: Gives, by way of verifying, what each vector opens or why it does not; and which codes are typed
#: without a slip.
READ_ALL = """
const { open } = await import("/scanner/pass/token.js");
const { byBrowser, byVendored } = await import("/scanner/pass/ed25519.js");
const { verify } = await import("/scanner/pass/es256.js");
const { wellFormed } = await import("/scanner/pass/typed_codes.js");
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const keyring = new Map(it.keys.map((key) => [key.kid, { ...key, public: bytes(key.public) }]));
const said = {};
for (const [way, Ed25519] of Object.entries({ byBrowser, byVendored })) {
  said[way] = [];
  for (const { text } of it.passes) {
    const { token, key, reason } = await open(text, keyring, { Ed25519, ES256: verify });
    said[way].push(reason ?? { ...token, status: key.status });
  }
}
return { ...said, typed: it.typed.map(({ text }) => wellFormed(text)) };
"""

Said = str | dict[str, object]


def by_the_service() -> list[Said]:
    """What the service's own reader says of each vector."""
    keyring = Keyring(
        PublicKey(
            bytes.fromhex(key["kid"]),
            key["alg"],
            bytes.fromhex(key["public"]),
            THEN,
            THEN,
            KeyStatus(key["status"]),
        )
        for key in VECTORS["keys"]
    )
    return [words(keyring.open(case["text"])) for case in VECTORS["passes"]]


def words(answer: Opened | Reason) -> Said:
    if isinstance(answer, Reason):
        return answer.value
    token = answer.token
    return {
        "booklet": token.booklet_id.hex(),
        "number": token.number,
        "campaign": token.campaign,
        "cents": token.face_value_cents,
        "lastSecond": token.expires_at,
        "kid": token.kid.hex(),
        "status": answer.key.status.value,
    }


def is_as_written(case: dict, said: Said) -> bool:
    """Whether a verdict is the one in the file."""
    if isinstance(said, str):
        return case.get("reason") in {"any", said}
    opens = {name: said[name] for name in ("booklet", "number", "campaign", "cents")}
    opens |= {"expires": said["lastSecond"]}
    return opens == case.get("opens") and said["status"] == case["status"]


def test_the_phone_agrees_on_every_vector_with_the_file_and_with_the_service(run):
    said = run(READ_ALL, VECTORS)
    assert len(said["byBrowser"]) + len(said["typed"]) == 1144
    named = [case["name"] for case in VECTORS["passes"]]
    for way in ("byBrowser", "byVendored"):
        verdicts = list(zip(named, said[way], strict=True))
        assert verdicts == list(zip(named, by_the_service(), strict=True))
        for case, verdict in zip(VECTORS["passes"], said[way], strict=True):
            assert is_as_written(case, verdict), (way, case["name"], verdict)
    for case, without_a_slip in zip(VECTORS["typed"], said["typed"], strict=True):
        assert without_a_slip == (case["reads"] is not None), case["name"]


OLD_PHONE = """
const known = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
  if (algorithm !== "Ed25519") return known.call(this, format, data, algorithm, ...rest);
  return Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"));
};
"""
VERIFY = """
const { verify } = await import("/scanner/pass/ed25519.js");
const [publicKey, signature] = it.map(
  (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16)));
return [await verify(publicKey, Uint8Array.of(0x72), signature),
        await verify(publicKey, Uint8Array.of(0x73), signature)];
"""
#: RFC 8032, 7.1, test 2: a public key, and its signature of the byte 72.
RFC_8032_TEST_2 = [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
]


@pytest.mark.parametrize(("first", "loads_ours"), [("", False), (OLD_PHONE, True)])
def test_only_a_phone_without_the_curve_loads_the_verifier_that_we_bring(
    phone, live, first, loads_ours
):
    answers = phone.open("/scanner/").run(first + VERIFY, RFC_8032_TEST_2)
    assert answers == [True, False]
    asked = {request.path for request in live.asked}
    assert ("/scanner/vendor/noble-ed25519/index.js" in asked) == loads_ours
