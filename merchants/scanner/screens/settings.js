/**
 * The phone's own settings: sound, language, working without network, training, leaving the site.
 * None of them touches what waits to be sent.
 */

import { button, h, title } from "./dom.js";

/** @param {import("../app.js").App} app */
export function settingsScreen(app) {
  const { t } = app.words;
  const { settings, desk } = app;
  return {
    title: t("settings_title"),
    body: [
      title(t("settings_title")),
      h(
        "dl",
        { class: "facts" },
        fact(t("settings_site"), desk.siteName() ?? "–"),
        fact(t("settings_phone"), desk.phoneName() ?? "–"),
      ),
      desk.sealed() ? null : h("p", { class: "note" }, t("not_sealed")),
      toggle(t("settings_sound"), !settings.silent, (on) => {
        app.change({ silent: !on });
        if (on) app.signals.give("confirmed");
      }),
      languages(app),
      way(t("offline_title"), t("offline_short"), () => app.show("offline")),
      desk.training
        ? way(t("training_stop"), t("training_stop_short"), () => app.train(false))
        : way(t("training_title"), t("training_short"), () => app.train(true)),
      way(t("leave_title"), t("leave_short"), () => app.show("leave")),
      app.newer ? button(t("newer_go"), () => app.restart(), { look: "plain" }) : null,
    ].filter(Boolean),
  };
}

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

function toggle(text, on, change) {
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    checked: on,
    onchange: () => change(box.checked),
  });
  return h("label", { class: "choice switch" }, box, h("span", {}, text));
}

function languages(app) {
  const { t, language } = app.words;
  const choose = (value) => app.change({ language: value }, true);
  const each = (value, text) =>
    h(
      "label",
      { class: "choice", lang: value },
      h("input", {
        type: "radio",
        name: "language",
        value,
        checked: value === language,
        onchange: () => choose(value),
      }),
      h("span", {}, text),
    );
  return h(
    "fieldset",
    { class: "choices two" },
    h("legend", {}, t("settings_language")),
    // Each language is named in itself: whoever chose the wrong one must find the way back.
    each("fr", "Français"),
    each("en", "English"),
  );
}

function way(name, what, press) {
  return h(
    "button",
    { type: "button", class: "row", onclick: press },
    h("span", {}, h("strong", {}, name), h("small", {}, what)),
  );
}

/** @param {import("../app.js").App} app */
export function leaveScreen(app) {
  const { t } = app.words;
  const { waiting } = app.desk.status();
  return {
    title: t("leave_title"),
    ways: false,
    body: [
      title(t("leave_title")),
      h("p", { class: "large" }, t("leave_what")),
      waiting.n ? h("p", { class: "error" }, t("leave_waiting", { n: waiting.n })) : null,
      button(t("back"), () => app.show("settings"), { look: "quiet" }),
    ].filter(Boolean),
    actions: [button(t("leave_go"), () => app.leave(), { look: "main", disabled: waiting.n > 0 })],
  };
}

/**
 * This phone was taken off its site. What it kept stays.
 * @param {import("../app.js").App} app
 */
export function revokedScreen(app) {
  const { t, helpNumber, euros } = app.words;
  const { waiting } = app.desk.status();
  const kept = { n: waiting.n, euros: euros(waiting.cents) };
  return {
    title: t("revoked_title"),
    ways: false,
    body: [
      title(t("revoked_title")),
      waiting.n ? h("p", { class: "large" }, t("revoked_kept", kept)) : null,
      h("p", { class: "large" }, t("revoked_next")),
      h(
        "a",
        { class: "plain", href: `tel:${helpNumber.replaceAll(" ", "")}` },
        t("help_call", { number: helpNumber }),
      ),
    ].filter(Boolean),
    actions: [button(t("revoked_pair"), () => app.show("pair"), { look: "main" })],
  };
}
