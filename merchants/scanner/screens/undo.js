/**
 * Taking a wrong use back, with the reason that the service keeps. Possible only for as long as the
 * campaign allows; the service decides.
 */

import { button, choiceOf, field, h, title } from "./dom.js";
import { icon } from "./icons.js";
import { passName } from "./verdict.js";

const REASONS = ["undo_wrong_pass", "undo_wrong_service", "undo_no_service"];
const OTHER = "other";

/**
 * @param {import("../app.js").App} app
 * @param {{use: {scanId: string, cents: number|null, pass: object}}} data
 */
export function undoScreen(app, { use }) {
  const { t, euros } = app.words;
  const why = field("undo-why", t("undo_why"), { maxlength: "200" });
  const error = h("p", { class: "error", role: "alert" });
  const go = button(t("undo_go"), undo, { look: "main" });
  let chosen = null;
  why.element.hidden = true;

  const choices = [
    ...REASONS.map((name) => ({ value: t(name), text: t(name) })),
    { value: OTHER, text: t("undo_other") },
  ];

  async function undo() {
    const reason = chosen === OTHER ? why.input.value.trim() : chosen;
    error.textContent = reason ? "" : t("undo_missing");
    if (!reason) return undefined;
    const answer = await app.desk.undo(use.scanId, reason);
    if (answer.kind === "answer") return app.show("done", { said: t("undo_done") });
    error.textContent = t(answer.kind === "away" ? "undo_away" : "undo_over");
    return undefined;
  }

  return {
    title: t("undo"),
    ways: false,
    body: [
      title(t("undo")),
      h("p", { class: "large" }, `${passName(app.words, use.pass)}, ${euros(use.cents ?? 0)}`),
      choiceOf("undo-reason", t("undo_legend"), choices, null, (value) => {
        chosen = value;
        why.element.hidden = value !== OTHER;
        if (value === OTHER) why.input.focus();
      }),
      why.element,
      button(t("back"), () => app.home(), { look: "quiet" }),
    ],
    actions: [error, go],
  };
}

/**
 * A short good end: what was done, and the way back.
 * @param {import("../app.js").App} app
 * @param {{said: string, next?: string}} data
 */
export function doneScreen(app, { said }) {
  return {
    title: said,
    look: "done",
    body: [icon("genuine"), title(said)],
    actions: [button(app.words.t("next_pass"), () => app.home(), { look: "main" })],
  };
}
