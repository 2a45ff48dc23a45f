/**
 * The square that films: opens the camera on a tap, shows what is in the frame, tells what was read,
 * and says what to do when there is no camera. Stops filming whenever the page is not looked at.
 */

import { keepAwake, openCamera } from "../camera/camera.js";
import { readPhoto } from "../camera/photo.js";
import { follow } from "../camera/reader.js";
import { button, h } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {import("../app.js").App} app
 * @param {{label: string, tell: (text: string) => void}} options ``label``: the button that starts
 * @returns {{element: HTMLElement, start: () => Promise<void>, stop: () => void,
 *   cover: (over: HTMLElement | null) => void}} ``cover`` stops filming and shows something instead
 */
export function viewfinder(app, { label, tell }) {
  const { t } = app.words;
  const video = h("video", { playsinline: true, muted: true, "aria-label": t("video_label") });
  const aim = h("p", { class: "aim", role: "status" });
  const torch = button(t("torch"), () => light(torch.getAttribute("aria-pressed") !== "true"), {
    sign: "torch",
    look: "torch",
    "aria-pressed": "false",
    hidden: true,
  });
  const begin = button(label, () => start(), { sign: "photo", look: "begin" });
  const frame = h("div", { class: "frame", "aria-hidden": "true" });
  const element = h("div", { class: "film" }, begin);
  let camera = null;
  let stopReading = () => {};
  let letSleep = () => {};
  let wanted = false;

  async function light(on) {
    await camera?.torch?.(on).catch(() => {});
    torch.setAttribute("aria-pressed", String(on));
  }

  async function start() {
    wanted = true;
    app.signals.unlock();
    element.replaceChildren(video, frame, torch, aim);
    aim.textContent = t("camera_opening");
    try {
      const opened = await openCamera(video);
      if (!wanted) return opened.stop();
      camera = opened;
    } catch (error) {
      return fail(error.message);
    }
    torch.hidden = !camera.torch;
    aim.textContent = t("aim");
    stopReading = follow(camera.takePicture, app.reader(), tell, camera.afterNextFrame);
    letSleep = await keepAwake();
    if (!wanted) letSleep();
  }

  function fail(why) {
    stop();
    element.replaceChildren(
      h(
        "div",
        { class: "no-camera", role: "alert" },
        h("h2", {}, t(why === "refused" ? "camera_refused" : "camera_missing")),
        h("p", {}, t(why === "refused" ? "camera_refused_next" : "camera_missing_next")),
      ),
      button(t("camera_again"), () => start(), { look: "plain" }),
    );
    app.cameraWorks = false;
  }

  function stop() {
    wanted = false;
    stopReading();
    camera?.stop();
    camera = null;
    letSleep();
    torch.setAttribute("aria-pressed", "false");
  }

  function cover(over) {
    stop();
    element.replaceChildren(over ?? begin);
  }

  function look() {
    if (document.hidden && wanted) {
      stop();
      wanted = true; // to be opened again on return: phones end the film of a hidden page
    } else if (!document.hidden && wanted && !camera) {
      start();
    }
  }
  document.addEventListener("visibilitychange", look);

  return {
    element,
    start,
    cover,
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
  async function take() {
    const [photo] = input.files;
    if (!photo) return;
    app.announce(t("photo_reading"));
    const text = await readPhoto(photo, app.reader()).catch(() => null);
    input.value = ""; // so that the same photo can be chosen again
    if (text) tell(text);
    else fail(t("photo_nothing"));
  }
  return h("label", { class: "plain photo" }, input, icon("photo"), h("span", {}, t("photo")));
}
