/**
 * Whether a pass that opened can be taken here and now, as far as a phone can know.
 *
 * **The order of the checks is that of `judge` in core/passes.py**, held to it by a table of facts.
 * Online the phone says only what needs no register and the service decides; alone, it also asks
 * the last snapshot, and never promises that a pass is unused. Spends nothing, knows no clock.
 */

import { graceUntil, lastDay, parisDay } from "./days.js";
import { campaign, freshness } from "./trust.js";

/**
 * What a phone knows when it judges.
 * @typedef {object} Facts
 * @property {object} trust the trust list
 * @property {{usable: boolean, spent: number[]} | null} booklet what the snapshot says of it
 * @property {boolean} mine whether this phone itself holds a use of this pass: kept, or confirmed
 *   and not taken back
 * @property {number} keptToday how many passes of this campaign this phone kept that day
 * @property {string | null} service the chosen one; null before the choice
 * @property {Date} now
 * @property {boolean} online
 */

/**
 * The first thing that speaks against a pass, or null.
 * @param {{token: import("../pass/shape.js").Token, key: import("../pass/token.js").Key}} opened
 * @param {Facts} facts
 * @returns {{reason: string} | null}
 */
export function judge({ token, key }, facts) {
  const rules = campaign(facts.trust, token.campaign);
  const reason =
    (!facts.online && ofTheList(key, facts)) ||
    ofTheCampaign(token, rules) ||
    (!facts.online && ofTheBooklet(facts)) ||
    ofAnEarlierUse(token, facts) ||
    ofTheDate(token, rules, facts) ||
    ofTheService(rules, facts) ||
    (!facts.online && ofTheAllowance(rules, facts));
  return reason ? { reason } : null;
}

/** Alone, a phone believes its list for some days, and never a key that was revoked. */
function ofTheList(key, { trust, now }) {
  if (freshness(trust, now) === "too_old") return "trust_too_old";
  return key.status === "revoked" ? "key_revoked" : null;
}

/** A pass that its campaign's rules contradict is in no register, whatever its signature. */
function ofTheCampaign(token, rules) {
  if (!rules) return "campaign_not_approved";
  const agrees =
    token.cents === rules.face_value_cents && token.number <= rules.passes_per_booklet;
  return agrees ? null : "unknown_booklet";
}

function ofTheBooklet({ booklet }) {
  if (!booklet) return "not_handed_over";
  return booklet.usable ? null : "blocked";
}

/** What this phone did itself it knows online too: sent a second time, the first would be lost. */
function ofAnEarlierUse(token, { mine, booklet, online }) {
  if (mine) return "already_redeemed_here";
  return !online && booklet.spent.includes(token.number) ? "already_redeemed_elsewhere" : null;
}

function ofTheDate(token, rules, { now }) {
  const day = parisDay(now);
  if (day < rules.valid_from) return "not_yet_valid";
  return day > graceUntil(lastDay(token), rules.grace) ? "expired" : null;
}

function ofTheService(rules, { trust, service }) {
  const { services, territory } = rules;
  // A pass may be read before the service is chosen.
  if (services.length && service && !services.includes(service)) return "wrong_service";
  return territory.length && !territory.includes(trust.site.code_insee) ? "wrong_territory" : null;
}

function ofTheAllowance(rules, { keptToday }) {
  return keptToday >= rules.offline.passes_per_day ? "offline_limit" : null;
}
