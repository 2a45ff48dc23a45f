/**
 * Sends what waits, one flush at a time, oldest first, whenever the page is open: at its start, when
 * the phone says "online" or the page is looked at again, after growing pauses, and by a button.
 *
 * A scan leaves the queue by its own verdict only. What the service does not understand waits for a
 * person; what it could not do now waits for the next time. It judges nothing.
 *
 * @typedef {"empty"|"away"|"revoked"|"later"|"busy"} Ended
 *   later: the service answered "not now" for some; busy: another tab is sending.
 */

import { isRevoked } from "./calls.js";
import { endOf, outcomeOf } from "./verdicts.js";

const LOCK = "scanner-sending";
const SHORTEST = 1_000;
const LONGEST = 300_000;
const HOUR = 3_600_000;

/**
 * Milliseconds until the next try: twice as long each time, between half and the whole of it by
 * chance, so that a hundred phones do not come back in the same second; never sooner than asked.
 *
 * @param {number} failures in a row, 1 or more
 * @param {number} chance from 0 to 1
 * @param {number} [after] seconds that the service asked for
 */
export function pause(failures, chance, after = 0) {
  const longest = Math.min(SHORTEST * 2 ** (failures - 1), LONGEST);
  return Math.max(longest * (0.5 + chance / 2), Math.min(after * 1_000, HOUR));
}

/**
 * @param {object} given
 * @param {ReturnType<typeof import("../memory/queue.js").queues>} given.queue
 * @param {ReturnType<typeof import("./calls.js").serviceCalls>} given.calls
 * @param {() => Date} given.clock
 * @param {Set<string>} given.atCounter  scans that somebody is waiting for: a visit sends them
 * @param {LockManager|undefined} [given.locks]
 */
export function sender({ queue, calls, clock, atCounter, locks = globalThis.navigator?.locks }) {
  const events = new EventTarget();
  const changed = () => events.dispatchEvent(new Event("changed"));
  let failures = 0;
  let timer = null;
  let revoked = false;
  let running = null;

  async function end(scan, outcome) {
    const unseen = outcome.verdict !== "confirmed";
    await queue.finish(scan, { ...outcome, offline: true, unseen, endedAt: clock().toISOString() });
    return "done";
  }

  async function setAside(scan, problem) {
    const outcome = endOf(problem);
    if (outcome) return end(scan, outcome);
    await queue.toPerson(scan.scanId, problem);
    return "done";
  }

  async function settle(scan, verdict) {
    const outcome = outcomeOf(verdict);
    if (outcome) return end(scan, outcome);
    const { status, reason, detail } = verdict;
    if (isRevoked(status, reason)) return "revoked";
    if (!(status >= 400) || status === 429 || status >= 500) return "later";
    return setAside(scan, { status, reason, detail });
  }

  async function sendOne(scan) {
    const answer = await calls.redeem(scan, true);
    if (answer.kind === "answer") {
      return answer.body.scan_id === scan.scanId ? settle(scan, answer.body) : "away";
    }
    if (answer.kind === "person") return setAside(scan, answer.problem);
    return isAboutTheScan(answer) ? "later" : answer.kind;
  }

  /** One bad scan spoils a batch: each is asked by itself, so that the others get their verdict. */
  async function oneByOne(scans) {
    const ends = [];
    for (const scan of scans) {
      const end = await sendOne(scan);
      if (end === "away" || end === "revoked") return end;
      ends.push(end);
    }
    return worst(ends);
  }

  async function batch(scans) {
    const answer = await calls.batch(scans);
    if (answer.kind === "person" || isAboutTheScan(answer)) {
      return { ended: await oneByOne(scans) };
    }
    if (answer.kind !== "answer") return { ended: answer.kind, after: answer.after };
    const { verdicts } = answer.body;
    const ours = scans.every(({ scanId }, index) => verdicts?.[index]?.scan_id === scanId);
    if (!ours) return { ended: "away" };
    const ends = [];
    for (const [index, scan] of scans.entries()) ends.push(await settle(scan, verdicts[index]));
    return { ended: worst(ends) };
  }

  /** Each waiting scan is tried once: one that must wait does not keep the others from going. */
  async function sendAll() {
    const tried = new Set();
    let later = false;
    for (;;) {
      const untried = (await queue.sendable()).filter(
        ({ scanId }) => !tried.has(scanId) && !atCounter.has(scanId),
      );
      const scans = untried.slice(0, calls.fullBatch);
      if (!scans.length) return { ended: later ? "later" : "empty" };
      scans.forEach(({ scanId }) => tried.add(scanId));
      const { ended, after } = await batch(scans);
      changed();
      if (ended === "away" || ended === "revoked") return { ended, after };
      later ||= ended === "later";
    }
  }

  /** One tab at a time. Browsers without locks are left to the service: a scan is spent once. */
  function exclusively(work) {
    if (!locks) return work();
    return locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : { ended: "busy" }));
  }

  function plan({ ended, after }) {
    failures = ended === "empty" ? 0 : failures + 1;
    if (ended !== "busy") revoked = ended === "revoked";
    // Without a pairing nothing is gained by asking again: the next pairing does.
    if (ended === "empty" || ended === "revoked") return;
    timer ??= setTimeout(flush, pause(failures, Math.random(), after));
  }

  async function run() {
    clearTimeout(timer);
    timer = null;
    let result = { ended: "later" };
    try {
      result = await exclusively(sendAll);
    } finally {
      running = null;
      plan(result);
      changed();
    }
    return result.ended;
  }

  function flush() {
    running ??= run();
    changed();
    return running;
  }

  /** At once, and with short pauses again. @returns {Promise<Ended>} */
  function flushNow() {
    failures = 0;
    return flush();
  }

  return {
    /** Emits "changed" when what waits, or the state, is another. */
    events,

    /** Send everything that waits, now: the button. */
    flush: flushNow,

    /** A scan was kept: try again before long, unless a try is planned. */
    soon() {
      timer ??= setTimeout(flush, pause(Math.max(failures, 1), Math.random()));
      changed();
    },

    /** Whether a flush is running, and whether the last one was told that the phone is revoked. */
    state: () => ({ sending: running !== null, revoked }),

    /**
     * Send now and whenever there is hope. Gives what ends it.
     *
     * @param {() => void} [networkChanged]
     */
    start(networkChanged = () => {}) {
      const online = () => {
        networkChanged();
        flushNow();
      };
      const visible = () => document.visibilityState === "visible" && flushNow();
      globalThis.addEventListener("online", online);
      document.addEventListener("visibilitychange", visible);
      flushNow();
      return () => {
        clearTimeout(timer);
        globalThis.removeEventListener("online", online);
        document.removeEventListener("visibilitychange", visible);
      };
    },
  };
}

/** A failure of the service over what it was sent (a 500), or a "not now" for this scan alone. */
const isAboutTheScan = ({ kind, status }) => kind === "away" && (status === 500 || status === 429);

const worst = (ends) => ["revoked", "later"].find((end) => ends.includes(end)) ?? "done";
