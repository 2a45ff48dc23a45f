"""How the queue empties: one flush at a time, each scan by its own verdict."""

import pytest

AT_WORK = """
const pairing0 = { device: "7", token: "t", site: { id: "3" }, association: "1", name: "A",
  statementKeys: [], pairedAt: "2026-11-16T09:00:00Z" };
const accepted = (scan) => ({ verdict: "accepted", scan_id: scan.scanId, value_cents: 1000,
  pass: { serial: "00000001", number: 1 }, campaign: { id: "1", name: "C" }, echo: false,
  redeemed_at: "2026-11-16T09:00:00Z", undo_until: "2026-11-16T09:30:00Z" });
const refused = (scan, reason) => ({ verdict: "refused", scan_id: scan.scanId, reason, title: "T",
  next_step: "N", detail: { redeemed_at: null } });
const error = (scan, status, reason = "r") =>
  ({ verdict: "error", scan_id: scan.scanId, status, reason, detail: "D" });
const spoken = (body) => ({ kind: "answer", body });
const problem = (status) => ({ kind: "person", problem: { status, reason: "r", detail: "D" } });

/** A sender on a queue of `count` scans, whose service is `serve(scans)` for a batch. */
async function atWork(count, serve, one = async (scan) => spoken(accepted(scan)), more = {}) {
  const kept = await memory();
  await kept.pairing.remember(pairing0);
  const scans = [];
  for (let index = 0; index < count; index += 1) {
    const minute = String(index % 60).padStart(2, "0");
    const hour = String(Math.floor(index / 60)).padStart(2, "0");
    scans.push(aScan({ scanId: `scan-${String(index).padStart(4, "0")}`,
      scannedAt: `2026-11-16T${hour}:${minute}:00.000Z` }));
    await kept.queue.keep(scans[index]);
  }
  const asked = [];
  const calls = { fullBatch: 100,
    batch: async (sent) => (asked.push(sent.map(({ scanId }) => scanId)), serve(sent)),
    redeem: async (scan, offline) => (asked.push([scan.scanId, offline]), one(scan)) };
  const atCounter = new Set();
  const at = sender({ queue: kept.queue, calls, atCounter, locks: null,
    clock: () => new Date("2026-11-16T12:00:00Z"), ...more });
  return { ...kept, scans, asked, calls, atCounter, sender: at };
}
const all = (answer) => async (sent) => spoken({ verdicts: sent.map(answer) });
const left = async ({ queue }) => (await queue.waiting()).map(({ scanId }) => scanId);
"""


@pytest.fixture
def work(run):
    return lambda body, it=None: run(AT_WORK + body, it)


def test_250_scans_go_in_batches_of_100_oldest_first(work):
    said = work("""
      const it0 = await atWork(250, all(accepted));
      const end = await it0.sender.flush();
      const entries = await it0.journal.entries();
      return { end, sizes: it0.asked.map(({ length }) => length), order: it0.asked.flat(),
        left: await left(it0), verdicts: [...new Set(entries.map(({ verdict }) => verdict))],
        ended: entries.length, offline: entries.every(({ offline }) => offline) };
    """)
    assert said["sizes"] == [100, 100, 50]
    assert said["order"] == [f"scan-{number:04d}" for number in range(250)]
    assert (said["end"], said["left"], said["ended"]) == ("empty", [], 250)
    assert (said["verdicts"], said["offline"]) == (["confirmed"], True)


def test_a_refusal_of_a_kept_pass_is_for_a_person_to_see(work):
    said = work("""
      const it0 = await atWork(2, all((scan) => scan.scanId === "scan-0000"
        ? refused(scan, "already_redeemed_elsewhere") : refused(scan, "expired")));
      await it0.sender.flush();
      return [await left(it0),
        (await it0.queue.needsPerson()).map(({ verdict, reason }) => [verdict, reason])];
    """)
    assert said == [[], [["used", "already_redeemed_elsewhere"], ["refused", "expired"]]]


def test_what_a_batch_s_item_says_stays_with_that_item(work):
    said = work("""
      const errors = [null, [409, "scan_id_reused"], [422, "bad"], [429, "busy"], [500, "oops"]];
      const it0 = await atWork(5, async (sent) => spoken({ verdicts: sent.map((scan) => {
        const about = errors[Number(scan.scanId.slice(-4))];
        return about ? error(scan, ...about) : accepted(scan);
      }) }));
      const end = await it0.sender.flush();
      const people = (await it0.queue.needsPerson()).map(({ scanId, problem }) => [scanId,
        problem.reason]);
      return [end, await left(it0), people];
    """)
    assert said == [
        "later",
        ["scan-0003", "scan-0004"],
        [["scan-0001", "scan_id_reused"], ["scan-0002", "bad"]],
    ]


@pytest.mark.parametrize("way", ["in a batch", "by itself"])
def test_a_scan_that_was_taken_back_meanwhile_has_ended_and_somebody_is_told(work, way):
    said = work(
        """
      const undone = problem(409);
      undone.problem.reason = "scan_undone";
      const it0 = await atWork(1, it === "in a batch"
        ? all((scan) => error(scan, 409, "scan_undone")) : async () => problem(422),
        async () => undone);
      const end = await it0.sender.flush();
      const [told] = await it0.queue.needsPerson();
      await it0.journal.seen(told.scanId);
      return [end, await left(it0), told.verdict, told.reason, await it0.queue.needsPerson()];
    """,
        way,
    )
    assert said == ["empty", [], "refused", "scan_undone", []]


@pytest.mark.parametrize("failure", ["problem(422)", '{ kind: "away", status: 500 }'])
def test_one_bad_scan_does_not_keep_the_others_from_their_verdict(work, failure):
    """Whether the service says so or breaks over it. Asked by itself, never as a smaller batch:
    that would tell the service that nothing older waits."""
    said = work(f"""
      const failure = {failure};
      const it0 = await atWork(4, async () => failure,
        async (scan) => scan.scanId === "scan-0001" ? failure : spoken(accepted(scan)));
      const end = await it0.sender.flush();
      const people = (await it0.queue.needsPerson()).map(({{ scanId }}) => scanId);
      return [end, it0.asked.slice(1), await left(it0), people];
    """)
    alone = [[f"scan-{number:04d}", True] for number in range(4)]
    if "422" in failure:
        assert said == ["empty", alone, [], ["scan-0001"]]
    else:
        assert said == ["later", alone, ["scan-0001"], []]


@pytest.mark.parametrize(
    ("failure", "end"),
    [
        ('{ kind: "away" }', "away"),
        ('{ kind: "away", status: 503, after: 1 }', "away"),
        ('{ kind: "revoked" }', "revoked"),
        ("spoken({ verdicts: [] })", "away"),
        ('spoken({ verdicts: [{ verdict: "accepted", scan_id: "another" }] })', "away"),
        ("spoken({})", "away"),
    ],
)
def test_without_its_own_verdict_nothing_leaves(work, failure, end):
    said = work(f"""
      const it0 = await atWork(3, async () => ({failure}));
      const end = await it0.sender.flush();
      return [end, (await left(it0)).length, await it0.queue.needsPerson(),
        it0.sender.state().revoked, it0.asked.length];
    """)
    assert said == [end, 3, [], end == "revoked", 1]


def test_verdicts_in_another_order_are_nobody_s(work):
    assert (
        work("""
      const it0 = await atWork(2, async (sent) =>
        spoken({ verdicts: sent.map(accepted).reverse() }));
      await it0.sender.flush();
      return (await left(it0)).length;
    """)
        == 2
    )


@pytest.mark.parametrize("status", [401, 403])
def test_a_phone_revoked_in_the_middle_of_a_batch_keeps_the_rest(work, status):
    said = work(
        """
      const it0 = await atWork(3, async (sent) => spoken({ verdicts: sent.map((scan, index) =>
        index === 0 ? accepted(scan) : error(scan, it, "device_revoked")) }));
      const end = await it0.sender.flush();
      return [end, await left(it0), await it0.queue.needsPerson(), it0.sender.state().revoked];
    """,
        status,
    )
    assert said == ["revoked", ["scan-0001", "scan-0002"], [], True]


def test_revoked_while_scans_are_asked_one_by_one(work):
    said = work("""
      const it0 = await atWork(3, async () => problem(422), async (scan) =>
        scan.scanId === "scan-0000" ? spoken(accepted(scan)) : { kind: "revoked" });
      return [await it0.sender.flush(), await left(it0)];
    """)
    assert said == ["revoked", ["scan-0001", "scan-0002"]]


def test_a_scan_that_somebody_is_waiting_for_is_left_to_the_visit(work):
    said = work("""
      const it0 = await atWork(3, all(accepted));
      it0.atCounter.add("scan-0001");
      const end = await it0.sender.flush();
      return [end, it0.asked, await left(it0)];
    """)
    assert said == ["empty", [["scan-0000", "scan-0002"]], ["scan-0001"]]


def test_two_tabs_send_one_at_a_time_and_one_tab_sends_once(work):
    said = work("""
      let open;
      const gate = new Promise((resolve) => (open = resolve));
      const serve = async (sent) => (await gate, spoken({ verdicts: sent.map(accepted) }));
      const tabs = { locks: navigator.locks };
      const one = await atWork(1, serve, undefined, tabs);
      const two = await atWork(1, serve, undefined, tabs);
      const first = one.sender.flush();
      const again = one.sender.flush();
      const other = await two.sender.flush();
      const sending = one.sender.state().sending;
      open();
      return [other, sending, await first, await again, one.asked.length, two.asked.length,
        await two.sender.flush()];
    """)
    assert said == ["busy", True, "empty", "empty", 1, 0, "empty"]


def test_what_is_kept_while_a_flush_ends_is_sent_too(work):
    said = work("""
      const it0 = await atWork(1, all(accepted));
      const flush = it0.sender.flush();
      it0.sender.soon();
      await flush;
      await it0.queue.keep(aScan({ scanId: "late-0001" }));
      while ((await left(it0)).length) await new Promise((resolve) => setTimeout(resolve, 50));
      return it0.asked;
    """)
    assert said == [["scan-0000"], ["late-0001"]]


def test_it_tells_when_something_changed(work):
    said = work("""
      const it0 = await atWork(1, all(accepted));
      const states = [];
      it0.sender.events.addEventListener("changed", () => states.push(it0.sender.state().sending));
      await it0.sender.flush();
      return states;
    """)
    assert (said[0], said[-1]) == (True, False)


def test_pauses_grow_to_five_minutes_with_some_chance_in_them_and_obey_the_service(run):
    said = run("""
      const grow = [...Array(12).keys()].map((failures) => pause(failures + 1, 1));
      return [grow, pause(3, 0), pause(1, 0, 30), pause(1, 0, 1e9), pause(4000, 1)];
    """)
    seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert said == [[1000 * s for s in seconds], 2000, 30_000, 3_600_000, 300_000]


def test_it_tries_at_the_start_when_the_network_comes_back_and_when_the_page_is_seen(work):
    said = work("""
      let away = true;
      let changes = 0;
      const it0 = await atWork(1, async (sent) =>
        away ? { kind: "away" } : spoken({ verdicts: sent.map(accepted) }));
      const stop = it0.sender.start(() => { changes += 1; });
      const asked = async (times) => {
        while (it0.asked.length < times || it0.sender.state().sending) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return it0.asked.length;
      };
      const seen = [await asked(1)];
      document.dispatchEvent(new Event("visibilitychange"));
      seen.push(await asked(2));
      away = false;
      dispatchEvent(new Event("online"));
      seen.push(await asked(3));
      stop();
      dispatchEvent(new Event("online"));
      return [seen, changes, await left(it0)];
    """)
    assert said == [[1, 2, 3], 1, []]


def test_after_a_failure_it_tries_again_by_itself(work):
    said = work("""
      let failures = 1;
      const it0 = await atWork(1, async (sent) =>
        failures-- > 0 ? { kind: "away" } : spoken({ verdicts: sent.map(accepted) }));
      await it0.sender.flush();
      while ((await left(it0)).length) await new Promise((resolve) => setTimeout(resolve, 20));
      return it0.asked.length;
    """)
    assert said == 2
