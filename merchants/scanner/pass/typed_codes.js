/**
 * The twelve signs printed under a QR code: whether they were typed without a slip.
 *
 * Two check signs catch slips of the hand, so that the service's counter of failures counts guesses.
 * What a code names only the service can tell: it is scrambled under a key that no phone holds. The
 * twin of `well_formed` in core/typed_codes.py.
 */

/** Crockford's: no I, L, O, U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 12;

/** Signs a typed text may have with its spaces and hyphens. */
const LONGEST = 40;

/** What hands write for another sign. */
const MEANT = { O: "0", I: "1", L: "1" };

/** α times each of the 32 values of GF(32), whose polynomial is x⁵ + x² + 1. */
const TIMES_ALPHA = Array.from({ length: 32 }, (_, value) =>
  value & 16 ? (value << 1) ^ 0b100101 : value << 1,
);

/**
 * A typed text in the service's signs: capitals, no spaces, no hyphens, nothing mistaken for 0 or 1.
 * @param {string} text
 * @returns {string}
 */
export function normalize(text) {
  return text.toUpperCase().replace(/[ -]/g, "").replace(/[OIL]/g, (sign) => MEANT[sign]);
}

/**
 * Whether a text is a typed code without a slip: its Reed–Solomon syndromes at α and α² are zero.
 * @param {string} text
 * @returns {boolean}
 */
export function wellFormed(text) {
  if (text.length > LONGEST) return false;
  const symbols = Array.from(normalize(text), (sign) => ALPHABET.indexOf(sign));
  if (symbols.length !== LENGTH || symbols.includes(-1)) return false;
  return syndrome(symbols, 1) === 0 && syndrome(symbols, 2) === 0;
}

/**
 * A code, or as much of it as is typed, in groups of four as it is printed.
 * @param {string} text
 * @returns {string}
 */
export function grouped(text) {
  return (normalize(text).match(/.{1,4}/g) ?? []).join("-");
}

/** The symbols as a polynomial, most significant first, at a power of α. */
function syndrome(symbols, power) {
  let sum = 0;
  for (const symbol of symbols) {
    for (let times = 0; times < power; times++) sum = TIMES_ALPHA[sum];
    sum ^= symbol;
  }
  return sum;
}
