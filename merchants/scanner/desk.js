/**
 * What the screens ask of the counter: reading, checking, spending, the day, the band. It turns what
 * the phone's memory, calls and rules say into the values that screens show; it holds no sentence
 * and draws nothing.
 *
 * @typedef {{n: number, cents: number, age: number, late: boolean}} Waiting  age in milliseconds
 * @typedef {{away: boolean, revoked: boolean, sending: boolean, waiting: Waiting, persons: number,
 *   freshness: "fresh"|"old"|"too_old"|"none", urgent: boolean}} Status
 * @typedef {{verdict: "confirmed"|"kept"|"used"|"refused", reason?: string, title?: string,
 *   nextStep?: string, cents: number|null, usedAt?: Date, undoUntil?: Date, scanId: string|null,
 *   pass: {number: number|null, code: string}, campaign?: {name: string}, borneBy?: string}} Outcome
 */

import { passName } from "./memory/journal.js";
import { toBytes } from "./pass/pass_text.js";
import { open } from "./pass/token.js";
import { judge } from "./rules/judge.js";
import { pairingCode } from "./pass/pairing_code.js";
import { campaign as rulesOf, keyring } from "./rules/trust.js";
import { isUse } from "./service/verdicts.js";
import { isTrainingPass } from "./training/passes.js";
import { days } from "./day.js";

const CALM = Object.freeze({ n: 0, cents: 0, age: 0, late: false });
/** Milliseconds that a reading waits for news of the keys. */
const AT_MOST = 4_000;

const FIVE_MINUTES = 300_000;
const DAY = 24 * 3_600_000;

/**
 * @param {Awaited<ReturnType<typeof import("./phone.js").openPhone>>} phone
 * @param {{training: boolean, changed: () => void}} given ``changed``: the band may say otherwise
 */
export function deskOf(phone, { training, changed }) {
  let pairing = null;
  let status = { ...bandOf({}), freshness: "none" };
  const trust = () => phone.knowledge.trust();

  async function refreshStatus() {
    pairing = await phone.pairing.paired();
    const known = await phone.status();
    status = bandOf({ ...known, away: !training && phone.network.lost(), now: phone.clock() });
    changed();
  }

  /** Without a list there is nothing to read with; with an old one, a key may be too new for it. */
  async function opened(text) {
    if (!trust()) await soon(phone.refresh());
    if (!trust()) return { reason: "needs_network" };
    const first = await open(text, keyring(trust()));
    if (first.reason !== "unknown_key" || phone.network.away()) return first;
    await soon(phone.refresh());
    return open(text, keyring(trust()));
  }

  async function look(text) {
    const stranger = wrongMode(text, training);
    if (stranger) return refused(stranger);
    const known = await opened(text);
    if (known.reason) return refused(pairingCode(text) ? "pairing_code" : known.reason);
    const no = judge(known, await phone.visits.facts(known, null, true));
    if (no) return { ...refused(no.reason), usedAt: await usedAt(known.token) };
    return readPass(text, known, trust());
  }

  async function usedAt({ booklet, number }) {
    const name = passName({ booklet, number });
    const [waiting, entries] = [await phone.queue.waiting(), await phone.journal.entries()];
    const use = [...waiting, ...entries].find(({ pass }) => pass && passName(pass) === name);
    return use ? new Date(use.at ?? use.scannedAt) : null;
  }

  const outcome = (told) => outcomeOf(told, trust());
  let refreshedAt = -Infinity;

  return {
    training,
    look,
    refreshStatus,
    status: () => status,
    paired: () => pairing !== null,
    siteName: () => trust()?.site.name ?? pairing?.site.name ?? null,
    phoneName: () => pairing?.name ?? null,
    services: () => trust()?.services ?? [],
    sealed: () => phone.vault.kind === "sealed",
    allowance: () => trust()?.offline.passes_per_day ?? 0,
    pair: (code, name) => phone.join(code, name).finally(refreshStatus),
    leave: () => phone.pairing.forget().then(refreshStatus),
    /** Whether the phone now knows what it needs to work alone. */
    async refresh() {
      const news = await phone.refresh();
      await refreshStatus();
      return [news?.trust, news?.snapshot].every((each) => each === "new" || each === "same");
    },

    send: () => phone.sender.flush().finally(refreshStatus),

    /** From time to time: learn what is newer, sooner when the network was lost. */
    async tick() {
      const late = performance.now() - refreshedAt > FIVE_MINUTES;
      if (pairing && (late || phone.network.lost())) {
        refreshedAt = performance.now();
        await phone.refresh();
      }
      await refreshStatus();
    },

    /** Ask of each pass whether it could be spent; nothing when there is no network. */
    async check(reads) {
      const outcomes = [];
      for (const { pass } of reads) {
        const told = await phone.visits.check(pass);
        if (told.reason === "needs_network") return null;
        outcomes.push(outcome({ cents: null, scanId: null, ...told, pass }));
      }
      return outcomes;
    },

    /** Spend the passes for one service; each outcome as it comes. */
    async *confirm(reads, service) {
      const passes = reads.map(({ pass }) => pass);
      for await (const told of phone.visits.confirm(passes, service)) yield outcome(told);
    },

    undo: (scanId, reason) => phone.visits.undo(scanId, reason),
    ...days(phone, outcome, refreshStatus),
  };
}

/** Somebody waits at the counter: what takes longer goes on without them. */
const soon = (work) => Promise.race([work, new Promise((late) => setTimeout(late, AT_MOST))]);

/** Training passes and real ones never meet. */
function wrongMode(text, training) {
  if (!training) return isTrainingPass(text) ? "training_pass" : null;
  return toBytes(text) && !isTrainingPass(text) ? "real_pass_in_training" : null;
}

const refused = (reason) => ({ reason, verdict: isUse(reason) ? "used" : "refused" });

function readPass(code, { token, key }, trust) {
  const { name, services } = rulesOf(trust, token.campaign);
  return {
    id: passName(token),
    code,
    typed: false,
    number: token.number,
    cents: token.cents,
    campaign: { name, services },
    lastDay: new Date(token.lastSecond * 1000),
    pass: { code, token, key },
  };
}

/** A typed code: what it names only the service knows. */
export const typedPass = (code) => ({
  id: code,
  code,
  typed: true,
  number: null,
  cents: null,
  campaign: null,
  lastDay: null,
  pass: { code },
});

/** What a visit told, as screens show it. */
function outcomeOf(told, trust) {
  const { verdict, reason, lost, kept, needsPerson, pass, at, undoUntil } = told;
  const token = pass.token;
  const rules = token && trust ? rulesOf(trust, token.campaign) : null;
  return {
    ...told,
    verdict: verdict === "revoked" ? "refused" : verdict,
    reason: reasonOf({ verdict, reason, lost, kept, needsPerson }),
    usedAt: verdict === "used" && at ? new Date(at) : null,
    undoUntil: undoUntil ? new Date(undoUntil) : null,
    pass: { number: told.number ?? token?.number ?? null, code: pass.code },
    borneBy: rules?.offline.borne_by ?? null,
  };
}

function reasonOf({ verdict, reason, lost, kept, needsPerson }) {
  if (needsPerson) return "needs_person";
  if (verdict === "revoked") return kept ? "revoked_kept" : "device_revoked";
  if (verdict === "kept") return lost ? "lost" : "kept";
  return reason;
}

/** @returns {Status} */
function bandOf({ waiting = 0, cents = 0, oldest, needsPerson = 0, now, away = false, ...known }) {
  const age = oldest ? Math.max(0, now.getTime() - Date.parse(oldest)) : 0;
  const late = age > DAY;
  const freshness = known.knowledge ?? "none";
  const revoked = known.revoked ?? false;
  return {
    away,
    revoked,
    sending: known.sending ?? false,
    waiting: waiting ? { n: waiting, cents, age, late } : CALM,
    persons: needsPerson,
    freshness,
    urgent: revoked || late || freshness === "old" || freshness === "too_old",
  };
}
