/**
 * The code that pairs a phone with a site, as it is read, typed, or opened as a link. Whether it is
 * still good only the service knows.
 */

import { afterHash } from "./pass_text.js";
import { normalize } from "./typed_codes.js";

/** Ten of Crockford's signs: no I, L, O, U. */
const PAIRING_CODE = /^[0-9A-HJKMNP-TV-Z]{10}$/;

/**
 * The pairing code in a text, or null when there is none.
 * @param {string} text
 * @returns {string | null}
 */
export function pairingCode(text) {
  const code = normalize(afterHash(text));
  return PAIRING_CODE.test(code) ? code : null;
}
