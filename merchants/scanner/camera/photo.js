/**
 * Reads the code on a photo: the way out when the camera may not film. Keeps no photo.
 */

/** Longest sides to try, in pixels: first what most phones read at once, then finer, then coarser. */
const SIDES = [1280, 2400, 720];

/**
 * The text of the code on a photo, or nothing.
 * @param {Blob} photo
 * @param {import("./reader.js").Reader} reader
 * @returns {Promise<string|null>}
 */
export async function readPhoto(photo, reader) {
  const picture = await createImageBitmap(photo).catch(() => null);
  if (!picture) return null;
  const whole = Math.max(picture.width, picture.height);
  try {
    for (const side of SIDES) {
      const text = await reader.read(reduced(picture, Math.min(1, side / whole)));
      if (text) return text;
    }
    return null;
  } finally {
    picture.close();
  }
}

function reduced(picture, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
