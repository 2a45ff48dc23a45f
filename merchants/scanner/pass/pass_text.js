/**
 * A pass as text: what a reader makes of the address that a QR code holds.
 *
 * `https://HOST/p#DIGITS`: the token's bytes as one decimal number of fixed width. Only what follows
 * the last `#` counts, whatever the host; the address is never opened. Knows nothing of what the
 * bytes mean. The twin of core/pass_text.py.
 */

/** Bytes. A pass takes 106; anything much longer is not one of ours. */
const LONGEST_TOKEN = 200;

/** How many bytes a text of so many digits stands for: n bytes take the digits of 256**n - 1. */
const SIZES = new Map();
for (let size = 1, most = 255n; size <= LONGEST_TOKEN; size++, most = (most << 8n) | 255n) {
  SIZES.set(String(most).length, size);
}

/**
 * What counts of a read text: all that follows the last `#`, or the whole when it has none.
 * @param {string} text
 * @returns {string}
 */
export function afterHash(text) {
  return text.slice(text.lastIndexOf("#") + 1).trim();
}

/**
 * The token in a read text, or null when there is none.
 * @param {string} text
 * @returns {Uint8Array | null}
 */
export function toBytes(text) {
  const digits = afterHash(text);
  const size = /^[0-9]+$/.test(digits) ? SIZES.get(digits.length) : undefined;
  if (!size) return null;
  const hex = BigInt(digits).toString(16).padStart(2 * size, "0");
  if (hex.length > 2 * size) return null;
  return Uint8Array.from({ length: size }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
