/**
 * The day of this site: what was taken, what waits, what was refused, with the amounts. Without
 * network it tells what this phone alone knows, and says so.
 */

import { button, h, title } from "./dom.js";
import { icon } from "./icons.js";
import { told } from "./panel.js";
import { passName } from "./verdict.js";

/** @param {import("../app.js").App} app */
export function todayScreen(app) {
  const { t } = app.words;
  const content = h("div", { class: "today", "aria-busy": "true" }, h("p", {}, t("wait")));
  app.desk.today().then((day) => {
    content.removeAttribute("aria-busy");
    content.replaceChildren(...dayOf(app, day));
  });
  return { title: t("today_title"), body: [title(t("today_title")), content] };
}

function dayOf(app, { known, confirmed, waiting, refused }) {
  const { t } = app.words;
  if (!confirmed.length && !waiting.length && !refused.length) {
    return [
      known ? null : h("p", { class: "note" }, t("today_alone")),
      h("p", { class: "large" }, t("today_none")),
      button(t("start_reading"), () => app.home(), { look: "plain" }),
    ].filter(Boolean);
  }
  const live = confirmed.filter(({ state }) => state !== "undone");
  return [
    known ? null : h("p", { class: "note" }, t("today_alone")),
    h(
      "dl",
      { class: "sums" },
      sum(app.words, "confirmed", t("today_confirmed"), live),
      sum(app.words, "kept", t("today_waiting"), waiting),
      sum(app.words, "refused", t("today_refused"), refused, false),
    ),
    part(app, t("today_waiting"), waiting, (use) => lineOf(app.words, use, [])),
    part(app, t("today_refused"), refused, (use) => lineOf(app.words, use, doubt(app, use))),
    part(app, t("today_confirmed"), confirmed, (use) => lineOf(app.words, use, [undo(app, use)])),
  ].filter(Boolean);
}

function sum(words, sign, name, uses, counted = true) {
  const cents = uses.reduce((total, use) => total + (use.cents ?? 0), 0);
  return h(
    "div",
    { class: sign },
    h("dt", {}, icon(sign), name),
    h("dd", {}, h("strong", {}, String(uses.length)), counted && uses.length ? ` ${words.euros(cents)}` : null),
  );
}

function part(app, name, uses, line) {
  return uses.length ? h("section", {}, h("h2", {}, name), h("ul", { class: "uses" }, uses.map(line))) : null;
}

function lineOf(words, use, more) {
  const { t, time, euros } = words;
  return h(
    "li",
    { class: use.state === "undone" ? "undone" : null },
    h(
      "p",
      { class: "use" },
      h("span", {}, time(use.at)),
      h("span", {}, passName(words, use.pass)),
      h("strong", {}, use.cents === null ? "" : euros(use.cents)),
    ),
    use.reason ? h("p", {}, told(words, use).title) : null,
    h(
      "div",
      { class: "about" },
      h("p", {}, use.service ? words.service(use.service) : ""),
      use.state && use.state !== "live" ? h("p", { class: "state" }, t(`state_${use.state}`)) : null,
      more,
    ),
  );
}

function undo(app, use) {
  if (!use.undoUntil || use.state !== "live" || use.undoUntil < app.clock()) return null;
  const pass = passName(app.words, use.pass);
  return button(app.words.t("undo_short"), () => app.show("undo", { use }), {
    "aria-label": app.words.t("undo_pass", { pass }),
  });
}

/** What the site said against a refusal, and what was answered; or the button that says it. */
function doubt(app, use) {
  const { t } = app.words;
  const { dispute } = use;
  if (!dispute) {
    if (!use.known) return [];
    const named = t("dispute_pass", { pass: passName(app.words, use.pass) });
    return [
      button(t("dispute_short"), () => app.show("dispute", { use }), { "aria-label": named }),
    ];
  }
  return [
    h("p", { class: "said" }, t("dispute_yours", { reason: dispute.reason })),
    h(
      "p",
      { class: "said" },
      dispute.answer ? t("dispute_answer", { answer: dispute.answer }) : t("dispute_open"),
    ),
  ];
}
