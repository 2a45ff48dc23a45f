/**
 * The code under the square, typed: three fields of four that jump by themselves. A slip is found
 * here, before the service counts it as a guess. Nothing is sent from this screen.
 */

import { afterHash } from "../pass/pass_text.js";
import { grouped, normalize, wellFormed } from "../pass/typed_codes.js";
import { button, h, once, title } from "./dom.js";

const FIELDS = 3;
const SIGNS = 4;

/** @param {import("../app.js").App} app */
export function typedScreen(app) {
  const { t } = app.words;
  const error = h("p", { id: "typed-error", class: "error", role: "alert" });
  const fields = Array.from({ length: FIELDS }, (_, i) =>
    h("input", {
      id: `typed-${i}`,
      class: "code",
      "aria-label": t("typed_part", { n: i + 1 }),
      "aria-describedby": "typed-hint typed-error",
      autocapitalize: "characters",
      autocomplete: "off",
      spellcheck: "false",
      size: "4",
      oninput: () => spread(fields, i),
      onkeydown: (event) => goBack(event, fields, i),
      onpaste: (event) => paste(event, fields),
    }),
  );
  const add = once(() => {
    const code = fields.map(({ value }) => value).join("");
    const why = slip(code);
    error.textContent = why ? t(why) : "";
    for (const input of fields) input.setAttribute("aria-invalid", String(Boolean(why)));
    if (why) return fields.find(({ value }) => value.length < SIGNS)?.focus() ?? fields[0].focus();
    return app.addTyped(grouped(code));
  });
  return {
    title: t("typed_title"),
    body: [
      title(t("typed_title")),
      h(
        "form",
        { id: "typed", onsubmit: add, novalidate: true },
        h(
          "fieldset",
          { class: "code" },
          h("legend", {}, t("typed_legend")),
          h("p", { id: "typed-hint", class: "hint" }, t("typed_hint")),
          h("div", { class: "parts" }, fields),
        ),
        error,
      ),
      h("p", {}, t("typed_network")),
      button(t("back"), () => app.home(), { look: "quiet" }),
    ],
    actions: [h("button", { type: "submit", class: "main", form: "typed" }, t("typed_add"))],
    ways: false,
    focus: fields[0],
  };
}

/** Why a typed code cannot be one: a sentence's name, or nothing. */
function slip(code) {
  if (normalize(code).length < FIELDS * SIGNS) return "typed_short";
  return wellFormed(code) ? null : "typed_slip";
}

/** What was typed into a field runs over into the next ones. */
function spread(fields, from) {
  const signs = normalize(fields[from].value);
  fields[from].value = signs.slice(0, SIGNS);
  if (signs.length < SIGNS) return;
  const next = fields[from + 1];
  if (!next) return;
  const rest = signs.slice(SIGNS);
  if (rest) next.value = (rest + next.value).slice(0, SIGNS * (FIELDS - from - 1));
  next.focus();
  if (rest) spread(fields, from + 1);
}

function goBack(event, fields, i) {
  if (event.key !== "Backspace" || fields[i].value || !i) return;
  event.preventDefault();
  fields[i - 1].focus();
  fields[i - 1].value = fields[i - 1].value.slice(0, -1);
}

/** A whole code may be pasted into any of the fields. */
function paste(event, fields) {
  const signs = normalize(afterHash(event.clipboardData.getData("text")));
  if (signs.length <= SIGNS) return;
  event.preventDefault();
  fields[0].value = signs;
  spread(fields, 0);
}
