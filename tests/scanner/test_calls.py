"""What an answer means: the service's own words count, and nothing else that comes over a wire."""

import pytest

ASK = """
const network = networkMemory(() => at("2026-11-16T09:00:00Z"));
const asked = [];
const fetch = async (path, request) => {
  asked.push({ path, ...request, signal: undefined });
  if (it.fails) throw new TypeError("Failed to fetch");
  const { status = 200, type = "application/json", body = {}, headers = {} } = it;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const empty = status === 304 ? null : text;
  return new Response(empty, { status, headers: { "Content-Type": type, ...headers } });
};
const calls = serviceCalls({ token: async () => "secret", network, fetch,
  clock: () => at("2026-11-16T09:00:00Z"), language: () => "en",
  waits: { counter: 100, queue: 200 } });
"""

PROBLEM = "application/problem+json"


def problem(status, reason):
    body = {"status": status, "reason": reason, "detail": "D", "title": "T"}
    return {"status": status, "type": PROBLEM, "body": body}


@pytest.mark.parametrize(
    ("came", "meant", "away"),
    [
        ({"fails": True}, {"kind": "away"}, True),
        ({"body": {"a": 1}}, {"kind": "answer", "body": {"a": 1}, "etag": None}, False),
        (problem(401, "device_revoked"), {"kind": "revoked"}, False),
        (problem(403, "device_revoked"), {"kind": "revoked"}, False),
        (
            problem(403, "role_not_allowed"),
            {
                "kind": "person",
                "problem": {"status": 403, "reason": "role_not_allowed", "detail": "D"},
            },
            False,
        ),
        (
            problem(409, "scan_undone"),
            {"kind": "person", "problem": {"status": 409, "reason": "scan_undone", "detail": "D"}},
            False,
        ),
        (
            problem(422, "invalid"),
            {"kind": "person", "problem": {"status": 422, "reason": "invalid", "detail": "D"}},
            False,
        ),
        (
            problem(429, "typed_codes_paused") | {"headers": {"Retry-After": "900"}},
            {"kind": "away", "after": 900, "status": 429, "reason": "typed_codes_paused"},
            False,
        ),
        (
            problem(503, "unavailable") | {"headers": {"Retry-After": "1"}},
            {"kind": "away", "after": 1, "status": 503},
            True,
        ),
        (
            {"status": 502, "type": "text/html", "body": "<h1>"},
            {"kind": "away", "after": None, "status": 502},
            True,
        ),
        # A hotel's Wi-Fi, a proxy, a page in the place of an answer, half an answer.
        ({"type": "text/html", "body": "<h1>Bienvenue</h1>"}, {"kind": "away"}, True),
        ({"status": 401, "type": "text/html", "body": "<h1>"}, {"kind": "away"}, True),
        ({"status": 403, "body": {"error": "blocked"}}, {"kind": "away"}, True),
        ({"status": 404, "type": "text/html", "body": "<h1>"}, {"kind": "away"}, True),
        ({"body": '{"verdict": "acc'}, {"kind": "away"}, True),
        ({"body": "null"}, {"kind": "away"}, True),
    ],
    ids=lambda case: str(case)[:60],
)
def test_an_answer_is_one_of_four_things(run, came, meant, away):
    said = run(f"{ASK} const meant = await calls.check('1'); return [meant, network.away()];", came)
    assert said == [{"etag": None} | meant if "etag" in meant else meant, away]


def test_who_does_not_answer_in_time_is_away_also_in_the_middle_of_an_answer(run):
    said = run("""
      const network = networkMemory(() => new Date());
      const stops = (signal) => new Promise((_, no) => signal.onabort = () => no(signal.reason));
      const silent = (path, { signal }) => stops(signal);
      const half = async (path, { signal }) => new Response(
        new ReadableStream({ start: (it) => void stops(signal).catch((why) => it.error(why)) }),
        { headers: { "Content-Type": "application/json" } });
      const meant = [];
      for (const fetch of [silent, half]) {
        const given = { token: async () => null, clock: () => new Date(), network, fetch };
        const calls = serviceCalls({ ...given, waits: { counter: 20, queue: 20 } });
        meant.push(await calls.check("1"), await calls.batch([]));
      }
      return [meant.map(({ kind }) => kind), network.away()];
    """)
    assert said == [["away"] * 4, True]


def test_a_phone_that_cannot_read_its_own_token_asks_nobody(run):
    said = run("""
      let asked = 0;
      const calls = serviceCalls({ network: networkMemory(() => new Date()),
        token: () => Promise.reject(new NoStorage()), clock: () => new Date(),
        fetch: () => { asked += 1; } });
      return [(await calls.check("1")).kind, asked];
    """)
    assert said == ["away", 0]


def test_each_call_says_what_the_contract_says_with_its_token_and_no_cookie(run):
    asked = run(
        f"""{ASK}
      const scan = {{ ...aScan({{ scanId: "scan-0001" }}), more: "not sent" }};
      await calls.pair("ABCDE-FGHJK", "Accueil");
      await calls.trust('"e"');
      await calls.snapshot(null);
      await calls.snapshot(7);
      await calls.check("1", "S", "scan-0001");
      await calls.redeem(scan, false);
      await calls.batch([scan]);
      await calls.undo("scan-0001", "Erreur");
      await calls.today("2026-11-16T00:00:00Z", "5");
      await calls.refusals("2026-11-16T00:00:00Z");
      await calls.dispute("scan-0001", "Présente");
      await calls.keys();
      return asked.map(({{ method, path, body, headers, credentials, cache, redirect }}) => [method,
        path, body && JSON.parse(body), headers, credentials, cache, redirect]);
    """,
        {},
    )
    now = "2026-11-16T09:00:00.000Z"
    scan = {
        "scan_id": "scan-0001",
        "code": "https://p/p#123456",
        "service": "S",
        "scanned_at": now,
    }
    since = "2026-11-16T00%3A00%3A00Z&limit=500"
    assert [call[:3] for call in asked] == [
        ["POST", "/scan/v1/devices", {"pairing_code": "ABCDE-FGHJK", "name": "Accueil"}],
        ["GET", "/scan/v1/trust", None],
        ["GET", "/scan/v1/snapshot", None],
        ["GET", "/scan/v1/snapshot?since=7", None],
        ["POST", "/scan/v1/checks", {"code": "1", "service": "S", "scan_id": "scan-0001"}],
        ["POST", "/scan/v1/redemptions", scan | {"offline": False, "sent_at": now}],
        [
            "POST",
            "/scan/v1/redemptions/batch",
            {"sent_at": now, "scans": [scan | {"offline": True}]},
        ],
        ["POST", "/scan/v1/redemptions/scan-0001/undo", {"reason": "Erreur"}],
        ["GET", f"/scan/v1/redemptions?since={since}&cursor=5", None],
        ["GET", f"/scan/v1/refusals?since={since}", None],
        ["POST", "/scan/v1/refusals/scan-0001/dispute", {"reason": "Présente"}],
        ["GET", "/.well-known/jwks.json", None],
    ]
    for *_, headers, credentials, cache, redirect in asked:
        assert (credentials, cache, redirect) == ("omit", "no-store", "error")
        assert headers["Authorization"] == "Bearer secret"
        assert headers["Accept-Language"] == "en"
    assert asked[1][3]["If-None-Match"] == '"e"'


def test_what_stands_is_told_as_the_same(run):
    said = run(f"{ASK} return calls.trust('\"e\"');", {"status": 304})
    assert said == {"kind": "answer", "body": None, "same": True}


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"verdict": "accepted"},
        {"verdict": "accepted", "value_cents": 10.5},
        {"verdict": "refused"},
        {"verdict": "error", "status": 409},
        {"detail": "accepted"},
    ],
)
def test_what_is_no_verdict_ends_nothing(run, body):
    assert run("return outcomeOf(it)", body) is None


def test_a_failed_call_spares_the_next_one_its_wait_for_ten_seconds(run):
    said = run("""
      let now = at("2026-11-16T09:00:00Z");
      const network = networkMemory(() => now);
      const told = [network.away()];
      const after = (milliseconds) => { now = new Date(now.getTime() + milliseconds); };
      network.failed();
      told.push(network.away());
      after(9_999);
      told.push(network.away());
      after(1);
      told.push(network.away());
      network.failed();
      network.changed();
      told.push(network.away());
      network.failed();
      network.reached();
      told.push(network.away());
      network.failed();
      after(-3_600_000);
      told.push(network.away());
      return told;
    """)
    assert said == [False, True, True, False, False, False, False]
