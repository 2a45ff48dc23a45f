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
 * @param {{tag?: "h1" | "h2", names?: string | null, lines?: string[]}} options
 * @returns {HTMLElement}
 */
export function panel(words, what, { tag = "h2", names = null, lines = [] } = {}) {
  const { verdict, usedAt } = what;
  const said = told(words, what);
  const urgent = verdict === "used" || verdict === "refused";
  return h(
    "section",
    { class: `panel ${verdict}`, role: urgent ? "alert" : "status" },
    icon(verdict),
    h(tag, { tabindex: "-1" }, said.title),
    names ? h("p", {}, names) : null,
    usedAt ? h("p", { class: "when" }, words.when(usedAt)) : null,
    h("p", { class: "next" }, said.nextStep),
    lines.map((line) => h("p", {}, line)),
    verdict === "used" ? h("p", {}, words.t("used_honest")) : null,
  );
}
