/**
 * Bytes as text and back: hexadecimal for people and ids, base64url for keys and signatures.
 * Knows nothing of what the bytes mean.
 */

/**
 * Bytes in lower-case hexadecimal.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The bytes behind text in base64url, without padding. Throws on anything else.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function fromBase64url(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
