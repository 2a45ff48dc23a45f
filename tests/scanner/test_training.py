"""Training mode: the same rules on passes that are worth nothing, and no way to real ones."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from merchants.messages import RedemptionsOut, SnapshotOut, TrustOut, VerdictOut, VerdictsOut
from merchants.refusal_messages import RefusalsOut
from tests.scanner.make_training import FILE, document
from tests.support.cast import FORMS
from voucher_service.core.attestation import from_base64url
from voucher_service.core.campaign import SERVICES
from voucher_service.core.passes import Refused
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import TRAINING_KID, Keyring, KeyStatus, Opened, PublicKey
from voucher_service.core.typed_codes import well_formed
from voucher_service.store import trust

DOCUMENT = json.loads(FILE.read_text("utf-8"))
PASSES = DOCUMENT["passes"]
SIGNED = {"kid": "", "signature": ""}
THEN = datetime(2026, 1, 1, tzinfo=UTC)


def has_the_shape_of(model, body):
    """Whether an answer of training could be one of the scan API."""
    model.model_validate_json(json.dumps(body).replace('"pass":', '"pass_":'))
    return True


def test_ten_passes_are_signed_by_a_key_that_is_for_training_only():
    [key] = DOCUMENT["trust"]["keys"]
    assert key["kid"] == TRAINING_KID.hex() == "0000"
    public = from_base64url(key["public"])
    ring = Keyring([PublicKey(TRAINING_KID, "Ed25519", public, THEN, THEN, KeyStatus.ACTIVE)])
    for one in PASSES:
        opened = ring.open(one["code"])
        if one["shows"] == "bad_signature":
            assert opened is Reason.BAD_SIGNATURE
        else:
            assert isinstance(opened, Opened)
            assert opened.token.face_value_cents == 1000
        assert well_formed(one["typed"])
    assert Counter(one["shows"] for one in PASSES)["accepted"] == 5
    assert len({one["code"] for one in PASSES} | {one["typed"] for one in PASSES}) == 20


def test_each_making_has_another_key_and_says_the_same_otherwise():
    first, again = document(), document()
    assert first["trust"]["keys"] != again["trust"]["keys"]
    for made in (first, again, DOCUMENT):
        assert made["trust"]["services"] == list(SERVICES)
        assert [one["shows"] for one in made["passes"]] == [one["shows"] for one in PASSES]


CALLS = """
const { trainingCalls } = await import("/scanner/training/service.js");
let now = Date.parse("2026-11-27T10:00:00Z");
const clock = () => new Date(now);
const words = (reason) => ({ title: `T ${reason}`, next_step: `N ${reason}` });
const calls = trainingCalls({ document: it.document, clock, words });
const scanOf = (code, scanId) => (
  { code, scanId, service: it.service, scannedAt: clock().toISOString() });
const bodies = (answers) => answers.map(({ kind, body, problem }) => body ?? [kind, problem]);
const codes = it.document.passes.map(({ code }) => code);
"""

EVERY_PASS = (
    CALLS
    + """
const said = [];
for (const [i, code] of codes.entries()) {
  const scan = scanOf(code, `scan-${i}-first`);
  said.push(bodies([
    await calls.check(code), await calls.redeem(scan, false), await calls.redeem(scan, false),
    await calls.redeem(scanOf(code, `scan-${i}-other`), false),
  ]));
}
return said;
"""
)


@pytest.fixture
def given():
    return {"document": DOCUMENT, "service": FORMS}


def test_each_pass_shows_what_it_is_made_to_show_and_a_good_one_is_spent_once(run, given):
    said = run(EVERY_PASS, given)
    for one, verdicts in zip(PASSES, said, strict=True):
        assert all(has_the_shape_of(VerdictOut, verdict) for verdict in verdicts)
        check, first, echo, other = verdicts
        if one["shows"] == "accepted":
            assert [check["verdict"], first["verdict"], first["echo"]] == ["accepted"] * 2 + [False]
            assert echo == first | {"echo": True}
            assert (first["value_cents"], first["campaign"]["id"]) == (1000, "0")
            assert first["undo_until"] == "2026-11-27T10:30:00.000Z"
            assert other["reason"] == "already_redeemed_here"
            assert other["detail"]["redeemed_at"] == first["redeemed_at"]
        else:
            assert {verdict.get("reason") for verdict in verdicts} == {one["shows"]}
            assert first["title"] == f"T {one['shows']}"
    used = said[5][1]
    assert used["reason"] == "already_redeemed_elsewhere"
    assert used["detail"]["redeemed_at"] == "2026-11-26T10:00:00.000Z"


UNDONE = (
    CALLS
    + """
const [code, second] = codes;
const typed = it.document.passes[0].typed;
const first = scanOf(typed.toLowerCase(), "scan-00000001");
const minute = 60_000;
const said = bodies([
  await calls.redeem(first, false), await calls.undo("scan-00000001", "Erreur"),
  await calls.undo("scan-00000001", "Erreur"),
  await calls.redeem(scanOf(code, "scan-00000002"), false),
  await calls.redeem(scanOf("0000-0000-0000", "scan-00000003"), false),
  await calls.undo("scan-99999999", "Erreur"),
]);
now += 31 * minute;
said.push(...bodies([await calls.undo("scan-00000002", "Trop tard")]));
const batch = await calls.batch([scanOf(second, "scan-00000004"), scanOf(second, "scan-00000005")]);
const dispute = await calls.dispute("scan-00000003", "Le code est bon");
const nothing = await calls.dispute("scan-99999999", "Rien");
return {
  said, batch: batch.body, dispute: dispute.body, nothing: bodies([nothing]),
  today: (await calls.today()).body, refusals: (await calls.refusals()).body,
  trust: (await calls.trust()).body, snapshot: (await calls.snapshot()).body,
};
"""
)


def test_it_undoes_types_and_keeps_like_the_service_in_the_service_s_own_shapes(run, given):
    answers = run(UNDONE, given)
    typed, undone, again, anew, unknown, never, late = answers["said"]
    assert (typed["verdict"], typed["pass"]["number"]) == ("accepted", 1)
    assert undone == {"scan_id": "scan-00000001", "undone_at": "2026-11-27T10:00:00.000Z"}
    assert again == undone
    assert anew["verdict"] == "accepted"
    assert unknown["reason"] == "unknown_booklet"
    assert never == ["person", {"status": 404, "reason": "not_found", "detail": ""}]
    assert late == ["person", {"status": 409, "reason": "undo_window_over", "detail": ""}]
    kept = [verdict.get("reason") for verdict in answers["batch"]["verdicts"]]
    assert kept == [None, "already_redeemed_here"]
    assert has_the_shape_of(VerdictsOut, answers["batch"])
    assert has_the_shape_of(RedemptionsOut, answers["today"])
    assert has_the_shape_of(RefusalsOut, answers["refusals"])
    assert has_the_shape_of(TrustOut, answers["trust"] | SIGNED)
    assert has_the_shape_of(SnapshotOut, answers["snapshot"] | SIGNED)
    assert [use["state"] for use in answers["today"]["items"]] == ["undone", "live", "live"]
    assert answers["snapshot"]["booklets"][0]["spent"] == [6, 1, 2]
    assert answers["trust"]["issued_at"] == "2026-11-27T10:00:00.000Z"
    assert [item["reason"] for item in answers["refusals"]["items"]] == [
        "unknown_booklet",
        "already_redeemed_here",
    ]
    assert answers["dispute"]["state"] == "open"
    assert answers["refusals"]["items"][0]["dispute"]["reason"] == "Le code est bon"
    assert answers["nothing"][0][1]["status"] == 404


WHOLE_PHONE = """
const { openPhone } = await import("/scanner/phone.js");
const { passingDatabase } = await import("/scanner/memory/passing.js");
const { trainingCalls } = await import("/scanner/training/service.js");
const { keyring } = await import("/scanner/rules/trust.js");
const { open } = await import("/scanner/pass/token.js");
const calls = trainingCalls({ document: it.document });
const phone = await openPhone({ db: passingDatabase(), calls, believed: async () => true });
await phone.join("training", "Téléphone");
const keys = keyring(phone.knowledge.trust());
const opened = async (code) => ({ code, ...(await open(code, keys)) });
const pass = await opened(it.document.passes[0].code);
const told = [];
for (const passes of [[pass], [pass]]) {
  for await (const { verdict, reason } of phone.visits.confirm(passes, it.service)) {
    told.push(reason ?? verdict);
  }
}
const status = await phone.status();
return { told, knowledge: status.knowledge, real: (await opened(it.real)).reason };
"""


WHAT_STAYS = """
const { database } = await import("/scanner/memory/db.js");
const names = ["queue", "journal", "facts"];
const rows = await database().read(names, (store) =>
  Promise.all(names.map((name) => store(name).all())));
return rows.flat().length;
"""


def test_the_whole_phone_trains_without_a_word_to_anybody_and_opens_no_real_pass(
    phone, live, given
):
    phone.open("/scanner/")
    said = phone.run(WHOLE_PHONE, given | {"real": live.hand_over()[0]})
    assert said == {
        "told": ["confirmed", "already_redeemed_here"],
        "knowledge": "fresh",
        "real": "unknown_key",
    }
    assert {request.path.split("/")[1] for request in live.asked} == {"scanner"}
    assert live.count("SELECT count(*) FROM redemption") == 0
    assert phone.run(WHAT_STAYS) == 0


RECOGNISED = """
const { TRAINING_DOCUMENT, isTrainingPass } = await import("/scanner/training/passes.js");
const served = await (await fetch(TRAINING_DOCUMENT)).json();
return [it.texts.map(isTrainingPass), served];
"""


def test_a_phone_tells_training_passes_from_all_others(phone, live):
    training = [one["code"] for one in PASSES]
    others = [live.hand_over()[0], "", "0000", "XNWC-FESF-EYY1", training[0][:-1]]
    given = {"texts": [*training, "https://x.example/scanner/training#" + training[0], *others]}
    said, served = phone.open("/scanner/").run(RECOGNISED, given)
    assert said == [True] * 11 + [False] * 5
    assert served == DOCUMENT


def test_the_service_takes_no_training_pass(live):
    world = live.world
    assert TRAINING_KID not in {key.kid for key in trust.keys(world.session, "pass")}
    for one in PASSES:
        verdict = world.redeem(live.nantes.ping, one["code"])
        assert isinstance(verdict, Refused)
        assert verdict.reason is Reason.UNKNOWN_KEY
