/**
 * Saying that a refusal is wrong: the reason goes to the operator, who answers. Changes no verdict.
 */

import { button, choiceOf, field, h, title } from "./dom.js";
import { told } from "./panel.js";
import { passName } from "./verdict.js";

const REASONS = ["dispute_right_pass", "dispute_first_use", "dispute_service_given"];
const OTHER = "other";

/**
 * @param {import("../app.js").App} app
 * @param {{use: {scanId: string, pass: object, reason: string, title?: string}}} data
 */
export function disputeScreen(app, { use }) {
  const { t } = app.words;
  const why = field("dispute-why", t("dispute_why"), { maxlength: "500" });
  const error = h("p", { class: "error", role: "alert" });
  const go = button(t("dispute_go"), send, { look: "main" });
  let chosen = null;

  const choices = [
    ...REASONS.map((name) => ({ value: t(name), text: t(name) })),
    { value: OTHER, text: t("undo_other") },
  ];

  async function send() {
    const said = why.input.value.trim();
    const reason = [chosen === OTHER ? null : chosen, said].filter(Boolean).join(" ");
    error.textContent = reason ? "" : t("dispute_missing");
    if (!reason) return undefined;
    const answer = await app.desk.dispute(use.scanId, reason);
    if (answer.kind === "answer") return app.show("done", { said: t("dispute_done") });
    error.textContent = t(answer.kind === "away" ? "dispute_away" : "dispute_refused");
    return undefined;
  }

  return {
    title: t("dispute_title"),
    ways: false,
    body: [
      title(t("dispute_title")),
      h("p", {}, passName(app.words, use.pass), " · ", told(app.words, use).title),
      choiceOf("dispute-reason", t("dispute_legend"), choices, null, (value) => (chosen = value)),
      why.element,
      button(t("back"), () => app.show("today"), { look: "quiet" }),
    ],
    actions: [error, go],
  };
}
