/**
 * The scans that have no verdict yet. Each is here before it is sent, and leaves only by a verdict.
 *
 * `finish` moves a scan to the journal in one transaction, so that no instant exists at which it is
 * in neither place, and the first verdict stays. A scan that the service does not understand waits
 * for a person. Nothing here sends, judges, or deletes without a verdict.
 *
 * @typedef {{scanId: string, code: string, service: string, scannedAt: string, cents: number|null,
 *   pass: {booklet: string, number: number, campaign: number}|null,
 *   association: string|null}} Scan
 *   `pass` and `cents` are null for a typed code: only the service knows what it names.
 *   `association`: whose help it was, by the pairing of that moment; the value is theirs.
 * @typedef {{status: number, reason: string, detail: string}} Problem
 */

const about = (scanId) => `queue:${scanId}`;

/**
 * @param {import("./db.js").Database} db
 * @param {import("./vault.js").Vault} vault
 * @param {ReturnType<typeof import("./journal.js").journals>} journal
 * @param {ReturnType<typeof import("./pairing.js").pairings>} pairing
 */
export function queues(db, vault, journal, pairing) {
  const rows = () => db.read(["queue"], (store) => store("queue").all());

  async function opened(row) {
    try {
      const scan = await vault.unseal(about(row.scanId), row.sealed);
      return { ...scan, ...(row.problem && { problem: row.problem }) };
    } catch {
      return { scanId: row.scanId, unreadable: true };
    }
  }

  async function all(state) {
    const kept = (await rows()).filter((row) => row.state === state);
    kept.sort((one, other) => one.keptAt - other.keptAt);
    return Promise.all(kept.map(opened));
  }

  const waiting = async () => (await all("waiting")).filter((scan) => !scan.unreadable);

  async function move(scanId, from, change) {
    await db.write(["queue"], async (store) => {
      const row = await store("queue").get(scanId);
      if (row?.state === from) await store("queue").put(change(row));
    });
  }

  return {
    /**
     * Keep a scan. When this resolves it is on the disk, and may be sent.
     * Rejects (`NoStorage`) when the phone cannot keep it: then it must not be sent.
     *
     * @param {Scan} scan
     */
    async keep(scan) {
      const { scanId } = scan;
      const sealed = await vault.seal(about(scanId), scan);
      const keptAt = Date.parse(scan.scannedAt);
      const row = { scanId, state: "waiting", keptAt, sealed };
      await db.write(["queue"], (store) => store("queue").add(row));
    },

    /** What waits to be sent, oldest first. @returns {Promise<Scan[]>} */
    waiting,

    /** Of these, what may be sent now: no other association is paid for it. */
    async sendable() {
      const paired = await pairing.paired();
      return paired ? (await waiting()).filter((scan) => !isForeign(scan, paired)) : [];
    },

    /**
     * What somebody must look at: scans that cannot be read any more (`unreadable`) or were kept for
     * another association (`foreign`), scans that the service did not understand (`problem`), and
     * refusals that came after the service was given.
     */
    async needsPerson() {
      const paired = await pairing.paired();
      const stuck = (await all("waiting"))
        .map((scan) => (paired && isForeign(scan, paired) ? { ...scan, foreign: true } : scan))
        .filter((scan) => scan.unreadable || scan.foreign);
      return [...stuck, ...(await all("person")), ...(await journal.unseen())];
    },

    /** The service answered, but gave no verdict. @param {string} scanId @param {Problem} problem */
    async toPerson(scanId, problem) {
      await move(scanId, "waiting", (row) => ({ ...row, state: "person", problem }));
    },

    /** A person says: send it once more. @param {string} scanId */
    async retry(scanId) {
      await move(scanId, "person", ({ problem, ...row }) => ({ ...row, state: "waiting" }));
    },

    /**
     * The verdict: the scan leaves the queue for the journal. False when it had one already.
     *
     * @param {Scan} scan
     * @param {import("./journal.js").Ending} ending
     */
    async finish(scan, ending) {
      const row = await journal.row({ ...withoutCode(scan), ...ending });
      return db.write(["queue", "journal"], async (store) => {
        if (!(await store("queue").get(scan.scanId))) return false;
        await store("journal").put(row);
        await store("queue").remove(scan.scanId);
        return true;
      });
    },

    /** How many wait, their cents as far as known, and since when the oldest does. */
    async counts() {
      const kept = await all("waiting");
      const readable = kept.filter((scan) => !scan.unreadable);
      return {
        waiting: kept.length,
        cents: readable.reduce((sum, scan) => sum + (scan.cents ?? 0), 0),
        oldest: readable[0]?.scannedAt ?? null,
      };
    },
  };
}

/** Whether a scan belongs to another association than the one this phone is paired with now. */
const isForeign = (scan, paired) => !scan.unreadable && scan.association !== paired.association;

/** The journal tells what happened; it has no use for the code. */
function withoutCode({ code, problem, ...scan }) {
  return scan;
}
