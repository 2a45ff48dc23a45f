"""The rules in the phone: the same verdicts as the service's, on what a phone can know."""

import calendar
import json
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from tests.scanner.situations import MOMENTS, situations
from tests.support.cast import PASS_KEY, STATEMENT_KEY
from voucher_service.core.attestation import base64url
from voucher_service.core.campaign import PARIS, Grace, grace_until, paris_day
from voucher_service.core.canonical import Json, canonical

JUDGE_ALL = """
const { judge } = await import("/scanner/rules/judge.js");
return it.map(({ opened, facts }) =>
  judge(opened, { ...facts, now: new Date(facts.now) })?.reason ?? null);
"""

#: What a phone refuses by itself although the service, asked, would take it.
PHONE_ONLY = {"trust_too_old", "key_revoked", "offline_limit"}


@pytest.fixture(scope="module")
def table():
    return situations(800)


def test_the_phone_judges_as_the_service_does_on_what_it_can_know(run, table):
    said = run(JUDGE_ALL, [case.for_the_phone() for case in table])
    for case, reason in zip(table, said, strict=True):
        assert reason == case.expected(), case


def test_the_table_shows_every_reason_that_a_phone_can_find_alone_and_online(table):
    alone = Counter(case.expected() for case in table if not case.online)
    online = Counter(case.expected() for case in table if case.online)
    assert online.keys() == {
        None,
        "unknown_booklet",
        "campaign_not_approved",
        "already_redeemed_here",
        "not_yet_valid",
        "expired",
        "wrong_service",
        "wrong_territory",
    }
    more = {"blocked", "not_handed_over", "already_redeemed_elsewhere"} | PHONE_ONLY
    assert alone.keys() == online.keys() | more
    assert min(*alone.values(), *online.values()) >= 3


def test_what_a_phone_takes_alone_the_service_takes_too_while_the_snapshot_is_true(table):
    """And the other way round, but for what a phone refuses by itself."""
    alone = [case for case in table if not case.online]
    assert sum(case.expected() is None for case in alone) > 20
    for case in alone:
        if case.expected() is None:
            assert case.by_the_service() is None, case
        elif case.by_the_service() is None:
            assert case.expected() in PHONE_ONLY, case


JUDGE_ONE = """
const { judge } = await import("/scanner/rules/judge.js");
return it.map(({ opened, facts }) => judge(opened, { ...facts, now: new Date(facts.now) }));
"""


def test_a_pass_whose_value_is_not_its_campaign_s_is_in_no_register(run, table):
    good = next(case for case in table if case.online and case.expected() is None).for_the_phone()
    richer = json.loads(json.dumps(good))
    richer["opened"]["token"]["cents"] = 100_000
    said = run(JUDGE_ONE, [good, richer])
    assert said == [None, {"reason": "unknown_booklet"}]


DAYS = """
const { graceUntil, lastDay, parisDay } = await import("/scanner/rules/days.js");
return {
  days: it.instants.map((instant) => parisDay(new Date(instant))),
  last: it.instants.map((instant) => lastDay({ lastSecond: instant / 1000 })),
  grace: it.days.map((day) => ["none", "end_of_next_month"].map((rule) => graceUntil(day, rule))),
};
"""


def test_days_are_those_of_paris_wherever_the_phone_is(run):
    hours = [datetime(2026, 1, 1, tzinfo=PARIS) + timedelta(hours=31 * n) for n in range(600)]
    instants = [int(instant.timestamp()) for instant in (*hours, *MOMENTS)]
    days = [
        date(year, month, day)
        for year in (2026, 2027, 2028)
        for month in range(1, 13)
        for day in (1, 28, calendar.monthrange(year, month)[1])
    ]
    given = {
        "instants": [1000 * instant for instant in instants],
        "days": [day.isoformat() for day in days],
    }
    said = run(DAYS, given)
    expected = [paris_day(datetime.fromtimestamp(at, PARIS)).isoformat() for at in instants]
    assert said["days"] == said["last"] == expected
    assert said["grace"] == [[grace_until(day, rule).isoformat() for rule in Grace] for day in days]


VERIFIED = """
const { verified } = await import("/scanner/rules/trust.js");
return Promise.all(it.documents.map((document) => verified(document, it.keys)));
"""
STATEMENT_KEYS = [{"kid": STATEMENT_KEY.kid, "public": base64url(STATEMENT_KEY.public)}]


def test_the_phone_believes_the_service_s_documents_and_none_that_somebody_touched(phone, live):
    live.hand_over()
    token = live.nantes.ping.token
    trust, snapshot = (
        live.service.send("GET", f"/scan/v1/{name}", token).json for name in ("trust", "snapshot")
    )
    richer = json.loads(json.dumps(trust))
    richer["campaigns"][0]["face_value_cents"] = 100_000
    touched = [
        richer,
        trust | {"version": trust["version"] + 1},
        trust | {"site": trust["site"] | {"name": "Pirate"}},
        trust | {"kid": "0" * 16},
        trust | {"signature": snapshot["signature"]},
        trust | {"signature": "é" * 86},
        trust | {"signature": ""},
        {name: value for name, value in trust.items() if name != "signature"},
        {name: value for name, value in trust.items() if name != "kid"},
        trust | {"more": None},
        snapshot | {"booklets": []},
        snapshot | {"full": False},
    ]
    given = {"documents": [trust, snapshot, *touched], "keys": STATEMENT_KEYS}
    said = phone.open("/scanner/").run(VERIFIED, given)
    assert said == [True, True] + [False] * len(touched)
    assert phone.run(VERIFIED, given | {"keys": []}) == [False] * len(said)


CANONICAL = """
const { canonical } = await import("/scanner/rules/canonical.js");
return it.map((document) => Array.from(canonical(document)));
"""


def test_documents_have_one_form_of_bytes_on_both_sides(run):
    every_sign = "".join(map(chr, [*range(0x180), 0x2028, 0x2029, 0xFFFF, 0x1F600]))
    documents: list[Json] = [
        None,
        True,
        -(2**53) + 1,
        every_sign,
        [],
        {},
        {"b": 1, "a": [{"z": "é", "A": False}], "10": 0, "9": 2**53 - 1, "B": None, "_": ""},
    ]
    said = run(CANONICAL, documents)
    assert [bytes(one) for one in said] == [canonical(document) for document in documents]


OPENED = """
const { open } = await import("/scanner/pass/token.js");
const { campaign, freshness, keyring } = await import("/scanner/rules/trust.js");
const newer = { kid: "9901", alg: "ML-DSA-44", public: "AAAA", status: "active" };
const known = keyring({ ...it.trust, keys: [newer, ...it.trust.keys] });
const { token, key } = await open(it.code, known);
const at = (hours) => new Date(Date.parse(it.trust.issued_at) + hours * 3_600_000);
return {
  kids: [...known.keys()],
  genuine: [token.cents, token.number, token.kid, key.status],
  names: [token.campaign, 99].map((number) => campaign(it.trust, number)?.name ?? null),
  freshness: it.hours.map((hours) => freshness(it.trust, at(hours))),
};
"""


def test_with_the_service_s_list_a_phone_opens_a_printed_pass_and_knows_how_old_the_list_is(
    phone, live
):
    code = live.hand_over()[2]
    trust = live.service.send("GET", "/scan/v1/trust", live.nantes.ping.token).json
    given = {"trust": trust, "code": code, "hours": [-25, -24, 0, 24, 24.1, 72, 72.1]}
    assert phone.open("/scanner/").run(OPENED, given) == {
        "kids": [PASS_KEY.kid.hex()],
        "genuine": [1000, 3, PASS_KEY.kid.hex(), "active"],
        "names": ["Pass numérique Nantes", None],
        "freshness": ["too_old", "fresh", "fresh", "fresh", "old", "old", "too_old"],
    }
