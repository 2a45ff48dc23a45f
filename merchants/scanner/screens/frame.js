/**
 * What surrounds every screen: the site's name and the help number, the training banner, the band of
 * what waits, the three ways at the bottom. It shows what the desk knows and decides nothing.
 */

import { button, h } from "./dom.js";
import { icon } from "./icons.js";

/** The three screens that are always one thumb away. */
const WAYS = [
  ["scan", "read", "nav_read"],
  ["today", "today", "nav_today"],
  ["settings", "settings", "nav_settings"],
];

/**
 * Draw a screen in its frame.
 * @param {import("../app.js").App} app
 * @param {string} name
 * @param {import("../app.js").Screen} screen
 */
export function drawn(app, name, { body, actions = [], ways = true, look = "" }) {
  const { desk } = app;
  return [
    top(app),
    h("div", { id: "band" }, desk ? band(app) : null),
    h("main", { class: look }, body),
    actions.length || ways
      ? h("section", { class: "dock", "aria-label": app.words.t("acts") }, actions, ways ? waysAt(app, name) : null)
      : null,
  ].filter(Boolean);
}

function top({ words, desk }) {
  const { t, helpNumber: number } = words;
  const help = h(
    "a",
    { href: `tel:${number.replaceAll(" ", "")}`, "aria-label": t("help_call", { number }) },
    icon("help"),
    h("span", {}, t("help")),
  );
  return h(
    "header",
    {},
    h("div", { class: "top" }, h("p", {}, desk?.siteName() ?? t("app_name")), help),
    desk?.training ? h("p", { class: "training" }, t("training_banner")) : null,
  );
}

function waysAt(app, current) {
  const { t } = app.words;
  return h(
    "nav",
    { "aria-label": t("nav_label") },
    WAYS.map(([name, sign, text]) =>
      button(t(text), () => app.show(name), {
        look: "way",
        sign,
        "aria-current": name === current ? "page" : null,
      }),
    ),
  );
}

/**
 * What waits and what is late, in one band; nothing when all is well.
 * @param {import("../app.js").App} app
 * @returns {HTMLElement | null}
 */
export function band(app) {
  const { t } = app.words;
  const status = app.desk.status();
  const lines = bandLines(app.words, { ...status, newer: app.newer });
  if (!lines.length) return null;
  const { waiting, persons } = status;
  return h(
    "section",
    { class: status.urgent ? "band urgent" : "band", "aria-label": t("band_label") },
    lines.map((line) => h("p", {}, line)),
    waiting.n && !status.revoked
      ? button(t("send_now"), () => app.sendNow())
      : null,
    status.revoked ? button(t("revoked_go"), () => app.show("revoked")) : null,
    persons ? button(t("person_go"), () => app.show("person")) : null,
    app.newer ? button(t("newer_go"), () => app.restart()) : null,
  );
}

/**
 * The sentences of the band.
 * @param {object} words
 * @param {import("../desk.js").Status} status
 * @returns {string[]}
 */
export function bandLines(words, { away, revoked, waiting, persons, freshness, newer }) {
  const { t, euros, age } = words;
  const kept = { n: waiting.n, euros: euros(waiting.cents), age: age(waiting.age) };
  return [
    revoked ? t("band_revoked") : null,
    away && !revoked ? t("band_away") : null,
    waiting.n ? t("band_waiting", kept) : null,
    waiting.late ? t("band_late") : null,
    freshness === "old" ? t("band_old") : null,
    freshness === "too_old" ? t("band_too_old") : null,
    persons ? t("band_persons", { n: persons }) : null,
    newer ? t("band_newer") : null,
  ].filter(Boolean);
}
