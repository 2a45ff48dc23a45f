/**
 * The day of a site as screens show it: what was taken, what waits, what was refused; and what a
 * person must look at. The service's word where it can be had, the phone's own memory elsewhere.
 */

import { parisDay } from "./rules/days.js";

/** A morning in Paris comes at most so long after it came anywhere. */
const DAY = 24 * 3_600_000;

/**
 * @param {Awaited<ReturnType<typeof import("./phone.js").openPhone>>} phone
 * @param {(told: object) => import("./desk.js").Outcome} outcome
 * @param {() => Promise<void>} changed
 */
export function days(phone, outcome, changed) {
  async function today() {
    const now = phone.clock();
    const since = new Date(now.getTime() - DAY).toISOString();
    const ofToday = ({ at }) => parisDay(at) === parisDay(now);
    const [mine, waiting, uses, refusals] = [
      await phone.journal.today(now),
      await phone.queue.waiting(),
      await all((cursor) => phone.calls.today(since, cursor)),
      await all((cursor) => phone.calls.refusals(since, cursor)),
    ];
    const alone = mine.map(fromJournal);
    const confirmed = uses
      ? uses.map(fromService)
      : alone.filter(({ verdict }) => verdict === "confirmed");
    const told = (refusals ?? []).map(fromRefusals);
    const known = new Set(told.map(({ scanId }) => scanId));
    const mineOnly = alone.filter((use) => use.verdict !== "confirmed" && !known.has(use.scanId));
    return {
      known: uses !== null,
      confirmed: newestFirst(confirmed.filter(ofToday)),
      waiting: newestFirst(waiting.map(fromQueue)),
      refused: newestFirst([...told, ...mineOnly].filter(ofToday)),
    };
  }

  const after = (work) => work.finally(changed);
  return {
    today,
    needsPerson: async () => (await phone.queue.needsPerson()).map((each) => aCase(each, outcome)),
    retry: (scanId) => after(phone.queue.retry(scanId)).then(() => void phone.sender.flush()),
    seen: (scanId) => after(phone.queue.seen?.(scanId) ?? phone.journal.seen(scanId)),
    dispute: (scanId, reason) => phone.calls.dispute(scanId, reason),
  };
}

/** Every page of a list, or nothing when the service cannot be asked. */
async function all(page) {
  const items = [];
  let cursor = null;
  do {
    const answer = await page(cursor);
    if (answer.kind !== "answer") return null;
    items.push(...answer.body.items);
    cursor = answer.body.next;
  } while (cursor);
  return items;
}

const newestFirst = (uses) => uses.sort((one, other) => other.at - one.at);

const named = (pass, code = "") => ({ number: pass?.number ?? null, code });

function fromQueue({ scanId, scannedAt, cents, service, pass, code }) {
  return { scanId, at: new Date(scannedAt), cents, service, pass: named(pass, code) };
}

/** A refusal that only this phone knows cannot be disputed: nobody else wrote it down. */
function fromJournal(entry) {
  const { scanId, verdict, reason, title, nextStep, cents, service, undoUntil, undoneAt } = entry;
  return {
    scanId,
    verdict,
    reason,
    title,
    nextStep,
    cents: cents ?? null,
    service,
    at: new Date(entry.scannedAt),
    pass: { number: entry.number ?? entry.pass?.number ?? null, code: "" },
    state: undoneAt ? "undone" : "live",
    undoUntil: undoUntil ? new Date(undoUntil) : null,
  };
}

function fromService(use) {
  return {
    scanId: use.scan_id,
    at: new Date(use.redeemed_at),
    cents: use.value_cents,
    service: use.service,
    pass: named(use.pass, use.pass.serial),
    state: use.state,
    undoUntil: new Date(use.undo_until),
  };
}

function fromRefusals(one) {
  return {
    scanId: one.scan_id,
    at: new Date(one.scanned_at),
    cents: one.value_cents,
    service: one.service,
    reason: one.reason,
    title: one.title,
    nextStep: one.next_step,
    pass: named(one.pass, one.pass?.serial),
    borneBy: one.borne_by,
    dispute: one.dispute,
    known: true,
  };
}

/** A case for a person: what it is decides what can be done. */
function aCase(each, outcome) {
  const { scanId, scannedAt, cents = null, problem, unreadable, foreign, verdict } = each;
  const at = scannedAt ? new Date(scannedAt) : null;
  const common = { scanId, at, cents, pass: named(each.pass, each.code) };
  if (unreadable) return { ...common, kind: "unreadable" };
  if (foreign) return { ...common, kind: "foreign" };
  if (problem) return { ...common, kind: "problem" };
  if (each.reason === "scan_undone") return { ...common, kind: "undone" };
  const told = outcome({ ...each, pass: { token: each.pass, code: "" }, verdict });
  return { ...common, kind: "refused", reason: told.reason, borneBy: told.borneBy };
}
