/**
 * The life of a confirmation: one service, one thumb, one or several passes.
 *
 * Each scan is on the disk before it is sent. Green comes from the service alone; amber says "kept,
 * to be confirmed"; a pass that the phone alone would refuse is never kept without a good answer of
 * the service first. Reading a pass and looking at it spend nothing and come before this.
 *
 * @typedef {{code: string, token?: import("../pass/shape.js").Token,
 *   key?: import("../pass/token.js").Key}} Pass  without a token when its code was typed
 * @typedef {import("./verdicts.js").Outcome & {pass: Pass, scanId: string|null,
 *   verdict: "confirmed"|"kept"|"used"|"refused"|"revoked", kept?: boolean, lost?: boolean,
 *   needsNetwork?: boolean, needsPerson?: boolean}} Told
 *   `scanId`: what the service knows it by; null when it knows nothing of it.
 *   `kept`: the scan waits in the queue. `lost`: a good check came before, and then no answer.
 *   `needsNetwork`: the phone refused alone; the service may know better.
 */

import { judge } from "../rules/judge.js";
import { parisDay } from "../rules/days.js";
import { passName } from "../memory/journal.js";
import { outcomeOf, refusalKind } from "./verdicts.js";

/** What the phone says by itself. Sentences are in the words of the phone. */
const NEEDS_NETWORK = "needs_network";
const CANNOT_KEEP = "cannot_keep";
const USED_HERE = "already_redeemed_here";

/**
 * @param {object} phone  the phone's memory, calls and clock, as `phone.js` puts them together
 * @param {() => string} [newId]
 */
export function visits(phone, newId = () => crypto.randomUUID()) {
  const { pairing, knowledge, queue, journal, calls, network, sender, atCounter, clock } = phone;

  /** What `judge` needs to know of a pass; the trust list may still be missing. */
  async function facts({ token }, service, online) {
    const now = clock();
    const [waiting, entries] = await Promise.all([queue.waiting(), journal.entries()]);
    return {
      trust: knowledge.trust(),
      booklet: knowledge.booklet(token.booklet),
      mine: isMine(token, waiting, entries),
      keptToday: keptOn(parisDay(now), token.campaign, waiting, entries),
      service,
      now,
      online,
    };
  }

  /** Why the phone could not take this pass alone, or null when it could. */
  async function reasonAlone(pass, service) {
    if (!pass.token || !knowledge.trust()) return NEEDS_NETWORK;
    const known = await facts(pass, service, false);
    if (["too_old", "none"].includes(knowledge.freshness(known.now))) return "trust_too_old";
    return judge(pass, known)?.reason ?? null;
  }

  /** A use of this pass that waits here: the service does not know of it yet. */
  async function waitingUse({ code, token }) {
    const same = (scan) =>
      token && scan.pass ? passName(scan.pass) === passName(token) : scan.code === code;
    return (await queue.waiting()).find(same);
  }

  async function newScan({ code, token }, service) {
    const { booklet, number, campaign, cents } = token ?? {};
    return {
      scanId: newId(),
      code,
      service,
      scannedAt: clock().toISOString(),
      cents: cents ?? null,
      pass: token ? { booklet, number, campaign } : null,
      association: (await pairing.paired())?.association ?? null,
    };
  }

  async function note(scan, outcome) {
    const { code, ...known } = scan;
    const endedAt = clock().toISOString();
    await journal.note({ ...known, ...outcome, offline: false, unseen: false, endedAt });
  }

  /** The phone's own no. */
  async function refuseAlone(scan, reason, more = {}) {
    const outcome = { verdict: refusalKind(reason), reason, ...more };
    await note(scan, outcome);
    return { ...outcome, scanId: null };
  }

  /** Ask before keeping: gives what is to be told at once, or null when the pass may be spent. */
  async function checkFirst(scan, reason) {
    const answer = await calls.check(scan.code, scan.service, scan.scanId);
    if (answer.kind === "revoked") return { verdict: "revoked", kept: false, scanId: null };
    if (answer.kind === "person") return refusedForAPerson(answer.problem);
    const outcome = answer.kind === "answer" ? outcomeOf(answer.body) : null;
    if (!outcome) return refuseAlone(scan, answer.reason ?? reason, { needsNetwork: true });
    if (outcome.verdict === "confirmed") return null;
    await note(scan, outcome);
    return { ...outcome, scanId: scan.scanId };
  }

  async function spend(scan, checked) {
    const answer = await calls.redeem(scan, false);
    const { scanId } = scan;
    if (answer.kind === "revoked") return { verdict: "revoked", kept: true, scanId };
    if (answer.kind === "person") {
      await queue.toPerson(scanId, answer.problem);
      return { ...refusedForAPerson(answer.problem), kept: true, scanId };
    }
    const ours = answer.kind === "answer" && answer.body.scan_id === scanId;
    const outcome = ours ? outcomeOf(answer.body) : null;
    if (!outcome) return { verdict: "kept", kept: true, lost: checked, scanId };
    const endedAt = clock().toISOString();
    // If this cannot be written now the scan stays, and its next sending is an echo of this one.
    await queue.finish(scan, { ...outcome, offline: false, unseen: false, endedAt }).catch(() => {});
    return { ...outcome, scanId };
  }

  async function keepAndSpend(scan, { away, checked }) {
    atCounter.add(scan.scanId);
    try {
      await queue.keep(scan);
      if (away) return { verdict: "kept", kept: true, lost: false, scanId: scan.scanId };
      return await spend(scan, checked);
    } catch (error) {
      if (error?.name !== "NoStorage") throw error;
      return { verdict: "refused", reason: CANNOT_KEEP, scanId: null };
    } finally {
      atCounter.delete(scan.scanId);
    }
  }

  let turn = Promise.resolve();

  /** One pass at a time, whatever thumbs do: the second tap finds what the first one kept. */
  function inTurn(work) {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  }

  async function confirmOne(pass, service) {
    const scan = await newScan(pass, service);
    const waits = await waitingUse(pass);
    if (waits) return refuseAlone(scan, USED_HERE, { at: waits.scannedAt });
    const reason = await reasonAlone(pass, service);
    const away = network.away();
    if (reason && away) return refuseAlone(scan, reason, { needsNetwork: true });
    const told = reason ? await checkFirst(scan, reason) : null;
    return told ?? keepAndSpend(scan, { away, checked: reason !== null });
  }

  return {
    facts,

    /**
     * Spend some passes for one service, one after the other, and tell of each.
     *
     * @param {Pass[]} passes
     * @param {string} service
     * @returns {AsyncGenerator<Told>}
     */
    async *confirm(passes, service) {
      for (const pass of passes) {
        const told = await inTurn(() => confirmOne(pass, service));
        if (told.kept) sender.soon();
        yield { cents: pass.token?.cents ?? null, ...told, pass };
      }
    },

    /**
     * Look at a pass without spending it: the service's outcome, or why there is none.
     *
     * @param {Pass} pass
     * @param {string} [service]
     */
    async check(pass, service) {
      const answer = await calls.check(pass.code, service);
      if (answer.kind === "revoked") return { verdict: "revoked" };
      if (answer.kind === "person") return refusedForAPerson(answer.problem);
      const outcome = answer.kind === "answer" ? outcomeOf(answer.body) : null;
      return outcome ?? { verdict: "refused", reason: answer.reason ?? NEEDS_NETWORK };
    },

    /**
     * Take a use back, inside its window.
     *
     * @param {string} scanId
     * @param {string} reason
     * @returns {Promise<import("./calls.js").Result>}
     */
    async undo(scanId, reason) {
      const answer = await calls.undo(scanId, reason);
      if (answer.kind === "answer") await journal.undone(scanId, answer.body.undone_at);
      return answer;
    },
  };
}

function refusedForAPerson({ reason, detail }) {
  return { verdict: "refused", reason, title: detail, needsPerson: true, scanId: null };
}

function isMine(token, waiting, entries) {
  const name = passName(token);
  const spent = entries.filter(({ verdict, undoneAt }) => verdict === "confirmed" && !undoneAt);
  return [...waiting, ...spent].some(({ pass }) => pass && passName(pass) === name);
}

/** How many passes of a campaign this phone kept on a Paris day: what its allowance counts. */
function keptOn(day, campaign, waiting, entries) {
  const sent = entries.filter(({ verdict, offline }) => verdict === "confirmed" && offline);
  return [...waiting, ...sent].filter(
    ({ pass, scannedAt }) => pass?.campaign === campaign && parisDay(new Date(scannedAt)) === day,
  ).length;
}
