/**
 * Reads codes from pictures and from a film, with the worker that decodes. Judges no code.
 */

/** How long the same code is not told again: it stays a second or two in front of the camera. */
export const SAME_CODE_MS = 3000;

/** From this time a picture on, every other one is only looked at quickly: a slow phone. */
const SLOW_MS = 120;

/**
 * What the worker answers, as promises.
 * @typedef {{read: (picture: ImageData, hard?: boolean) => Promise<string|null>, stop: () => void}}
 *   Reader
 * @returns {Reader}
 */
export function startReader() {
  const worker = new Worker(new URL("reader_worker.js", import.meta.url), { type: "module" });
  const asked = new Map();
  let last = 0;
  worker.addEventListener("message", ({ data: { id, text, error } }) => {
    const { resolve, reject } = asked.get(id);
    asked.delete(id);
    if (error) reject(new Error(error));
    else resolve(text);
  });
  worker.addEventListener("error", () => {
    for (const { reject } of asked.values()) reject(new Error("the decoder did not start"));
    asked.clear();
  });
  return {
    read: ({ data: { buffer }, width, height }, hard = true) =>
      new Promise((resolve, reject) => {
        last += 1;
        asked.set(last, { resolve, reject });
        worker.postMessage({ id: last, pixels: buffer, width, height, hard }, [buffer]);
      }),
    stop: () => worker.terminate(),
  };
}

/**
 * A memory of the last code: true for a code that was not told within the last 3 seconds.
 * @returns {(text: string, now: number) => boolean}
 */
export function onceIn(milliseconds = SAME_CODE_MS) {
  let told = null;
  let at = 0;
  return (text, now) => {
    const fresh = text !== told || now - at > milliseconds;
    told = text;
    at = now; // counted from when it was last seen: a code that stays in view stays told
    return fresh;
  };
}

/**
 * Follow a film: take a picture, have it read, tell what was found, take the next. Pictures that
 * come while one is being read are skipped.
 * @param {Pick<import("./camera.js").Camera, "takePicture" | "afterNextFrame">} camera
 * @param {Reader} reader
 * @param {(text: string) => void} tell
 * @returns {() => void} stops it
 */
export function follow(camera, reader, tell) {
  const isNew = onceIn();
  let going = true;
  let hard = true;
  async function look() {
    if (!going) return;
    const picture = camera.takePicture();
    if (picture) {
      const began = performance.now();
      const text = await reader.read(picture, hard).catch(() => null);
      hard = !hard || performance.now() - began < SLOW_MS;
      if (going && text && isNew(text, performance.now())) tell(text);
    }
    camera.afterNextFrame(look);
  }
  look();
  return () => {
    going = false;
  };
}
