/**
 * Getting a phone ready for a room without network: its memory kept by the browser, the app on its
 * home screen. Asked only here, because browsers put their own question to people.
 */

import { askToStay } from "../memory/db.js";
import { button, h, title } from "./dom.js";
import { icon } from "./icons.js";

/** @param {import("../app.js").App} app */
export function offlineScreen(app) {
  const { t } = app.words;
  const said = h("p", { class: "note", role: "status" });
  const go = button(t("offline_go"), prepare, { look: "main" });

  async function prepare() {
    said.textContent = t("offline_working");
    // Not awaited: some browsers never answer the question.
    Promise.resolve(askToStay()).catch(() => null);
    said.textContent = t((await app.desk.refresh()) ? "offline_ready" : "offline_away");
  }

  return {
    title: t("offline_title"),
    ways: false,
    body: [
      title(t("offline_title")),
      h("p", {}, t("offline_what")),
      h("p", {}, t("offline_limit", { n: app.desk.allowance() })),
      said,
      ...install(app),
      button(t("back"), () => app.home(), { look: "quiet" }),
    ],
    actions: [go],
  };
}

/** How the app gets onto the home screen: by a button where phones have one, else by a drawing. */
function install(app) {
  const { t } = app.words;
  if (app.installing.installed()) return [h("p", {}, t("install_done"))];
  const how = app.installing.canAsk()
    ? [button(t("install_go"), () => app.installing.ask())]
    : [
        h(
          "ol",
          { class: "steps" },
          h("li", {}, icon("share"), h("span", {}, t("install_share"))),
          h("li", {}, icon("plus"), h("span", {}, t("install_add"))),
        ),
      ];
  return [h("h2", {}, t("install_title")), h("p", {}, t("install_why")), ...how];
}
