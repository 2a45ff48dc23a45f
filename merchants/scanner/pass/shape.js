/**
 * What a token says, if it has exactly our shape: pass format, sections 1 and 2.
 *
 * Anything else is refused, because a signature alone does not cover the tag and the unprotected
 * map. Believes nobody: whether the signature holds is asked in token.js. The twin of `_read` in
 * core/signing.py.
 */

import { NotCbor, Tagged, byteString, decode } from "./cbor.js";
import { toHex } from "./bytes.js";

/** COSE_Sign1's tag; header labels alg, kid; claims exp, cti; our private claim; its version. */
const SIGN1 = 18, ALG = 1, KID = 4, EXP = 4, CTI = 7, CLAIMS = -65537, VERSION = 1;

/** The closed list, by COSE number (RFC 9864, RFC 9053). Both signatures have 64 bytes. */
export const ALGORITHMS = Object.freeze({ Ed25519: -19, ES256: -7 });

const SIGNATURE_BYTES = 64, BOOKLET_BYTES = 6, KID_BYTES = 2;

/** `["Signature1"`, then what the signature covers: the Sig_structure of RFC 9052, 4.4. */
const CONTEXT = Uint8Array.of(0x84, 0x6a, ...new TextEncoder().encode("Signature1"));
const NO_EXTERNAL_DATA = 0x40;

/**
 * What a pass says. Ids in lower-case hexadecimal; `lastSecond` is Unix time, the last valid one.
 * @typedef {{booklet: string, number: number, campaign: number, cents: number, lastSecond: number,
 *   kid: string}} Token
 */

/**
 * A token of exactly our shape: its claims, the number of its algorithm, and what was signed.
 * @param {Uint8Array} bytes
 * @returns {{token: Token, algorithm: number, signed: Uint8Array, signature: Uint8Array} | null}
 */
export function read(bytes) {
  try {
    return readSign1(decode(bytes));
  } catch (error) {
    if (error instanceof NotCbor) return null;
    throw error;
  }
}

function readSign1(value) {
  const parts = value instanceof Tagged && value.tag === SIGN1 ? value.value : null;
  if (!isArray(parts, 4)) return null;
  const [header, unprotected, payload, signature] = parts;
  if (!isBytes(header) || !isMap(unprotected, 0) || !isBytes(payload)) return null;
  if (!isBytes(signature, SIGNATURE_BYTES)) return null;
  const signer = signerOf(decode(header));
  const claims = claimsOf(decode(payload));
  if (!signer || !claims) return null;
  const signed = signedBytes(header, payload);
  return { token: { ...claims, kid: signer.kid }, algorithm: signer.algorithm, signed, signature };
}

function signerOf(header) {
  if (!isMap(header, 2)) return null;
  const algorithm = header.get(ALG);
  const kid = header.get(KID);
  if (!Object.values(ALGORITHMS).includes(algorithm) || !isBytes(kid, KID_BYTES)) return null;
  return { algorithm, kid: toHex(kid) };
}

function claimsOf(claims) {
  if (!isMap(claims, 3)) return null;
  const [lastSecond, cti, ours] = [EXP, CTI, CLAIMS].map((name) => claims.get(name));
  if (!isBytes(cti, BOOKLET_BYTES + 1) || !isArray(ours, 3)) return null;
  const [version, campaign, cents] = ours;
  const number = cti[BOOKLET_BYTES];
  if (version !== VERSION || number < 1 || ![lastSecond, campaign, cents].every(isCount)) {
    return null;
  }
  return { booklet: toHex(cti.subarray(0, BOOKLET_BYTES)), number, campaign, cents, lastSecond };
}

function signedBytes(header, payload) {
  return Uint8Array.of(
    ...CONTEXT,
    ...byteString(header),
    NO_EXTERNAL_DATA,
    ...byteString(payload),
  );
}

const isArray = (value, length) => Array.isArray(value) && value.length === length;
const isMap = (value, size) => value instanceof Map && value.size === size;
const isCount = (value) => typeof value === "number" && value >= 0;
const isBytes = (value, length) =>
  value instanceof Uint8Array && (length === undefined || value.length === length);
