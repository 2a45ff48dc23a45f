/**
 * One service and one confirmation for all the passes that were read. The only screen from which a
 * pass can be spent, and only by its main button.
 */

import { paying, totals } from "../tray.js";
import { button, choiceOf, h, title } from "./dom.js";
import { total } from "./scan.js";

/** @param {import("../app.js").App} app */
export function confirmScreen(app) {
  const { t, euros } = app.words;
  const { tray } = app;
  const { n, cents, unknown } = totals(tray);
  const error = h("p", { class: "error", role: "alert" });
  const label = unknown ? t("take_passes", { n }) : t("take", { euros: euros(cents) });
  let service = paying(tray, app.settings.service) ? app.settings.service : null;
  const take = button(label, confirm, { look: "main" });

  function confirm() {
    if (!service) {
      error.textContent = t("confirm_missing");
      document.querySelector("input[type=radio]:not(:disabled)").focus();
      return undefined;
    }
    take.textContent = t("taking");
    app.announce(t("taking"));
    return app.confirm(service, (done) => {
      if (n > 1) take.textContent = t("taking_some", { n: done, all: n });
    });
  }

  const choices = lastFirst(app.desk.services(), service).map((name) => choice(app, name));
  return {
    title: t("confirm_title"),
    ways: false,
    body: [
      title(t("confirm_title")),
      total(app.words, tray),
      choiceOf("service", t("confirm_legend"), choices, service, (chosen) => {
        service = chosen;
        error.textContent = "";
      }),
      button(t("back"), () => app.home(), { look: "quiet" }),
    ],
    actions: [error, take],
  };
}

/** The service given last time is most often the next one too: it lies under the eye. */
const lastFirst = (names, last) => (last ? [last, ...names.filter((name) => name !== last)] : names);

function choice({ words, tray }, name) {
  const n = paying(tray, name);
  const note = n === tray.length ? null : t(words, n, tray.length);
  return { value: name, text: words.service(name), note, off: !n };
}

const t = (words, n, all) =>
  n ? words.t("service_some", { n, all }) : words.t("service_none", { n: all });
