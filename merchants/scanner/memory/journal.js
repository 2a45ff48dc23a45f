/**
 * What this phone saw: every verdict it was given, and the refusals it gave by itself. Kept sealed.
 *
 * From it come the list of the day, the passes that are "mine", and the refusals that arrived after
 * the service was given, until somebody has seen them. It never holds a code, and the ledger of the
 * service, not this, says what is owed.
 *
 * @typedef {{verdict: "confirmed"|"used"|"refused", reason?: string, title?: string,
 *   nextStep?: string, cents?: number|null, at?: string, undoUntil?: string, serial?: string,
 *   offline: boolean, unseen: boolean, endedAt: string}} Ending
 *   `offline`: the scan had been kept before. `unseen`: nobody at the counter saw this refusal.
 * @typedef {import("./queue.js").Scan & Ending} Entry  without its code; `undoneAt` once taken back
 */

import { parisDay } from "../rules/days.js";

const about = (id) => `journal:${id}`;

const KEPT_DAYS = 40;
const DAY = 24 * 3600 * 1000;

/** What a pass is called here. @param {{booklet: string, number: number}} pass */
export const passName = (pass) => `${pass.booklet}:${pass.number}`;

/**
 * @param {import("./db.js").Database} db
 * @param {import("./vault.js").Vault} vault
 */
export function journals(db, vault) {
  const rows = () => db.read(["journal"], (store) => store("journal").all());
  const opened = new Map();

  /** Each row is unsealed once: the list of a month is asked for at each pass that is read. */
  async function unsealed({ id, unseen, sealed }) {
    const name = `${id} ${sealed.iv ?? sealed.open}`;
    if (!opened.has(name)) {
      opened.set(name, await vault.unseal(about(id), sealed).catch(() => null));
    }
    const entry = opened.get(name);
    return entry && { ...entry, unseen };
  }

  async function row(entry) {
    const { scanId, unseen, endedAt } = entry;
    const sealed = await vault.seal(about(scanId), entry);
    return { id: scanId, at: Date.parse(endedAt), unseen, sealed };
  }

  async function entries(wanted = () => true) {
    const kept = (await rows()).filter(wanted).sort((one, other) => one.at - other.at);
    return (await Promise.all(kept.map(unsealed))).filter(Boolean);
  }

  async function change(scanId, changed) {
    const [entry] = await entries(({ id }) => id === scanId);
    if (!entry) return;
    const changedRow = await row({ ...entry, ...changed });
    await db.write(["journal"], (store) => store("journal").put(changedRow));
  }

  return {
    row,

    /** Write down what has no scan in the queue: a refusal of the phone's own. */
    async note(entry) {
      const noted = await row(entry);
      await db.write(["journal"], (store) => store("journal").put(noted));
    },

    /** Everything kept, oldest first. @returns {Promise<Entry[]>} */
    entries: () => entries(),

    /** What ended on the Paris day of an instant. @param {Date} now */
    async today(now) {
      const day = parisDay(now);
      const near = ({ at }) => Math.abs(at - now.getTime()) < 2 * DAY;
      return (await entries(near)).filter(({ endedAt }) => parisDay(new Date(endedAt)) === day);
    },

    /** The names of the passes that this phone spent and did not take back. */
    async mine() {
      const spent = await entries();
      const live = ({ verdict, undoneAt, pass }) => verdict === "confirmed" && !undoneAt && pass;
      return new Set(spent.filter(live).map(({ pass }) => passName(pass)));
    },

    /** Refusals that came after the service was given, and that nobody has seen yet. */
    unseen: () => entries((kept) => kept.unseen),

    /** Somebody has seen a refusal: it stays in the journal. @param {string} scanId */
    seen: (scanId) => change(scanId, { unseen: false }),

    /** A use was taken back. @param {string} scanId @param {string} undoneAt */
    undone: (scanId, undoneAt) => change(scanId, { undoneAt }),

    /** Forget what ended long ago, except what nobody has seen. @param {Date} now */
    async prune(now) {
      const oldest = now.getTime() - KEPT_DAYS * DAY;
      await db.write(["journal"], async (store) => {
        for (const { id, at, unseen } of await store("journal").all()) {
          if (at < oldest && !unseen) await store("journal").remove(id);
        }
      });
    },
  };
}
