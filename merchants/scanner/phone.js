/**
 * The phone put together: its memory, what it knows, its calls, its sending, its visits.
 *
 * Training mode puts the same phone together on a memory that forgets and on calls that reach
 * nobody. Nothing is decided here.
 */

import { database } from "./memory/db.js";
import { journals } from "./memory/journal.js";
import { knowledgeIn } from "./memory/knowledge.js";
import { pairings } from "./memory/pairing.js";
import { queues } from "./memory/queue.js";
import { openVault } from "./memory/vault.js";
import { serviceCalls } from "./service/calls.js";
import { join } from "./service/joining.js";
import { networkMemory } from "./service/network.js";
import { sender as senders } from "./service/sending.js";
import { visits } from "./service/visit.js";

const HOUR = 3_600_000;
const WARN_HOURS = 24;

/**
 * @param {object} [given]
 * @param {import("./memory/db.js").Database} [given.db]
 * @param {() => Date} [given.clock]
 * @param {() => string} [given.language]
 * @param {object} [given.calls]  training: the calls that reach nobody
 * @param {object} [given.calling]  what `serviceCalls` is given besides
 * @param {(document: object, keys: object[]) => Promise<boolean>} [given.believed]
 * @param {LockManager} [given.locks]
 */
export async function openPhone({
  db = database(),
  clock = () => new Date(),
  language = () => "fr",
  calls,
  calling = {},
  believed,
  locks,
} = {}) {
  const vault = await openVault(db);
  const pairing = pairings(db, vault);
  const journal = journals(db, vault);
  const queue = queues(db, vault, journal, pairing);
  const knowledge = knowledgeIn(db, believed);
  const network = networkMemory(clock);
  const token = async (scan) => {
    const paired = await pairing.paired();
    return paired && (!scan || scan.association === paired.association) ? paired.token : null;
  };
  const lastToken = async () => (await pairing.last())?.token ?? null;
  calls ??= serviceCalls({ token, lastToken, clock, network, language, ...calling });
  const atCounter = new Set();
  const sender = senders({ queue, calls, clock, atCounter, locks });
  const phone = { db, vault, pairing, journal, queue, knowledge, network, calls, atCounter, sender };
  phone.clock = clock;
  phone.visits = visits(phone);

  /** Join a site, then send what waited for it. See `joining.js`. */
  phone.join = async (code, name) => {
    const joined = await join(phone, code, name);
    if (joined.kind === "paired") sender.flush();
    return joined;
  };

  /** Read from the disk what the phone knows for its site. Gives the pairing, or null. */
  phone.load = async () => {
    const paired = await pairing.paired();
    if (paired) await knowledge.load(paired.site.id);
    return paired;
  };

  /** Ask for a newer trust list and snapshot. */
  phone.refresh = async () => {
    const paired = await pairing.paired();
    return paired ? knowledge.refresh(calls, paired) : null;
  };

  /** What the band says. @returns {Promise<Status>} */
  phone.status = async () => status(phone);

  await journal.prune(clock());
  await phone.load();
  return phone;
}

/**
 * @typedef {{waiting: number, cents: number, oldest: string|null, needsPerson: number,
 *   sending: boolean, revoked: boolean, knowledge: "fresh"|"old"|"too_old"|"none",
 *   warn: boolean}} Status  `warn`: a scan has waited for a day, or the trust list is a day old
 */
async function status({ queue, sender, knowledge, clock }) {
  const now = clock();
  const [counts, people] = await Promise.all([queue.counts(), queue.needsPerson()]);
  const age = knowledge.freshness(now);
  const hours = counts.oldest ? (now.getTime() - Date.parse(counts.oldest)) / HOUR : 0;
  const warn = hours > WARN_HOURS || age === "old" || age === "too_old";
  return { ...counts, needsPerson: people.length, ...sender.state(), knowledge: age, warn };
}
