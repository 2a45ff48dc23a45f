"""What the phone remembers: sealed, on the disk before it is sent, lost by nothing."""

import pytest

PAIRING = {
    "device": "7",
    "token": "the-secret-token",
    "site": {"id": "3", "name": "PiNG"},
    "association": "1",
    "name": "Accueil",
    "statementKeys": [],
    "pairedAt": "2026-11-16T09:00:00Z",
}


# The database


def test_a_change_that_fails_half_way_changes_nothing(run):
    said = run("""
      const db = fresh();
      const failed = await thrown(db.write(["queue", "facts"], async (store) => {
        await store("queue").put({ scanId: "1" });
        throw new TypeError("half-way");
      }));
      return [failed, await db.read(["queue"], (store) => store("queue").all())];
    """)
    assert said == ["TypeError", []]


def test_the_same_row_is_not_added_twice(run):
    said = run("""
      const twice = async (db) => {
        const add = () => db.write(["queue"], (store) => store("queue").add({ scanId: "1" }));
        await add();
        return thrown(add());
      };
      return [await twice(fresh()), await twice(passingDatabase())];
    """)
    assert said == ["ConstraintError", "ConstraintError"]


def test_it_lets_go_when_another_page_needs_it_and_opens_again(run):
    said = run("""
      const name = `test-${crypto.randomUUID()}`;
      const db = database(name);
      const write = () => db.write(["facts"], (store) => store("facts").put({ name: "a" }));
      const rows = () => db.read(["facts"], (store) => store("facts").all());
      await write();
      await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = resolve;
        request.onblocked = reject;
      });
      const emptied = await rows();
      await write();
      return [emptied, await rows()];
    """)
    assert said == [[], [{"name": "a"}]]


def test_a_phone_that_is_full_says_so_and_promises_nothing(run):
    said = run("""
      const { queue } = await memory();
      const { add } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.add = () => {
        throw new DOMException("no room left", "QuotaExceededError");
      };
      const refused = await thrown(queue.keep(aScan()));
      IDBObjectStore.prototype.add = add;
      return [refused, await queue.waiting()];
    """)
    assert said == ["NoStorage", []]


def test_a_browser_that_keeps_nothing_says_so_and_nothing_is_promised(run):
    said = run("""
      const none = database("x", null);
      const full = { open: () => {
        const request = {};
        setTimeout(() => { request.error = "QuotaExceededError"; request.onerror(); });
        return request;
      } };
      const asked = (db) => thrown(db.read(["facts"], (store) => store("facts").all()));
      return [await asked(none), await asked(database("y", full)), await thrown(openVault(none))];
    """)
    assert said == ["NoStorage", "NoStorage", "NoStorage"]


def test_training_s_memory_keeps_the_same_promises_and_forgets(run):
    said = run("""
      const { queue, journal } = await memoryOn(passingDatabase());
      const scan = aScan();
      await queue.keep(scan);
      const before = (await queue.waiting()).length;
      await queue.finish(scan, ended("confirmed"));
      const db = passingDatabase();
      const failed = await thrown(db.write(["queue"], async (store) => {
        await store("queue").put({ scanId: "1" });
        throw new TypeError("half-way");
      }));
      return [before, (await queue.waiting()).length, (await journal.entries()).length, failed,
        await db.read(["queue"], (store) => store("queue").all())];
    """)
    assert said == [1, 0, 1, "TypeError", []]


# The vault

DUMP = """
const all = await Promise.all(["keys", "facts", "queue", "journal"].map(
  (name) => db.read([name], (store) => store(name).all())));
const seen = new Set();
const text = (value) => {
  if (value instanceof ArrayBuffer) return new TextDecoder("latin1").decode(value);
  if (ArrayBuffer.isView(value)) return new TextDecoder("latin1").decode(value);
  if (value && typeof value === "object") {
    return Object.entries(value).map(([name, held]) => name + text(held)).join();
  }
  return String(value);
};
const dump = all.map((rows) => rows.map(text).join()).join();
"""


def test_whoever_copies_the_storage_finds_no_token_no_code_and_no_key(run):
    said = run(
        f"""
      const {{ db, vault, queue, journal, pairing }} = await memory();
      await pairing.remember(it);
      const [one, two] = [aScan(), aScan()];
      await queue.keep(one);
      await queue.keep(two);
      await queue.finish(two, ended("refused", {{ title: "Ce pass est faux" }}));
      {DUMP}
      const {{ key }} = (await db.read(["keys"], (store) => store("keys").all()))[0];
      const found = [it.token, one.code, "0123456789ab", "Ce pass est faux"]
        .filter((secret) => dump.includes(secret));
      return {{ kind: vault.kind, found, holds: dump.includes(one.scanId),
        extractable: key.extractable,
        exported: await thrown(crypto.subtle.exportKey("raw", key)) }};
    """,
        PAIRING,
    )
    assert said == {
        "kind": "sealed",
        "found": [],
        "holds": True,
        "extractable": False,
        "exported": "InvalidAccessError",
    }


def test_two_tabs_that_open_at_once_have_one_key(run):
    assert run("""
      const db = fresh();
      const [one, two] = await Promise.all([openVault(db), openVault(db)]);
      return two.unseal("a", await one.seal("a", { value: 1 }));
    """) == {"value": 1}


def test_what_was_sealed_for_one_row_does_not_open_in_another(run):
    said = run("""
      const { vault } = await memory();
      const sealed = await vault.seal("queue:1", { value: 1 });
      const altered = { ...sealed, sealed: sealed.sealed.slice(1) };
      return [await thrown(vault.unseal("queue:2", sealed)),
        await thrown(vault.unseal("queue:1", altered)), await vault.unseal("queue:1", sealed)];
    """)
    assert said == ["Unreadable", "Unreadable", {"value": 1}]


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("undefined", "no_crypto"),
        # What a browser says that stores no keys.
        (
            "{ generateKey: async () => ({ uncloneable: () => {} }) }",
            "key_not_kept",
        ),
    ],
)
def test_where_keys_cannot_be_kept_it_says_so_and_still_loses_nothing(run, missing, why):
    said = run(f"""
      const db = fresh();
      const without = {missing};
      const vault = await openVault(db, without ?? null);
      const sealed = await vault.seal("a", {{ value: 1 }});
      const later = await openVault(db);
      return [vault.kind, vault.why, await vault.unseal("a", sealed), later.kind,
        await later.unseal("a", sealed)];
    """)
    assert said == ["open", why, {"value": 1}, "sealed", {"value": 1}]


# The pairing


def test_a_phone_that_leaves_its_site_keeps_its_queue_and_remembers_who_it_was(run):
    said = run(
        """
      const { queue, pairing } = await memory();
      const none = await pairing.paired();
      await pairing.remember(it);
      await queue.keep(aScan());
      const known = await pairing.paired();
      await pairing.forget();
      return [none, known, await pairing.paired(), await pairing.last(),
        (await queue.counts()).waiting];
    """,
        PAIRING,
    )
    assert said == [None, PAIRING, None, PAIRING, 1]


def test_what_was_kept_for_one_association_is_never_sent_for_another(run):
    said = run(
        """
      const { queue, pairing } = await memory();
      await queue.keep(aScan());
      const unpaired = await queue.sendable();
      await pairing.remember(it);
      const own = await queue.sendable();
      await pairing.remember({ ...it, association: "2" });
      const [told] = await queue.needsPerson();
      return [unpaired.length, own.length, (await queue.sendable()).length, told.foreign,
        (await queue.counts()).waiting];
    """,
        PAIRING,
    )
    assert said == [0, 1, 0, True, 1]


# The queue


def test_what_waits_is_told_oldest_first_with_its_number_its_euros_and_its_age(run):
    said = run("""
      const { queue } = await memory();
      const days = ["2026-11-16", "2026-11-14", "2026-11-15"];
      for (const day of days) await queue.keep(aScan({ scannedAt: `${day}T09:00:00.000Z` }));
      await queue.keep(aScan({ scannedAt: "2026-11-17T09:00:00.000Z", cents: null, pass: null }));
      const waiting = await queue.waiting();
      return [waiting.map(({ scannedAt }) => scannedAt.slice(0, 10)), await queue.counts()];
    """)
    assert said == [
        ["2026-11-14", "2026-11-15", "2026-11-16", "2026-11-17"],
        {"waiting": 4, "cents": 3000, "oldest": "2026-11-14T09:00:00.000Z"},
    ]


def test_a_scan_leaves_by_a_verdict_and_the_first_verdict_stays(run):
    said = run("""
      const { queue, journal } = await memory();
      const scan = aScan();
      await queue.keep(scan);
      const first = await queue.finish(scan, ended("confirmed", { cents: 1000 }));
      const second = await queue.finish(scan, ended("refused", { reason: "blocked" }));
      const entries = await journal.entries();
      return [first, second, await queue.waiting(), entries.map(({ verdict }) => verdict),
        "code" in entries[0]];
    """)
    assert said == [True, False, [], ["confirmed"], False]


def test_what_the_service_does_not_understand_waits_for_a_person_who_can_only_send_it_again(run):
    said = run("""
      const { queue } = await memory();
      const scan = aScan();
      await queue.keep(scan);
      await queue.toPerson(scan.scanId, { status: 422, reason: "invalid", detail: "D" });
      const [told, ...others] = await queue.needsPerson();
      const waited = await queue.waiting();
      await queue.retry(scan.scanId);
      const [again] = await queue.waiting();
      return [told.problem.reason, others, waited, again.problem ?? null,
        await queue.needsPerson()];
    """)
    assert said == ["invalid", [], [], None, []]


def test_a_refusal_that_came_after_the_service_was_given_is_shown_until_it_was_seen(run):
    said = run("""
      const { queue, journal } = await memory();
      const scan = aScan();
      await queue.keep(scan);
      await queue.finish(scan, ended("used", { reason: "already_redeemed_elsewhere" }));
      const [told] = await queue.needsPerson();
      await journal.seen(scan.scanId);
      return [told.reason, await queue.needsPerson(), (await journal.entries()).length];
    """)
    assert said == ["already_redeemed_elsewhere", [], 1]


def test_a_scan_that_cannot_be_read_any_more_is_never_dropped(run):
    said = run("""
      const { db, queue } = await memory();
      const [good, bad] = [aScan(), aScan()];
      await queue.keep(good);
      await queue.keep(bad);
      await db.write(["queue"], async (store) => {
        const row = await store("queue").get(bad.scanId);
        await store("queue").put({ ...row, sealed: { ...row.sealed, iv: new Uint8Array(12) } });
      });
      const waiting = await queue.waiting();
      const people = await queue.needsPerson();
      return [waiting.length, waiting[0].scanId === good.scanId, (await queue.counts()).waiting,
        people.length, people[0].scanId === bad.scanId, people[0].unreadable];
    """)
    assert said == [1, True, 2, 1, True, True]


# The journal


def test_the_day_is_that_of_paris(run):
    said = run(
        """
      const { journal } = await memory();
      for (const [scanId, endedAt] of it) {
        await journal.note({ scanId, ...ended("confirmed"), endedAt });
      }
      const today = await journal.today(at("2026-11-16T22:30:00Z"));
      return today.map(({ scanId }) => scanId);
    """,
        [
            ["evening-before", "2026-11-15T22:59:59Z"],
            ["first-second", "2026-11-15T23:00:00Z"],
            ["noon", "2026-11-16T11:00:00Z"],
            ["night-after", "2026-11-16T23:00:00Z"],
        ],
    )
    assert said == ["first-second", "noon"]


def test_what_was_taken_back_is_told_so(run):
    said = run("""
      const { journal } = await memory();
      await journal.note({ ...aScan({ scanId: "a" }), ...ended("confirmed") });
      await journal.undone("a", "2026-11-16T10:05:00Z");
      await journal.undone("unknown", "2026-11-16T10:05:00Z");
      return (await journal.entries()).map(({ scanId, undoneAt }) => [scanId, undoneAt]);
    """)
    assert said == [["a", "2026-11-16T10:05:00Z"]]


def test_after_40_days_the_journal_forgets_all_but_what_nobody_has_seen(run):
    said = run("""
      const { journal } = await memory();
      const long = { endedAt: "2026-10-01T10:00:00Z" };
      await journal.note({ scanId: "old", ...ended("confirmed"), ...long });
      await journal.note({ scanId: "unseen", ...ended("refused"), ...long });
      await journal.note({ scanId: "new", ...ended("confirmed") });
      await journal.prune(at("2026-11-16T12:00:00Z"));
      return (await journal.entries()).map(({ scanId }) => scanId);
    """)
    assert said == ["unseen", "new"]
