/**
 * The service's verdicts, as the phone's screens and its journal tell them. Judges nothing.
 *
 * @typedef {{verdict: "confirmed"|"used"|"refused", reason?: string, title?: string,
 *   nextStep?: string, cents?: number, at?: string|null, undoUntil?: string, serial?: string,
 *   number?: number, campaign?: {id: string, name: string}}} Outcome
 */

const USED = new Set(["already_redeemed_here", "already_redeemed_elsewhere"]);

/** Whether a pass that is refused for this reason was simply used before. */
export const isUse = (reason) => USED.has(reason);

/** How the phone calls a refusal. @param {string} reason @returns {"used"|"refused"} */
export const refusalKind = (reason) => (isUse(reason) ? "used" : "refused");

/**
 * What ends a scan without a verdict: the service had accepted it, and it was taken back meanwhile.
 * Null for any other problem: those wait for a person.
 *
 * @param {import("../memory/queue.js").Problem} problem
 * @returns {Outcome|null}
 */
export const endOf = ({ reason }) =>
  reason === "scan_undone" ? { verdict: "refused", reason } : null;

/**
 * What a verdict of the service says; null for anything that is none, such as the page of a hotel's
 * Wi-Fi: only a verdict ends a scan.
 *
 * @param {any} body
 * @returns {Outcome|null}
 */
export function outcomeOf(body) {
  if (body?.verdict === "accepted" && Number.isSafeInteger(body.value_cents)) {
    return {
      verdict: "confirmed",
      cents: body.value_cents,
      at: body.redeemed_at,
      undoUntil: body.undo_until,
      serial: body.pass?.serial,
      number: body.pass?.number,
      campaign: body.campaign,
    };
  }
  if (body?.verdict === "refused" && typeof body.reason === "string") {
    return {
      verdict: refusalKind(body.reason),
      reason: body.reason,
      title: body.title,
      nextStep: body.next_step,
      at: body.detail?.redeemed_at ?? null,
    };
  }
  return null;
}
