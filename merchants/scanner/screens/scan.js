/**
 * Reading passes into the tray: film, photo or typed code. Reading never spends and sends nothing.
 * A pass that cannot be taken covers the film with the reason, until somebody has read it.
 */

import { added, has, totals, without } from "../tray.js";
import { button, h, title } from "./dom.js";
import { icon } from "./icons.js";
import { panel } from "./panel.js";
import { photoButton, viewfinder } from "./viewfinder.js";

/** @param {import("../app.js").App} app */
export function scanScreen(app) {
  const { t } = app.words;
  const heading = title(t("scan_title"));
  const note = h("p", { class: "note", role: "status" });
  const list = h("ul", { class: "tray", "aria-label": t("tray_label") });
  const check = button(t("check_only"), () => app.check());
  const dock = h("div", { class: "deck" });
  const film = viewfinder(app, { label: null, tell: found });
  let left = false;

  async function found(text) {
    const look = await app.desk.look(text);
    if (left) return undefined;
    if (look.reason) return refuse(look);
    app.signals.give("read");
    film.seen();
    const twice = has(app.tray, look);
    app.tray = added(app.tray, look);
    draw();
    note.textContent = twice ? t("already_in_tray") : "";
    if (!twice) app.announce(t("read_said", said(app.words, look)));
  }

  function refuse(look) {
    app.signals.give(look.verdict);
    const no = panel(app.words, look);
    const goOn = button(t("read_next"), film.start, { look: "main" });
    film.cover(h("div", { class: "covered" }, no, goOn));
    no.querySelector("[tabindex]").focus();
  }

  function drop(id) {
    app.tray = without(app.tray, id);
    draw();
    (list.querySelector("button") ?? heading).focus();
  }

  function begin() {
    app.reading = true;
    draw();
    film.start();
  }

  function draw() {
    const held = dock.contains(document.activeElement);
    check.hidden = !app.tray.length;
    list.replaceChildren(...app.tray.map((read) => row(app.words, read, () => drop(read.id))));
    dock.replaceChildren(...deck(app, begin));
    if (held) dock.querySelector(".main")?.focus();
  }

  draw();
  if (app.reading) film.start();
  return {
    title: t("scan_title"),
    look: "scan",
    body: [
      h("div", { class: "reading" }, heading, film.element),
      h("div", { class: "read" }, note, list, check, ways(app, found, note)),
    ],
    actions: [dock],
    leave() {
      left = true;
      film.stop();
    },
  };
}

const said = (words, { number, cents, typed, code }) => ({
  pass: typed ? code : words.t("pass_number", { n: number }),
  euros: cents === null ? words.t("value_later") : words.euros(cents),
});

/** The two ways without a film: always there, never behind a menu. */
function ways(app, found, note) {
  const { t } = app.words;
  const sheet = { class: "plain whole", href: "/scanner/training", target: "_blank", rel: "noopener" };
  return h(
    "div",
    { class: "pair" },
    button(t("type_code"), () => app.show("typed"), { sign: "keys" }),
    photoButton(app, { tell: found, fail: (why) => (note.textContent = why) }),
    app.desk.training ? h("a", sheet, t("training_sheet")) : null,
  );
}

/** What the thumb finds: begin, or go on with what was read. */
function deck(app, begin) {
  const { t } = app.words;
  if (!app.tray.length) {
    return app.reading ? [] : [button(t("start_reading"), begin, { look: "main", sign: "photo" })];
  }
  return [
    total(app.words, app.tray),
    button(t("choose_service"), () => app.show("confirm"), { look: "main" }),
    // The first pass may have come from a photo, or from a typed code.
    app.reading ? null : button(t("start_reading"), begin, { look: "quiet" }),
  ].filter(Boolean);
}

/** ``3 pass lus, 30 €``: and what is not known yet, because it was typed. */
export function total(words, tray) {
  const { t, euros } = words;
  const { n, cents, unknown } = totals(tray);
  const later = unknown ? t("codes_later", { n: unknown }) : null;
  const sum = [cents || !unknown ? euros(cents) : null, later].filter(Boolean).join(" + ");
  return h("p", { class: "total" }, `${t("passes_read", { n })}, `, h("strong", {}, sum));
}

function row(words, read, drop) {
  const { t, euros, day } = words;
  const name = read.typed ? read.code : t("pass_number", { n: read.number });
  return h(
    "li",
    { class: read.typed ? "typed" : "genuine" },
    icon(read.typed ? "keys" : "genuine"),
    h("p", { class: "value" }, read.typed ? name : `${euros(read.cents)} · ${name}`),
    button(t("drop"), drop, { look: "quiet", "aria-label": t("drop_pass", { pass: name }) }),
    h(
      "div",
      {},
      h("p", {}, t(read.typed ? "value_later" : "genuine")),
      read.lastDay ? h("p", {}, t("until", { day: day(read.lastDay) })) : null,
      read.campaign ? h("p", {}, read.campaign.name) : null,
    ),
  );
}
