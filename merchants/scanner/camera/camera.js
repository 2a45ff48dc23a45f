/**
 * The camera behind the phone: its film, its torch, its pictures; and a screen that stays awake.
 * Opened only after a tap, because phones ask their owner first. Keeps no picture.
 */

/** The side of a picture to decode, in pixels: enough for a pass that fills a fifth of it. */
const SIDE = 800;

const WANTED = {
  audio: false,
  video: {
    facingMode: { ideal: "environment" },
    width: { ideal: 1920 },
    height: { ideal: 1080 },
  },
};

/**
 * Open the camera into a video element.
 * @typedef {{torch: ((on: boolean) => Promise<void>)|null, takePicture: () => ImageData|null,
 *   afterNextFrame: (then: () => void) => void, stop: () => void}} Camera
 * @param {HTMLVideoElement} video
 * @returns {Promise<Camera>} rejects with "refused" (its owner said no) or "missing"
 */
export async function openCamera(video) {
  const stream = await filmOf();
  video.srcObject = stream;
  await video.play().catch(() => {
    // Interrupted by a screen that opened meanwhile: stop() follows.
  });
  const [track] = stream.getVideoTracks();
  const canvas = document.createElement("canvas");
  return {
    torch: torchOf(track),
    takePicture: () => squareOf(video, canvas),
    afterNextFrame: (then) => afterNextFrame(video, then),
    stop: () => {
      for (const each of stream.getTracks()) each.stop();
      video.srcObject = null;
    },
  };
}

async function filmOf() {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("missing");
  try {
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (error) {
    throw new Error(error.name === "NotAllowedError" ? "refused" : "missing");
  }
}

function torchOf(track) {
  const able = track.getCapabilities?.().torch;
  return able ? (on) => track.applyConstraints({ advanced: [{ torch: on }] }) : null;
}

/**
 * The centred square of a picture, reduced to what decoding needs: what the frame on the screen
 * shows, and nothing beside it.
 */
function squareOf(video, canvas) {
  const { videoWidth: width, videoHeight: height } = video;
  const side = Math.min(width, height);
  if (!side) return null;
  canvas.width = canvas.height = Math.min(side, SIDE);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const left = (width - side) / 2;
  const top = (height - side) / 2;
  pen.drawImage(video, left, top, side, side, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function afterNextFrame(video, then) {
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(then);
  else requestAnimationFrame(then);
}

/**
 * Keep the screen lit while passes are read; phones that cannot simply dim as usual.
 * @returns {Promise<() => void>} lets it dim again
 */
export async function keepAwake() {
  const lock = await navigator.wakeLock?.request("screen").catch(() => null);
  return () => lock?.release();
}
