/**
 * What a person must look at: kept passes that the service refused after the help was given, and
 * scans that it did not understand. Nothing leaves this list by itself.
 */

import { button, h, title } from "./dom.js";
import { told } from "./panel.js";
import { passName } from "./verdict.js";

/** @param {import("../app.js").App} app */
export function personScreen(app) {
  const { t } = app.words;
  const list = h("ul", { class: "uses", "aria-busy": "true" });
  async function draw() {
    const cases = await app.desk.needsPerson();
    list.removeAttribute("aria-busy");
    list.replaceChildren(...cases.map((each) => card(app, each, draw)));
    if (!cases.length) list.append(h("li", {}, h("p", {}, t("person_none"))));
  }
  draw();
  return {
    title: t("person_title"),
    body: [title(t("person_title")), h("p", {}, t("person_what")), list],
  };
}

function card(app, each, again) {
  const { t, euros, when } = app.words;
  const { pass, cents, at } = each;
  return h(
    "li",
    { class: "case" },
    h("p", { class: "use" }, h("strong", {}, passName(app.words, pass)), cents === null ? "" : euros(cents)),
    at ? h("p", {}, when(at)) : null,
    what(app, each),
    h("div", { class: "acts" }, acts(app, each, again)),
  );
}

function what(app, each) {
  const { t } = app.words;
  const { kind, borneBy } = each;
  if (kind !== "refused") return h("p", {}, t(`person_${kind}`));
  const { title: said, nextStep } = told(app.words, each);
  return h(
    "div",
    {},
    h("p", { class: "error" }, t("person_refused_after"), " ", said),
    h("p", {}, nextStep),
    borneBy ? h("p", {}, t(borneBy === "site" ? "borne_by_site" : "borne_by_scheme")) : null,
  );
}

function acts(app, each, again) {
  const { t, helpNumber } = app.words;
  const call = h("a", { class: "plain", href: `tel:${helpNumber.replaceAll(" ", "")}` }, t("call_help"));
  if (each.kind === "unreadable" || each.kind === "foreign") return [call];
  if (each.kind === "problem") {
    return [button(t("send_again"), () => app.desk.retry(each.scanId).then(again)), call];
  }
  const seen = button(t("person_seen"), () => app.desk.seen(each.scanId).then(again));
  if (each.kind === "undone") return [seen];
  return [button(t("dispute_short"), () => app.show("dispute", { use: each })), seen];
}
