/**
 * Joining a site: by the code that the site was given, filmed, photographed, typed or opened as a
 * link; then a name for the phone. Sends the code and the name, and keeps neither.
 */

import { pairingCode } from "../pass/pairing_code.js";
import { button, field, h, once, title } from "./dom.js";
import { photoButton, viewfinder } from "./viewfinder.js";

/** @param {import("../app.js").App} app */
export function pairScreen(app) {
  const { t } = app.words;
  const typed = field("pairing-code", t("pair_typed"), {
    hint: t("pair_hint"),
    autocapitalize: "characters",
    spellcheck: "false",
    maxlength: "60",
  });
  const problem = h("p", { class: "error", role: "alert" });
  const accept = (text, refuse) => {
    const code = pairingCode(text);
    if (code) app.show("naming", { code });
    else refuse();
  };
  const readCode = (text) => accept(text, () => (problem.textContent = t("pair_not_a_code")));
  const film = viewfinder(app, { label: t("pair_camera"), tell: readCode });
  const submit = once(() =>
    accept(typed.input.value, () => typed.refuse(t("pair_bad_code"))),
  );
  return {
    title: t("pair_title"),
    ways: false,
    body: [
      title(t("pair_title")),
      h("p", {}, t("pair_what")),
      film.element,
      problem,
      photoButton(app, { tell: readCode, fail: (why) => (problem.textContent = why) }),
      h(
        "form",
        { onsubmit: submit, novalidate: true },
        typed.element,
        h("button", { type: "submit", class: "plain" }, t("continue")),
      ),
      button(t("training_try"), () => app.train(true), { look: "quiet" }),
    ],
    leave: film.stop,
  };
}

/** What went wrong, by what the service answered. */
const PAIRING_PROBLEMS = { away: "pair_away", person: "pair_not_found", revoked: "pair_not_found" };

/**
 * @param {import("../app.js").App} app
 * @param {{code: string}} data
 */
export function namingScreen(app, { code }) {
  const { t } = app.words;
  const name = field("phone-name", t("name_label"), { hint: t("name_hint"), maxlength: "80" });
  const go = h("button", { type: "submit", class: "main", form: "naming" }, t("name_go"));
  const submit = once(async () => {
    const chosen = name.input.value.trim();
    if (!chosen) return name.refuse(t("name_missing"));
    name.refuse("");
    const answer = await app.desk.pair(code, chosen);
    if (answer.kind === "paired") return app.show("paired");
    return name.refuse(t(PAIRING_PROBLEMS[answer.kind]));
  });
  return {
    title: t("name_title"),
    ways: false,
    body: [
      title(t("name_title")),
      h("p", {}, t("name_what")),
      app.desk.paired() ? h("p", { class: "note" }, t("pair_replace")) : null,
      h("form", { id: "naming", onsubmit: submit, novalidate: true }, name.element),
      button(t("back"), () => app.show("pair"), { look: "quiet" }),
    ],
    actions: [go],
  };
}

/** @param {import("../app.js").App} app */
export function pairedScreen(app) {
  const { t } = app.words;
  return {
    title: t("paired_title"),
    ways: false,
    body: [
      title(t("paired_title")),
      h("p", { class: "large" }, t("paired_site", { site: app.desk.siteName() ?? "" })),
      h("h2", {}, t("offline_title")),
      h("p", {}, t("offline_what")),
      button(t("offline_go"), () => app.show("offline")),
    ],
    actions: [button(t("start"), () => app.home(), { look: "main" })],
  };
}
