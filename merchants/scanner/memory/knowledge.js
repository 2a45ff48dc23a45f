/**
 * What the phone knows without network: the trust list and the snapshot of handed-over booklets.
 *
 * A document is believed when a statement key that was pinned at pairing signed it, when it is for
 * this site, and when it is not older than what is held. Anything else changes nothing. It judges
 * no pass.
 *
 * @typedef {"new"|"same"|"away"|"revoked"|"person"|"rejected"} News
 */

import { freshness, verified } from "../rules/trust.js";
import { find, merged, pack } from "./packed.js";

const TRUST = "trust";
const SNAPSHOT = "snapshot";
const AGES = ["fresh", "old", "too_old"];

/**
 * @param {import("./db.js").Database} db
 * @param {(document: object, keys: object[]) => Promise<boolean>} [believed]
 */
export function knowledgeIn(db, believed = verified) {
  let held = { trust: null, snapshot: null };

  /** Read what is held for a site; what was learnt for another one does not count. */
  async function load(site) {
    const [trust, snapshot] = await db.read(["facts"], async (store) => [
      await store("facts").get(TRUST),
      await store("facts").get(SNAPSHOT),
    ]);
    const ours = (row) => (row?.site === site ? row : null);
    held = { trust: ours(trust), snapshot: ours(snapshot) };
  }

  /** Keep a row unless what is held meanwhile speaks against it. */
  function keep(row, fits) {
    return db.write(["facts"], async (store) => {
      const before = await store("facts").get(row.name);
      if (!fits(before?.site === row.site ? before : null)) return false;
      await store("facts").put(row);
      return true;
    });
  }

  async function refreshTrust(calls, { site, statementKeys }) {
    const answer = await calls.trust(held.trust?.etag ?? null);
    if (answer.kind !== "answer") return answer.kind;
    if (answer.same) return "same";
    const document = answer.body;
    if (!(await believed(document, statementKeys)) || document.site?.id !== site.id) {
      return "rejected";
    }
    const row = { name: TRUST, site: site.id, etag: answer.etag ?? null, document };
    const notOlder = (before) => !before || document.version >= before.document.version;
    return (await keep(row, notOlder)) ? "new" : "rejected";
  }

  async function refreshSnapshot(calls, { site, statementKeys }) {
    const since = held.snapshot?.sequence ?? null;
    const answer = await calls.snapshot(since);
    if (answer.kind !== "answer") return answer.kind;
    const { body: document } = answer;
    if (!(await believed(document, statementKeys))) return "rejected";
    if (!document.full && since === null) return "rejected";
    const packed = document.full
      ? pack(document.booklets)
      : merged(held.snapshot.packed, document.booklets);
    const row = { name: SNAPSHOT, site: site.id, sequence: document.sequence, packed };
    // A delta continues what it was asked for. Another tab may have gone on meanwhile.
    const follows = (before) =>
      !before ||
      (document.sequence >= before.sequence && (document.full || before.sequence === since));
    return (await keep(row, follows)) ? "new" : "rejected";
  }

  return {
    load,

    /**
     * Ask for what is newer. The trust list comes first: without it a snapshot says nothing.
     *
     * @param {ReturnType<typeof import("../service/calls.js").serviceCalls>} calls
     * @param {import("./pairing.js").Pairing} pairing
     * @returns {Promise<{trust: News, snapshot: News|null}>}
     */
    async refresh(calls, pairing) {
      await load(pairing.site.id);
      const trust = await refreshTrust(calls, pairing);
      const goOn = trust === "new" || trust === "same";
      const snapshot = goOn ? await refreshSnapshot(calls, pairing) : null;
      await load(pairing.site.id);
      return { trust, snapshot };
    },

    /** The trust list, or null before there is one. */
    trust: () => held.trust?.document ?? null,

    /** What the snapshot says of a booklet; null when it does not know it. @param {string} id */
    booklet: (id) => (held.snapshot ? find(held.snapshot.packed, id) : null),

    /**
     * How far the phone may judge alone: the older of the two documents decides.
     *
     * @param {Date} now
     * @returns {"fresh"|"old"|"too_old"|"none"}
     */
    freshness(now) {
      const trust = held.trust?.document;
      if (!trust || !held.snapshot) return "none";
      const issued = { ...trust, issued_at: new Date(held.snapshot.sequence / 1000).toISOString() };
      const ages = [freshness(trust, now), freshness(issued, now)];
      return AGES[Math.max(...ages.map((age) => AGES.indexOf(age)))];
    },
  };
}
