/**
 * The trust list: which public keys and rules a phone believes, whose word that is, and how old.
 *
 * Takes documents as they came from the service and says what is in them; fetches and keeps nothing.
 */

import { fromBase64url } from "../pass/bytes.js";
import { verify } from "../pass/ed25519.js";
import { ALGORITHMS } from "../pass/shape.js";
import { canonical } from "./canonical.js";

const HOUR = 3_600_000;

/** 64 bytes in base64url. */
const SIGNATURE = /^[\w-]{86}$/;

/**
 * Whether a document (trust list, snapshot) was signed by one of the service's statement keys:
 * Ed25519 over the SHA-256 of its canonical JSON without `signature`.
 * @param {{kid: string, signature: string}} document
 * @param {{kid: string, public: string}[]} statementKeys their public halves in base64url
 * @returns {Promise<boolean>}
 */
export async function verified(document, statementKeys) {
  const { signature, ...signed } = document;
  const key = statementKeys.find(({ kid }) => kid === document.kid);
  if (!key || !SIGNATURE.test(signature)) return false;
  const digest = await crypto.subtle.digest("SHA-256", canonical(signed));
  return verify(fromBase64url(key.public), new Uint8Array(digest), fromBase64url(signature));
}

/**
 * The list's keys, ready to open passes with. A key of an algorithm that this app does not know is
 * left out: its passes are "from elsewhere" until the app is newer.
 * @param {object} trust
 * @returns {Map<string, import("../pass/token.js").Key>}
 */
export function keyring(trust) {
  const known = trust.keys.filter(({ alg }) => Object.hasOwn(ALGORITHMS, alg));
  return new Map(known.map((key) => [key.kid, { ...key, public: fromBase64url(key.public) }]));
}

/**
 * How far a list may be believed: `fresh`; `old`, when the phone should say that it needs the
 * network; `too_old` to judge by itself. A list from a day to come means that the phone's clock is
 * wrong: it proves nothing about its age.
 * @param {object} trust
 * @param {Date} now
 * @returns {"fresh" | "old" | "too_old"}
 */
export function freshness(trust, now) {
  const { warn_hours: warn, trust_hours: most } = trust.offline;
  const hours = (now.getTime() - Date.parse(trust.issued_at)) / HOUR;
  if (hours > most || hours < -warn) return "too_old";
  return hours > warn ? "old" : "fresh";
}

/**
 * The rules of a campaign, or null when this site does not take its passes.
 * @param {object} trust
 * @param {number} number
 * @returns {object | null}
 */
export function campaign(trust, number) {
  return trust.campaigns.find(({ id }) => id === String(number)) ?? null;
}
