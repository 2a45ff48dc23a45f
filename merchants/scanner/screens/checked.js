/**
 * What the service says of passes that were only looked at. Never green: nothing was spent.
 */

import { button, h, title } from "./dom.js";
import { panel } from "./panel.js";
import { passName } from "./verdict.js";

/**
 * @param {import("../app.js").App} app
 * @param {{outcomes: import("../desk.js").Outcome[]|null}} data
 */
export function checkedScreen(app, { outcomes }) {
  const { t } = app.words;
  return {
    title: t("checked_title"),
    ways: false,
    body: [
      title(t("checked_title")),
      h("p", {}, t("checked_nothing")),
      outcomes ? outcomes.map((outcome) => line(app.words, outcome)) : h("p", { class: "error", role: "alert" }, t("checked_away")),
    ].flat(),
    actions: [button(t("back_to_tray"), () => app.home({ keep: true }), { look: "main" })],
  };
}

function line(words, outcome) {
  const name = passName(words, outcome.pass);
  if (outcome.verdict !== "confirmed") {
    return h("div", { class: `outcome ${outcome.verdict}` }, panel(words, outcome, { names: name }));
  }
  const { t, euros } = words;
  return h(
    "div",
    { class: "outcome good" },
    h("p", { class: "large" }, t("checked_good")),
    h("p", {}, `${name}, ${euros(outcome.cents)}`),
    outcome.campaign ? h("p", {}, outcome.campaign.name) : null,
  );
}
