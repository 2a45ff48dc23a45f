/**
 * A verdict as people see it: colour, shape, title, when, and the one thing to do next. The words of
 * a refusal are the service's own, or those the phone has for the same reason.
 */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * The title and the next step of what was told: the app's own for a reason that it knows, else the
 * service's, which may be newer than the app.
 * @param {object} words
 * @param {{reason?: string, title?: string, nextStep?: string}} what
 * @returns {{title: string, nextStep: string}}
 */
export function told(words, { reason, title, nextStep }) {
  const known = words.refusal(reason);
  if (known) return { title: known.title, nextStep: known.next_step };
  if (title) return { title, nextStep: nextStep ?? "" };
  return told(words, { reason: "unknown_reason" });
}

/**
 * @param {object} words
 * @param {{verdict: string, reason?: string, title?: string, nextStep?: string, usedAt?: Date}} what
 * @param {{tag?: "h1" | "h2", lines?: (Node|string)[]}} options
 * @returns {HTMLElement}
 */
export function panel(words, what, { tag = "h2", lines = [] } = {}) {
  const { verdict, usedAt } = what;
  const said = told(words, what);
  const urgent = verdict === "used" || verdict === "refused";
  return h(
    "section",
    { class: `panel ${verdict}`, role: urgent ? "alert" : "status" },
    icon(verdict),
    h(tag, { tabindex: "-1" }, said.title),
    usedAt ? h("p", { class: "when" }, words.when(usedAt)) : null,
    lines.map((line) => (typeof line === "string" ? h("p", {}, line) : line)),
    h("p", { class: "next" }, said.nextStep),
    verdict === "used" ? h("p", {}, words.t("used_honest")) : null,
  );
}
