/**
 * The calls of `service/calls.js`, answered from memory: the app in training mode talks to this and
 * to nobody else. It can reach neither the network nor the real queue, and forgets with the page.
 *
 * Presents what the register decided, in the shapes of the scan API. Decides nothing.
 */

import { trainingRegister } from "./register.js";

/** How the calls of training name the site and the phone. */
const PAIRED = { device: "0", token: "training" };

/**
 * @param {object} given
 * @param {object} given.document what `training.json` holds
 * @param {() => Date} [given.clock]
 * @param {(reason: string) => {title?: string, next_step?: string}} [given.words] of a refusal
 * @returns {ReturnType<typeof import("../service/calls.js").serviceCalls>}
 */
export function trainingCalls({ document, clock = () => new Date(), words = () => ({}) }) {
  const register = trainingRegister(document, clock);
  const refusals = refusalBook(clock, words);

  async function redeem(scan, offline) {
    const decided = await register.spend(scan, offline);
    if (decided.reason) refusals.keep(scan, decided.reason, offline);
    return verdictOf(decided, scan.scanId, words);
  }

  return {
    fullBatch: 100,
    pair: async () => answer({ ...PAIRED, site: document.trust.site }),
    keys: async () => answer({ keys: [] }),
    trust: async () => answer(register.trust()),
    snapshot: async () => answer(snapshotOf(register, clock)),
    check: async (code, service, scanId = null) => {
      const decided = await register.look(code, service ?? null);
      const scan = { scanId, service, scannedAt: clock().toISOString() };
      if (scanId && decided.reason) refusals.keep(scan, decided.reason, false);
      return answer(verdictOf(decided, scanId, words));
    },
    redeem: async (scan, offline) => answer(await redeem(scan, offline)),
    batch: async (scans) => {
      const verdicts = [];
      for (const scan of scans) verdicts.push(await redeem(scan, true));
      return answer({ verdicts });
    },
    undo: async (scanId) => undone(scanId, register.undo(scanId)),
    today: async () => answer({ items: register.uses().map(useOf), next: null }),
    refusals: async () => answer({ items: refusals.all(), next: null }),
    dispute: async (scanId, reason) => {
      const dispute = refusals.dispute(scanId, reason);
      return dispute ? answer({ ...dispute, scan_id: scanId }) : problem(404, "not_found");
    },
  };
}

const answer = (body) => ({ kind: "answer", body });
const problem = (status, reason) => ({ kind: "person", problem: { status, reason, detail: "" } });

function snapshotOf(register, clock) {
  const sequence = clock().getTime() * 1000;
  const campaigns = register.trust().campaigns.map(({ id }) => id);
  return { sequence, full: true, campaigns, booklets: register.booklets() };
}

function verdictOf({ use, echo, reason, at }, scanId, words) {
  if (reason) {
    const said = words(reason);
    return { verdict: "refused", scan_id: scanId, reason, ...said, detail: { redeemed_at: at } };
  }
  const { rules } = use;
  return {
    verdict: "accepted",
    scan_id: scanId,
    pass: { serial: use.serial, number: use.number },
    value_cents: use.cents,
    campaign: { id: rules.id, name: rules.name },
    redeemed_at: use.at,
    echo,
    undo_until: use.undoUntil,
  };
}

function useOf({ scanId, serial, number, cents, service, at, undoUntil, offline, undoneAt }) {
  return {
    scan_id: scanId,
    pass: { serial, number },
    value_cents: cents,
    service,
    redeemed_at: at,
    undo_until: undoUntil,
    offline,
    state: undoneAt ? "undone" : "live",
  };
}

function undone(scanId, { use, reason }) {
  if (reason) return problem(reason === "not_found" ? 404 : 409, reason);
  return answer({ scan_id: scanId, undone_at: use.undoneAt });
}

/** The refusals of this training, and what was said against them. */
function refusalBook(clock, words) {
  const items = [];
  return {
    all: () => [...items],
    keep({ scanId, service, scannedAt }, reason, offline) {
      const said = { scan_id: scanId, reason, ...words(reason), service, offline };
      const times = { scanned_at: scannedAt, refused_at: clock().toISOString() };
      items.push({ ...said, ...times, pass: null, value_cents: null, borne_by: null, dispute: null });
    },
    dispute(scanId, reason) {
      const item = items.find(({ scan_id: known }) => known === scanId);
      if (!item) return null;
      const at = clock().toISOString();
      item.dispute = { state: "open", reason, disputed_at: at, answer: null, answered_at: null };
      return item.dispute;
    },
  };
}
