"""What the phone believes without network: signed for its site, never older than what it has."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from merchants.trust import signed
from tests.support.cast import STATEMENT_KEY
from voucher_service.core.attestation import base64url, statement_key

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
STRANGER = statement_key(bytes(range(100, 132)))
PAIRING = {
    "site": {"id": "3", "name": None},
    "statementKeys": [{"kid": STATEMENT_KEY.kid, "public": base64url(STATEMENT_KEY.public)}],
}
A, B, C = "00000000000a", "00000000000b", "ffffffffffff"


def trust(hour=0, *, site="3", key=STATEMENT_KEY, kid="2601", **changed):
    issued = NOON + timedelta(hours=hour)
    document = {
        "version": 494_000 + hour,
        "issued_at": issued.isoformat(),
        "site": {"id": site, "name": "PiNG", "code_insee": "44109"},
        "keys": [{"kid": kid}],
        "campaigns": [],
        "services": [],
        "offline": {"passes_per_day": 20, "trust_hours": 72, "warn_hours": 24},
    }
    return json.loads(signed(document | changed, key))


def snapshot(hour, *, full=True, key=STATEMENT_KEY, **booklets):
    """``a=[1, 2]``: handed over, two passes spent. ``a=None``: not usable."""
    names = {"a": A, "b": B, "c": C}
    listed = [
        {"id": names.get(name, name), "usable": spent is not None, "spent": spent or []}
        for name, spent in booklets.items()
    ]
    sequence = int((NOON + timedelta(hours=hour)).timestamp()) * 1_000_000
    document = {"sequence": sequence, "full": full, "campaigns": ["1"], "booklets": listed}
    return json.loads(signed(document, key))


REFRESH = """
const [db, told, asked] = [fresh(), [], []];
const knowledge = knowledgeIn(db);
for (const [trust, snapshot] of it.answers) {
  const spoken = (body) => body?.kind ? body : { kind: "answer", body, etag: `"${body?.version}"` };
  const calls = { trust: async (etag) => (asked.push(etag), spoken(trust)),
    snapshot: async (since) => (asked.push(since), spoken(snapshot)) };
  told.push(await knowledge.refresh(calls, it.pairing));
}
const again = knowledgeIn(db);
const before = [again.trust(), again.freshness(at("2026-11-16T12:00:00Z"))];
await again.load(it.pairing.site.id);
"""


@pytest.fixture
def told(run):
    """Answer a phone's refreshes one after the other; then, on a reopened phone, ask."""

    def told(*answers, ask="null", pairing=PAIRING, **more):
        given = {"answers": answers, "pairing": pairing} | more
        return run(f"{REFRESH} return [told, {ask}];", given)

    return told


NEW = {"trust": "new", "snapshot": "new"}
BOOKLETS = '["00000000000a", "00000000000b", "ffffffffffff"].map((id) => again.booklet(id))'
KEYS = "again.trust()?.keys.map(({ kid }) => kid)"


def test_it_holds_what_was_signed_for_it_also_after_it_was_closed(told):
    news, held = told(
        (trust(), snapshot(0, a=[1, 3], b=None)), ask=f"[before, {KEYS}, {BOOKLETS}, asked]"
    )
    assert news == [NEW]
    before, keys, booklets, asked = held
    assert before == [None, "none"]
    assert keys == ["2601"]
    assert booklets == [
        {"id": A, "usable": True, "spent": [1, 3]},
        {"id": B, "usable": False, "spent": []},
        None,
    ]
    assert asked == [None, None]


@pytest.mark.parametrize(
    "bad",
    [
        trust(1, kid="ffff") | {"signature": trust(1)["signature"]},
        trust(1, kid="ffff", key=STRANGER),
        trust(1, kid="ffff", key=STRANGER) | {"kid": STATEMENT_KEY.kid},
        trust(1, kid="ffff", site="4"),
        trust(-1, kid="ffff"),
        {name: value for name, value in trust(1).items() if name != "signature"},
        {},
    ],
    ids=["altered", "stranger", "stranger's name", "another site", "older", "unsigned", "empty"],
)
def test_a_list_that_is_forged_older_or_another_s_changes_nothing(told, bad):
    news, keys = told((trust(), snapshot(0, a=[])), (bad, snapshot(1, a=[9])), ask=KEYS)
    assert news == [NEW, {"trust": "rejected", "snapshot": None}]
    assert keys == ["2601"]


def test_within_the_hour_a_list_of_the_same_version_may_say_that_a_key_is_revoked(told):
    news, keys = told(
        (trust(), snapshot(0)), (trust(keys=[{"kid": "revoked"}]), snapshot(1)), ask=KEYS
    )
    assert news == [NEW, NEW]
    assert keys == ["revoked"]


def test_a_list_that_stands_is_not_sent_again(told):
    same = {"kind": "answer", "same": True, "body": None}
    news, held = told(
        (trust(), snapshot(0)), (same, snapshot(1, full=False)), ask=f"[{KEYS}, asked]"
    )
    assert news == [NEW, {"trust": "same", "snapshot": "new"}]
    keys, asked = held
    assert keys == ["2601"]
    assert asked[2] == f'"{trust()["version"]}"'


def test_a_delta_replaces_what_it_names_and_leaves_the_rest(told):
    news, booklets = told(
        (trust(), snapshot(0, a=[1], b=[2])),
        (trust(1), snapshot(1, full=False, b=None, c=[5, 4])),
        ask=BOOKLETS,
    )
    assert news == [NEW, NEW]
    assert booklets == [
        {"id": A, "usable": True, "spent": [1]},
        {"id": B, "usable": False, "spent": []},
        {"id": C, "usable": True, "spent": [5, 4]},
    ]


def test_a_full_one_forgets_what_was_held(told):
    _, booklets = told(
        (trust(), snapshot(0, a=[1], b=[2])), (trust(1), snapshot(1, b=[])), ask=BOOKLETS
    )
    assert booklets == [None, {"id": B, "usable": True, "spent": []}, None]


@pytest.mark.parametrize(
    "bad",
    [
        snapshot(1, a=[], key=STRANGER),
        snapshot(1, a=[]) | {"booklets": []},
        snapshot(-1, a=[]),
        snapshot(-1, full=False, a=[]),
    ],
    ids=["stranger", "altered", "older", "older delta"],
)
def test_a_snapshot_that_is_forged_or_older_changes_nothing(told, bad):
    news, booklets = told((trust(), snapshot(0, a=[1])), (trust(1), bad), ask=BOOKLETS)
    assert news == [NEW, {"trust": "new", "snapshot": "rejected"}]
    assert booklets[0] == {"id": A, "usable": True, "spent": [1]}


def test_a_delta_without_what_it_continues_is_not_believed(told):
    news, _ = told((trust(), snapshot(0, full=False, a=[1])))
    assert news == [{"trust": "new", "snapshot": "rejected"}]


def test_what_another_tab_learnt_meanwhile_is_not_undone(run):
    """Both asked for what follows the same snapshot; the second to come starts anew."""
    said = run(
        """
      const db = fresh();
      const spoken = (body) => ({ kind: "answer", body });
      const of = (trust, snapshot) => ({ trust: async () => spoken(trust), snapshot });
      const [one, two] = [knowledgeIn(db), knowledgeIn(db)];
      const [first, mine, others] = it.snapshots;
      await one.refresh(of(it.trust, async () => spoken(first)), it.pairing);
      const overtaken = await one.refresh(of(it.trust, async () => {
        await two.refresh(of(it.trust, async () => spoken(others)), it.pairing);
        return spoken(mine);
      }), it.pairing);
      return [overtaken.snapshot, one.booklet(it.id)];
    """,
        {
            "trust": trust(),
            "pairing": PAIRING,
            "snapshots": [
                snapshot(0, a=[1]),
                snapshot(2, full=False, b=[]),
                snapshot(1, full=False, a=[1, 2]),
            ],
            "id": A,
        },
    )
    assert said == ["rejected", {"id": A, "usable": True, "spent": [1, 2]}]


@pytest.mark.parametrize("kind", ["away", "revoked", "person"])
def test_whatever_else_is_answered_it_goes_on_with_what_it_has(told, kind):
    news, booklets = told(
        (trust(), snapshot(0, a=[1])),
        ({"kind": kind}, None),
        (trust(1), {"kind": kind}),
        ask=BOOKLETS,
    )
    assert news[1:] == [{"trust": kind, "snapshot": None}, {"trust": "new", "snapshot": kind}]
    assert booklets[0] == {"id": A, "usable": True, "spent": [1]}


def test_what_was_learnt_for_another_site_does_not_count(told):
    moved = PAIRING | {"site": {"id": "4", "name": None}}
    ask = "await again.load('4'), [again.trust(), again.booklet('00000000000a')]"
    _, held = told((trust(), snapshot(0, a=[1])), ask=f"({ask})")
    assert held == [None, None]
    news, _ = told((trust(site="4"), snapshot(0)), pairing=moved)
    assert news == [NEW]


AGES = "it.hours.map((hour) => again.freshness(new Date(it.noon + hour * 3_600_000)))"
NOON_MS = int(NOON.timestamp() * 1000)


def test_it_warns_after_a_day_and_judges_nothing_alone_after_three(told):
    hours = [0, 24, 24.01, 72, 72.01, 1000]
    _, ages = told((trust(), snapshot(0)), ask=AGES, hours=hours, noon=NOON_MS)
    assert ages == ["fresh", "fresh", "old", "old", "too_old", "too_old"]


def test_the_older_of_list_and_snapshot_decides(told):
    hours = [0, 20, 60]
    _, ages = told((trust(), snapshot(-10)), ask=AGES, hours=hours, noon=NOON_MS)
    assert ages == ["fresh", "old", "old"]
    _, ages = told((trust(), snapshot(-20)), ask=AGES, hours=hours, noon=NOON_MS)
    assert ages == ["fresh", "old", "too_old"]
    _, ages = told((trust(), {"kind": "away"}), ask=AGES, hours=hours, noon=NOON_MS)
    assert ages == ["none"] * 3


HUNDRED_THOUSAND = """
const db = fresh();
const network = networkMemory(() => new Date());
const calls = serviceCalls({ token: async () => "t", clock: () => new Date(), network });
const news = await knowledgeIn(db).refresh(calls, it.pairing);
const began = performance.now();
const again = knowledgeIn(db);
await again.load("3");
const found = it.ids.map((id) => again.booklet(id));
const milliseconds = performance.now() - began;
const row = await db.read(["facts"], (store) => store("facts").get("snapshot"));
const bytes = Object.values(row.packed).reduce((sum, { byteLength }) => sum + byteLength, 0);
const held = row.packed.ids.length;
const later = await again.refresh(calls, it.pairing);
return { news, found, milliseconds, bytes, held, later, changed: again.booklet(it.ids[0]),
  kept: again.booklet(it.ids[1]) };
"""


def test_100_000_booklets_are_one_record_of_a_megabyte_searched_at_once(bare, run):
    random = Random(100_000)
    booklets = {
        f"{random.getrandbits(48):012x}": random.sample(range(1, 11), random.randrange(5))
        for _ in range(100_000)
    }
    some = random.sample(sorted(booklets), 50)
    whole = json.dumps(snapshot(0, **booklets))
    delta = json.dumps(snapshot(1, full=False, **{some[0]: None}))
    answers = {"/trust": json.dumps(trust()), "/snapshot": whole, "/snapshot?since=": delta}

    def answer(route):
        path = route.request.url.partition("/scan/v1")[2]
        path = "/snapshot?since=" if "since" in path else path
        route.fulfill(body=answers[path], content_type="application/json")

    bare.context.route("**/scan/v1/**", answer)
    said = run(HUNDRED_THOUSAND, {"pairing": PAIRING, "ids": [*some, "0" * 12]})
    bare.context.unroute("**/scan/v1/**")
    print(f"opened and asked 51 times in {said['milliseconds']:.0f} ms, {said['bytes']} bytes")
    assert said["news"] == said["later"] == NEW
    expected = [{"id": name, "usable": True, "spent": booklets[name]} for name in some]
    assert said["found"] == [*expected, None]
    assert said["held"] == len(booklets)
    assert said["bytes"] < 1_600_000
    assert said["changed"] == {"id": some[0], "usable": False, "spent": []}
    assert said["kept"] == expected[1]
