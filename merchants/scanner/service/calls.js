/**
 * The calls of the scan API, one function each. Every answer is one of four things, never an error:
 *
 * - `{kind: "answer", body}`: the service spoke;
 * - `{kind: "away", after?, status?, reason?}`: no answer, or "later": try again, after so many
 *   seconds;
 * - `{kind: "revoked"}`: this phone is not paired any more;
 * - `{kind: "person", problem}`: the service refuses what was asked; asking again gains nothing.
 *
 * Only the service's own words count: the page of a hotel's Wi-Fi, or of a proxy on the way, is
 * "away" whatever its status. Nothing is kept here, and nothing is tried twice.
 *
 * @typedef {{kind: "answer", body: any, etag?: string|null, same?: boolean}
 *   | {kind: "away", after?: number, status?: number, reason?: string}
 *   | {kind: "revoked"} | {kind: "person", problem: import("../memory/queue.js").Problem}} Result
 */

const API = "/scan/v1";
const FULL_BATCH = 100;

/** Milliseconds: a person waits at the counter; nobody waits for the queue. */
export const WAITS = { counter: 4_000, queue: 20_000 };

/**
 * @param {object} given
 * @param {(scan?: import("../memory/queue.js").Scan) => Promise<string|null>} given.token
 *   the phone's token, if it has one; for a scan, only if it still works for the same association
 * @param {() => Promise<string|null>} [given.lastToken]  its last one, left or not
 * @param {() => Date} given.clock
 * @param {ReturnType<typeof import("./network.js").networkMemory>} given.network
 * @param {() => string} [given.language]
 * @param {typeof fetch} [given.fetch]
 * @param {{counter: number, queue: number}} [given.waits]
 */
export function serviceCalls({
  token,
  lastToken = token,
  clock,
  network,
  language = () => "fr",
  fetch = (...request) => globalThis.fetch(...request),
  waits = WAITS,
}) {
  async function ask(
    method,
    path,
    { body, wait = waits.counter, headers = {}, shown = () => token() } = {},
  ) {
    const request = async () => ({
      method,
      headers: {
        Accept: "application/json",
        "Accept-Language": language(),
        ...bearer(await shown()),
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const result = await within(wait, fetch, path, request);
    // "Not now" was said by the service itself: it can be reached.
    if (result.kind === "away" && result.status !== 429) network.failed();
    else network.reached();
    return result;
  }

  const get = (path, options) => ask("GET", API + path, options);
  const post = (path, body, more) => ask("POST", API + path, { body, ...more });
  const now = () => clock().toISOString();

  return {
    /** The largest number of scans of one batch. */
    fullBatch: FULL_BATCH,

    /** Join a site, showing who one was before. @param {string} pairingCode @param {string} name */
    pair: (pairingCode, name) =>
      post("/devices", { pairing_code: pairingCode, name }, { shown: lastToken }),

    /** The public keys of the service. */
    keys: () => ask("GET", "/.well-known/jwks.json"),

    /** @param {string|null} etag of the list the phone has: `same` says that it still stands */
    trust: (etag) =>
      get("/trust", { wait: waits.queue, headers: etag ? { "If-None-Match": etag } : {} }),

    /** @param {number|null} since the sequence of the snapshot the phone has */
    snapshot: (since) =>
      get(since === null ? "/snapshot" : `/snapshot?since=${since}`, { wait: waits.queue }),

    /**
     * Look at a pass without spending it.
     *
     * @param {string} code
     * @param {string} [service]
     * @param {string} [scanId]  when somebody waits to spend it: a refusal is then kept like a scan's
     */
    check: (code, service, scanId) =>
      post("/checks", { code, ...(service && { service }), ...(scanId && { scan_id: scanId }) }),

    /** Spend one pass. @param {import("../memory/queue.js").Scan} scan @param {boolean} offline */
    redeem: (scan, offline) =>
      post("/redemptions", { ...sent(scan), offline, sent_at: now() }, { shown: () => token(scan) }),

    /** Spend what was kept, oldest first. @param {import("../memory/queue.js").Scan[]} scans */
    batch: (scans) =>
      post(
        "/redemptions/batch",
        { sent_at: now(), scans: scans.map((scan) => ({ ...sent(scan), offline: true })) },
        { wait: waits.queue, shown: () => token(scans[0]) },
      ),

    /** Take a use back. @param {string} scanId @param {string} reason */
    undo: (scanId, reason) => post(`/redemptions/${scanId}/undo`, { reason }),

    /** What this site redeemed. @param {string} since @param {string|null} [cursor] */
    today: (since, cursor = null) => get(`/redemptions?${listed(since, cursor)}`),

    /** What this site was refused. @param {string} since @param {string|null} [cursor] */
    refusals: (since, cursor = null) => get(`/refusals?${listed(since, cursor)}`),

    /** Doubt a refusal. @param {string} scanId @param {string} reason */
    dispute: (scanId, reason) => post(`/refusals/${scanId}/dispute`, { reason }),
  };
}

const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

function sent({ scanId, code, service, scannedAt }) {
  return { scan_id: scanId, code, service, scanned_at: scannedAt };
}

function listed(since, cursor) {
  return new URLSearchParams({ since, limit: "500", ...(cursor && { cursor }) });
}

/** One request and its whole answer inside a time, however little of it has come. */
async function within(milliseconds, fetch, path, request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  try {
    return await read(await fetch(path, { ...(await request()), signal: stop.signal }));
  } catch {
    return { kind: "away" };
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response @returns {Promise<Result>} */
async function read(response) {
  if (response.status === 304) return { kind: "answer", body: null, same: true };
  const body = await json(response);
  if (response.ok) {
    const etag = response.headers.get("ETag");
    return body === null ? { kind: "away" } : { kind: "answer", body, etag };
  }
  const after = Number(response.headers.get("Retry-After")) || undefined;
  if (response.status >= 500) return { kind: "away", after, status: response.status };
  if (body?.status !== response.status) return { kind: "away" };
  return refused(body, after);
}

function refused({ status, reason, detail }, after) {
  if (isRevoked(status, reason)) return { kind: "revoked" };
  if (status === 429) return { kind: "away", after, status, reason };
  return { kind: "person", problem: { status, reason, detail } };
}

/** Whether an answer means that this phone is not paired any more. */
export function isRevoked(status, reason) {
  return status === 401 || (status === 403 && reason === "device_revoked");
}

async function json(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (!/^application\/(problem\+)?json\b/.test(type)) return null;
  const body = await response.json();
  return typeof body === "object" ? body : null;
}
