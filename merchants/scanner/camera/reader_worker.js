/**
 * Looks for a QR code in one picture, beside the page, so that the page never stops answering.
 * It knows no pass and no network: it sends back the text of the code nearest to the middle.
 */

import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm/reader/index.js";

// Unless told otherwise the decoder would be fetched from a public CDN.
const locateFile = (name) => new URL(`../vendor/zxing-wasm/${name}`, import.meta.url).href;
prepareZXingModule({ overrides: { locateFile }, fireImmediately: true }).catch(() => {
  // The first picture tries again, and says so if it fails.
});

// A sheet holds ten passes: several codes may be in the picture, the one aimed at is in the middle.
const MOST_CODES = 4;

const options = (hard) => ({
  formats: ["QRCode"], // else the noise of a camera becomes other barcodes
  tryHarder: hard,
  tryRotate: hard,
  tryDownscale: hard,
  tryInvert: false,
  maxNumberOfSymbols: MOST_CODES,
});

function fromTheMiddle({ position }, { width, height }) {
  const { topLeft, bottomRight } = position;
  const x = (topLeft.x + bottomRight.x - width) / 2;
  const y = (topLeft.y + bottomRight.y - height) / 2;
  return x * x + y * y;
}

async function read(picture, hard) {
  const found = (await readBarcodes(picture, options(hard))).filter((code) => code.isValid);
  found.sort((one, other) => fromTheMiddle(one, picture) - fromTheMiddle(other, picture));
  return found.length ? found[0].text : null;
}

addEventListener("message", async ({ data: { id, pixels, width, height, hard } }) => {
  const picture = new ImageData(new Uint8ClampedArray(pixels), width, height);
  try {
    postMessage({ id, text: await read(picture, hard), pixels }, [pixels]);
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
});
