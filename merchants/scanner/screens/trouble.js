/**
 * The app itself failed. Says so, that nothing is lost, and whom to call; the way out is to begin anew.
 */

import { button, h, title } from "./dom.js";

/**
 * @param {import("../app.js").App} app
 * @param {{error: Error}} data
 */
export function troubleScreen(app, { error }) {
  const { t, helpNumber } = app.words;
  const said = t(error?.name === "NoStorage" ? "no_storage" : "went_wrong");
  const call = t("help_call", { number: helpNumber });
  return {
    title: said,
    ways: false,
    body: [
      title(said),
      h("a", { class: "plain", href: `tel:${helpNumber.replaceAll(" ", "")}` }, call),
    ],
    actions: [button(t("open_again"), () => location.reload(), { look: "main" })],
  };
}
