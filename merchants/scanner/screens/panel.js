/**
 * A verdict as people see it: colour, shape, title, when, and the one thing to do next. The words of
 * a refusal are the service's own, or those the phone has for the same reason.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Reasons that mean "used before": not a cheat, most often the same pass read twice. */
const USED = new Set(["already_redeemed_here", "already_redeemed_elsewhere"]);

/** @param {string} reason */
export const isUse = (reason) => USED.has(reason);

/**
 * @param {object} words
 * @param {{verdict: string, reason?: string, title?: string, nextStep?: string, usedAt?: Date}} what
 * @param {{tag?: "h1" | "h2", lines?: (Node|string)[]}} options
 * @returns {HTMLElement}
 */
export function panel(words, what, { tag = "h2", lines = [] } = {}) {
  const { verdict, reason, usedAt } = what;
  const known = reason ? words.refusal(reason) : {};
  const urgent = verdict === "used" || verdict === "refused";
  return h(
    "section",
    { class: `panel ${verdict}`, role: urgent ? "alert" : "status" },
    icon(verdict),
    h(tag, { tabindex: "-1" }, what.title ?? known.title),
    usedAt ? h("p", { class: "when" }, words.when(usedAt)) : null,
    lines.map((line) => (typeof line === "string" ? h("p", {}, line) : line)),
    h("p", { class: "next" }, what.nextStep ?? known.next_step),
    verdict === "used" ? h("p", {}, words.t("used_honest")) : null,
  );
}
