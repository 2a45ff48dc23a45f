/**
 * Opening a pass with the public keys we trust: text, token, key, signature, in this order.
 *
 * The algorithm belongs to the key, never to the pass. Whether a pass was spent is not known here.
 * The twin of `Keyring.open` in core/signing.py, held to it by keys/vectors.json.
 */

import { verify as ed25519 } from "./ed25519.js";
import { verify as es256 } from "./es256.js";
import { toBytes } from "./pass_text.js";
import { ALGORITHMS, read } from "./shape.js";

/** Who verifies what is signed with an algorithm. */
const VERIFIERS = Object.freeze({ Ed25519: ed25519, ES256: es256 });

/**
 * A public key we trust. `public`: 32 bytes, or an uncompressed P-256 point.
 * @typedef {{kid: string, alg: "Ed25519" | "ES256", public: Uint8Array,
 *   status: "active" | "retired" | "revoked"}} Key
 */

/**
 * The pass in a text and the key that says so, or the reason why it is none. A revoked key still
 * opens: see its status.
 * @param {string} text what was read, with or without the address
 * @param {Map<string, Key>} keyring by key id
 * @param {Record<string, import("./ed25519.js").Verify>} verifiers by algorithm
 * @returns {Promise<{token: import("./shape.js").Token, key: Key} | {reason: string}>}
 */
export async function open(text, keyring, verifiers = VERIFIERS) {
  const bytes = toBytes(text);
  const known = bytes && read(bytes);
  if (!known) return { reason: "unreadable" };
  const key = keyring.get(known.token.kid);
  if (!key) return { reason: "unknown_key" };
  const genuine =
    known.algorithm === ALGORITHMS[key.alg] &&
    (await verifiers[key.alg](key.public, known.signed, known.signature));
  return genuine ? { token: known.token, key } : { reason: "bad_signature" };
}
