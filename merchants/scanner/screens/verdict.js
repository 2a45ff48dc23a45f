/**
 * What became of the passes: each verdict by its colour, shape and words, the worst first. Stays
 * until somebody asks for the next pass. Green is only ever the service's own word.
 */

import { button, h } from "./dom.js";
import { panel, told } from "./panel.js";

/** From what must be seen first to what may be seen last; the first also chooses the sound. */
const ORDER = ["refused", "used", "kept", "confirmed"];

/**
 * @param {import("../app.js").App} app
 * @param {{outcomes: import("../desk.js").Outcome[]}} data
 */
export function verdictScreen(app, { outcomes }) {
  const { t, euros } = app.words;
  const groups = grouped(outcomes);
  const taken = outcomes.filter(({ verdict }) => verdict === "confirmed");
  const mixed = groups.length > 1;
  const summary = t("verdict_mixed", {
    n: taken.length,
    all: outcomes.length,
    euros: euros(sum(taken)),
  });
  app.signals.give(groups[0].verdict);
  return {
    title: mixed ? summary : titleOf(app.words, groups[0]),
    look: mixed ? "verdicts" : `verdicts one ${groups[0].verdict}`,
    ways: false,
    body: [
      mixed ? h("h1", { tabindex: "-1" }, summary) : null,
      groups.map((group) => drawnGroup(app, group, mixed ? "h2" : "h1")),
    ].flat(),
    actions: [button(t("next_pass"), () => app.home(), { look: "main" })],
  };
}

/** Passes with the same fate and the same reason are told once. */
function grouped(outcomes) {
  const groups = new Map();
  for (const outcome of outcomes) {
    const key = `${outcome.verdict} ${outcome.reason ?? ""} ${outcome.usedAt ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()]
    .map((passes) => ({ ...passes[0], passes }))
    .sort((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
}

const sum = (outcomes) => outcomes.reduce((cents, outcome) => cents + (outcome.cents ?? 0), 0);

function titleOf(words, group) {
  const { verdict, reason, passes } = group;
  const many = { n: passes.length, euros: words.euros(sum(passes)) };
  if (verdict === "confirmed") return words.t("confirmed", many);
  if (verdict === "kept") return words.t(reason === "lost" ? "lost" : "kept", many);
  return told(words, group).title;
}

function drawnGroup(app, group, tag) {
  const { words } = app;
  const { verdict, passes } = group;
  const names = passes.length > 1 || tag === "h2" ? namesOf(words, passes) : null;
  return h(
    "div",
    { class: `outcome ${verdict}` },
    panel(
      words,
      { verdict, usedAt: group.usedAt, title: titleOf(words, group), nextStep: nextOf(words, group) },
      { tag, names, lines: explained(words, group) },
    ),
    verdict === "confirmed" ? passes.map((outcome) => undoButton(app, outcome, passes.length)) : null,
  );
}

const namesOf = (words, passes) => passes.map(({ pass }) => passName(words, pass)).join(", ");

/** ``Pass 3``, or the code that was typed. */
export const passName = ({ t }, { number, code }) =>
  number ? t("pass_number", { n: number }) : code;

function nextOf(words, group) {
  const { verdict, reason } = group;
  if (verdict === "confirmed") return words.t("confirmed_next");
  if (verdict === "kept") return words.t(reason === "lost" ? "lost_next" : "kept_next");
  return told(words, group).nextStep;
}

/** Who loses the money if a kept pass was used before; and that a phone alone knows little. */
function explained({ t }, { verdict, borneBy, needsNetwork }) {
  if (needsNetwork) return [t("judged_alone")];
  if (verdict !== "kept" || !borneBy) return [];
  return [t(borneBy === "site" ? "borne_by_site" : "borne_by_scheme")];
}

function undoButton(app, outcome, n) {
  const { t, time } = app.words;
  if (!outcome.undoUntil || !outcome.scanId) return null;
  const what = n > 1 ? t("undo_pass", { pass: passName(app.words, outcome.pass) }) : t("undo");
  return h(
    "p",
    { class: "undo" },
    button(what, () => app.show("undo", { use: outcome }), { look: "plain" }),
    h("small", {}, t("undo_until", { time: time(outcome.undoUntil) })),
  );
}
