/**
 * Where screens are shown, one at a time: puts a screen in its frame, moves the focus to its title,
 * speaks to screen readers, and makes the phone's own back button lead to the first screen.
 */

import { band, drawn } from "./screens/frame.js";

/** @param {Document} page */
export function stageOf(page) {
  const root = page.getElementById("app");
  const voice = page.getElementById("voice");
  let current = { name: null, data: null, leave: null };
  let deeper = false;

  function remember(name) {
    if (name === "scan" || name === "pair" || deeper) return;
    history.pushState(null, "");
    deeper = true;
  }

  function draw(app, name, screen) {
    root.replaceChildren(...drawn(app, name, screen));
    page.title = `${screen.title} – ${app.words.t("app_name")}`;
    scrollTo(0, 0);
    (screen.focus ?? root.querySelector("h1, h2")).focus({ preventScroll: !screen.focus });
  }

  return {
    /** @param {import("./app.js").App} app @param {import("./app.js").Screen} screen */
    show(app, name, screen, data) {
      current.leave?.();
      current = { name, data, leave: screen.leave };
      remember(name);
      draw(app, name, screen);
    },

    /** The same screen once more, in other words. */
    again(app, show) {
      show(current.name, current.data);
    },

    /** Only the band: a visit is never interrupted by what the network does. */
    drawBand(app) {
      const place = page.getElementById("band");
      if (!place) return;
      const [before, after] = [place.firstChild, band(app)];
      if ((before?.outerHTML ?? null) === (after?.outerHTML ?? null)) return;
      const focused = place.contains(page.activeElement);
      place.replaceChildren(...[after].filter(Boolean));
      if (focused) place.querySelector("button")?.focus();
      if (after && !before) voice.textContent = after.querySelector("p").textContent;
    },

    /** Tell screen readers. @param {string} text */
    announce(text) {
      voice.textContent = "";
      // Readers notice a change, not the same words written twice.
      setTimeout(() => (voice.textContent = text), 50);
    },

    /** @param {() => void} back */
    onBack(back) {
      addEventListener("popstate", () => {
        deeper = false;
        back();
      });
    },
  };
}
