/**
 * The square that films: opens the camera on a tap, shows what is in the frame, tells what was read,
 * and says what to do when there is no camera. Stops filming whenever the page is not looked at.
 */

import { keepAwake, openCamera } from "../camera/camera.js";
import { readPhoto } from "../camera/photo.js";
import { follow } from "../camera/reader.js";
import { button, h } from "./dom.js";
import { icon } from "./icons.js";

/** How long the frame shows that it read something. */
const SEEN_MS = 700;

/**
 * @param {Pick<import("../app.js").App, "words" | "signals" | "reader">} app
 * @param {{label: string|null, tell: (text: string) => void}} options ``label``: of the button that
 *   starts, where no other button does
 * @returns {{element: HTMLElement, start: () => Promise<void>, stop: () => void, seen: () => void,
 *   cover: (over: HTMLElement) => void}} ``cover`` stops filming and shows something instead;
 *   ``seen``: a pass was read, so that the film goes on
 */
export function viewfinder(app, { label, tell }) {
  const { t } = app.words;
  const film = { playsinline: true, muted: true, tabindex: "-1", "aria-label": t("video_label") };
  const video = h("video", film);
  const aim = h("p", { class: "aim", role: "status" });
  const frame = h("div", { class: "frame", "aria-hidden": "true" });
  const torch = button(t("torch"), () => light(torch.getAttribute("aria-pressed") !== "true"), {
    sign: "torch",
    look: "torch",
    "aria-pressed": "false",
    hidden: true,
  });
  const idle = label ? button(label, () => start(), { sign: "photo", look: "begin" }) : icon("read");
  const element = h("div", { class: "film" }, idle);
  let covered = false;
  let filming = null; // what ends the film that runs, or the one that is being opened

  async function light(on) {
    await filming?.camera?.torch(on).catch(() => {});
    torch.setAttribute("aria-pressed", String(on));
  }

  async function start() {
    stop();
    covered = false;
    const mine = (filming = { camera: null, end: () => {} });
    app.signals.unlock();
    element.replaceChildren(video, frame, aim, torch);
    // What was pressed is gone: whoever uses a keyboard goes on from here.
    if (document.activeElement === document.body) video.focus({ preventScroll: true });
    aim.textContent = t("camera_opening");
    try {
      const camera = await openCamera(video);
      if (filming !== mine) return camera.stop();
      mine.camera = camera;
      mine.end = camera.stop;
    } catch (error) {
      if (filming === mine) fail(error.message);
      return undefined;
    }
    const stopReading = follow(mine.camera, app.reader(), tell);
    const sleepAgain = await keepAwake();
    const closeCamera = mine.end;
    mine.end = () => {
      stopReading();
      closeCamera();
      sleepAgain();
    };
    if (filming !== mine) return mine.end();
    torch.hidden = !mine.camera.torch;
    aim.textContent = t("aim");
    return undefined;
  }

  function fail(why) {
    stop();
    const refused = why === "refused";
    element.replaceChildren(
      h(
        "div",
        { class: "no-camera", role: "alert" },
        h("h2", {}, t(refused ? "camera_refused" : "camera_missing")),
        h("p", {}, t(refused ? "camera_refused_next" : "camera_missing_next")),
      ),
      button(t("camera_again"), () => start()),
    );
  }

  function stop() {
    filming?.end();
    filming = null;
    torch.setAttribute("aria-pressed", "false");
  }

  function cover(over) {
    stop();
    covered = true;
    element.replaceChildren(over);
  }

  /** Phones end the film of a page that is not looked at: it is opened again on return. */
  function look() {
    if (!element.isConnected || !element.contains(video)) return;
    if (document.hidden) stop();
    else if (!filming) start();
  }
  document.addEventListener("visibilitychange", look);

  return {
    element,
    start,
    cover,
    seen() {
      if (covered) start();
      frame.classList.add("seen");
      setTimeout(() => frame.classList.remove("seen"), SEEN_MS);
    },
    stop() {
      document.removeEventListener("visibilitychange", look);
      stop();
    },
  };
}

/**
 * The way out when the camera may not film: a photo of the code.
 * @param {import("../app.js").App} app
 * @param {{tell: (text: string) => void, fail: (why: string) => void}} to
 */
export function photoButton(app, { tell, fail }) {
  const { t } = app.words;
  const input = h("input", {
    type: "file",
    accept: "image/*",
    capture: "environment",
    class: "hidden",
    onchange: take,
  });
  const name = h("span", {}, t("photo"));
  async function take() {
    const [photo] = input.files;
    if (!photo) return;
    name.textContent = t("photo_reading");
    app.announce(t("photo_reading"));
    const text = await readPhoto(photo, app.reader()).catch(() => null);
    name.textContent = t("photo");
    input.value = ""; // so that the same photo can be chosen again
    if (text) tell(text);
    else fail(t("photo_nothing"));
  }
  return h("label", { class: "plain photo" }, input, icon("photo"), name);
}
