/**
 * One phone of a history: the real modules, on a disk that may stop at any point and a network that
 * misbehaves as it is told. The disk and the service behind it are real.
 *
 * What was kept and what was told is noted in localStorage, which outlives the page. A test runs this
 * text in a page of the service, and drives `till`.
 */

const { database } = await import("/scanner/memory/db.js");
const { openPhone } = await import("/scanner/phone.js");
const { open } = await import("/scanner/pass/token.js");
const { keyring } = await import("/scanner/rules/trust.js");

const LONG = 500;

// The pauses between two flushes are the test's to decide; deadlines of calls stay.
const { setTimeout: later } = globalThis;
globalThis.setTimeout = (work, delay, ...rest) =>
  delay >= LONG && delay !== 4_000 && delay !== 20_000 ? 0 : later(work, delay, ...rest);

/** What this life of the phone goes through. The next one is another object: the dead stay dead. */
const newLife = () => ({ faults: [], away: false, points: 0, dies: Infinity, die: () => {}, counts: {} });
let life = newLife();

/** A moment at which the phone may be killed: what comes after it never happens. */
function point(mine) {
  mine.points += 1;
  if (mine.points < mine.dies) return null;
  mine.die();
  return new Promise(() => {});
}

const noted = (key) => JSON.parse(localStorage.getItem(key) ?? "[]");
const note = (key, value) => localStorage.setItem(key, JSON.stringify([...noted(key), value]));

function failingDisk(disk, mine) {
  const db = database(disk);
  return {
    ...db,
    async read(...asked) {
      await point(mine);
      const found = await db.read(...asked);
      await point(mine);
      return found;
    },
    async write(names, work) {
      await point(mine);
      const added = [];
      const result = await db.write(names, (store) =>
        work((each) => ({
          ...store(each),
          add: (row) => (added.push(row.scanId), store(each).add(row)),
        })),
      );
      for (const scanId of added) note(`${name} kept`, scanId);
      await point(mine);
      return result;
    },
  };
}

const problem = (status, reason) =>
  new Response(JSON.stringify({ status, reason, detail: "D" }), {
    status,
    headers: { "Content-Type": "application/problem+json", "Retry-After": "1" },
  });

const lost = () => {
  throw new TypeError("Failed to fetch");
};

/** The bodies that nobody would send: the service answers for itself. */
const SPOILT = {
  garbled: (body) => ({ ...body, service: "Rien de tel" }),
  reused: (body) => ({ ...body, scan_id: noted(`${name} used`).at(-1) ?? body.scan_id }),
};

const failingFetch = (mine) => async (path, request) => {
  const fault = mine.away ? "unsent" : (mine.faults.shift() ?? "none");
  mine.counts[fault] = (mine.counts[fault] ?? 0) + 1;
  await point(mine);
  const response = await suffer(fault, path, request);
  await point(mine);
  return response;
};

async function suffer(fault, path, request) {
  const send = () => fetch(path, request);
  const isScan = path.endsWith("/redemptions");
  switch (fault) {
    case "unsent":
      return lost();
    case "lost":
      await (await send()).text();
      return lost();
    case "unavailable":
      return problem(503, "unavailable");
    case "unavailable_after":
      await (await send()).text();
      return problem(503, "unavailable");
    case "broken":
      return problem(500, "internal");
    case "busy":
      return problem(429, "busy");
    case "portal":
      return new Response("<h1>Bienvenue</h1>", { headers: { "Content-Type": "text/html" } });
    case "twice":
      return (await Promise.all([send(), send()]))[0];
    case "again":
      await (await send()).text();
      return send();
    case "garbled":
    case "reused": {
      if (!isScan) return send();
      const body = JSON.stringify(SPOILT[fault](JSON.parse(request.body)));
      return fetch(path, { ...request, body });
    }
    default:
      return send();
  }
}

let phone;
let name;

/** Open the phone: its first life, or the next one. What hangs in an earlier life stays dead. */
async function wake(history) {
  name = history;
  life = newLife();
  const calling = { fetch: failingFetch(life) };
  phone = await openPhone({ db: failingDisk("till", life), calling, locks: null });
  for (const { scanId } of await phone.queue.waiting()) {
    if (!noted(`${name} kept`).includes(scanId)) note(`${name} kept`, scanId);
  }
}

/** A new history, on an empty queue and journal, under a new pairing. */
async function begin({ history, pairing }) {
  await wake(history);
  localStorage.clear();
  await phone.db.write(["queue", "journal"], async (store) => {
    for (const { scanId } of await store("queue").all()) await store("queue").remove(scanId);
    for (const { id } of await store("journal").all()) await store("journal").remove(id);
  });
  await phone.pairing.remember(pairing);
  await phone.load();
  if (!phone.knowledge.trust()) await phone.refresh();
}

/** Do one thing. Gives "died" when the phone was killed on the way, and how often each fault came. */
async function act({ faults = [], away = false, dies = Infinity, ...step }) {
  const death = new Promise((resolve) => {
    Object.assign(life, { faults: [...faults], away, dies, points: 0, counts: {} });
    life.die = () => resolve("died");
  });
  phone.network.changed();
  const end = await Promise.race([DEEDS[step.deed](step), death]);
  return { end: end ?? null, counts: life.counts };
}

const DEEDS = {
  async confirm({ codes, service }) {
    const known = keyring(phone.knowledge.trust());
    const passes = [];
    for (const code of codes) {
      const opened = await open(code, known);
      passes.push({ code, ...(opened.token && opened) });
    }
    for await (const { pass, ...told } of phone.visits.confirm(passes, service)) {
      note(`${name} told`, told);
      if (told.verdict === "confirmed") note(`${name} used`, told.scanId);
    }
  },
  flush: () => phone.sender.flush(),
  refresh: () => phone.refresh(),
  async pair({ pairing }) {
    // To the service this is another phone, which has used no scan id yet.
    localStorage.removeItem(`${name} used`);
    await phone.pairing.remember(pairing);
    await phone.refresh();
  },
};

const stuck = async () =>
  (await phone.queue.needsPerson()).filter(({ problem }) => problem);

/** Everything works again: send until each scan has its verdict, and tell what became of all. */
async function finish() {
  Object.assign(life, { faults: [], away: false, dies: Infinity });
  let tries = 0;
  do {
    for (const { scanId } of await stuck()) await phone.queue.retry(scanId);
    if ((await phone.sender.flush()) === "revoked") return { revoked: true };
    tries += 1;
  } while (tries < 3 && (await stuck()).length);
  return {
    kept: noted(`${name} kept`),
    told: noted(`${name} told`),
    waiting: (await phone.queue.waiting()).map(({ scanId }) => scanId),
    journal: await phone.journal.entries(),
    people: (await stuck()).map(({ scanId }) => scanId),
  };
}

globalThis.till = { wake, begin, act, finish };
