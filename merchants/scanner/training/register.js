/**
 * The register of training mode: who used which pass, remembered as long as the page is open.
 *
 * Decides as the service would, by the same rules, from `training.json` and its own memory. It
 * reaches no network and opens no real pass: it knows the key of the training passes alone.
 */

import { open } from "../pass/token.js";
import { normalize, wellFormed } from "../pass/typed_codes.js";
import { judge } from "../rules/judge.js";
import { campaign, keyring } from "../rules/trust.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A pass that was, or could be, used. `at` and `undoUntil` are instants as text.
 * @typedef {{scanId: string | null, booklet: string, serial: string, number: number, cents: number,
 *   rules: object, service: string | null, offline: boolean, at: string, undoUntil: string,
 *   undoneAt: string | null}} Use
 */

/**
 * @param {object} document what `training.json` holds
 * @param {() => Date} clock
 */
export function trainingRegister(document, clock) {
  const keys = keyring(document.trust);
  /** @type {Use[]} */
  const uses = [];

  const ofBooklet = (id) => uses.filter(({ booklet, undoneAt }) => booklet === id && !undoneAt);

  /** The trust list, as if it were just made. */
  function trust() {
    const version = Math.floor(clock().getTime() / HOUR);
    return { ...document.trust, version, issued_at: new Date(version * HOUR).toISOString() };
  }

  /** The booklets in hands, with what was spent here. */
  function booklets() {
    return document.booklets.map(({ id, usable, spent }) => {
      return { id, usable, spent: [...spent, ...ofBooklet(id).map(({ number }) => number)] };
    });
  }

  /** The pass behind a read or typed code, or the reason why there is none. */
  async function opened(code) {
    const typed = document.passes.find((pass) => normalize(pass.typed) === normalize(code));
    if (!typed && wellFormed(code)) return { reason: "unknown_booklet" };
    return open(typed?.code ?? code, keys);
  }

  function newUse({ booklet, number, cents, campaign: named }, service) {
    const { serial } = document.booklets.find(({ id }) => id === booklet);
    const rules = campaign(document.trust, named);
    const at = clock();
    const undoUntil = new Date(at.getTime() + rules.undo_window_minutes * MINUTE).toISOString();
    const fixed = { booklet, serial, number, cents, rules, service };
    return { ...fixed, scanId: null, offline: false, at: at.toISOString(), undoUntil, undoneAt: null };
  }

  /**
   * What would happen to a code if it were spent now. Spends nothing.
   * @param {string} code
   * @param {string | null} service
   * @returns {Promise<{use: Use, echo: boolean} | {reason: string, at: string | null}>} `use` is
   *   the one that holds the pass already when the same scan made it, and else a new one
   */
  async function look(code, service, scanId = null) {
    const { token, key, reason } = await opened(code);
    if (reason) return { reason, at: null };
    const holder = ofBooklet(token.booklet).find(({ number }) => number === token.number);
    if (holder && holder.scanId === scanId) return { use: holder, echo: true };
    if (holder) return { reason: "already_redeemed_here", at: holder.at };
    const now = clock();
    const booklet = document.booklets.find(({ id }) => id === token.booklet) ?? null;
    const facts = { trust: trust(), booklet, mine: false, keptToday: 0, service, now };
    const against = judge({ token, key }, { ...facts, online: false })?.reason;
    if (!against) return { use: newUse(token, service), echo: false };
    const used = against === "already_redeemed_elsewhere";
    return { reason: against, at: used ? new Date(now.getTime() - DAY).toISOString() : null };
  }

  /** Spend a pass: the answer of `look`, remembered. */
  async function spend({ scanId, code, service }, offline) {
    const answer = await look(code, service, scanId);
    if (!answer.use || answer.echo) return answer;
    const use = { ...answer.use, scanId, offline };
    uses.push(use);
    return { use, echo: false };
  }

  /** Take a use back: the use, or the reason why not. */
  function undo(scanId) {
    const use = uses.find((known) => known.scanId === scanId);
    if (!use) return { reason: "not_found" };
    const now = clock().toISOString();
    if (!use.undoneAt && now > use.undoUntil) return { reason: "undo_window_over" };
    use.undoneAt ??= now;
    return { use };
  }

  return { trust, booklets, look, spend, undo, uses: () => [...uses] };
}
