/**
 * ES256 (ECDSA on P-256 with SHA-256): verifying, never signing. Every browser has it.
 *
 * The other algorithm of the closed list, for an issuer whose key lives where Ed25519 does not.
 */

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/**
 * Whether the holder of a key signed a message.
 * @param {Uint8Array} publicKey the uncompressed point, 65 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature r and s, 32 bytes each
 * @returns {Promise<boolean>}
 */
export async function verify(publicKey, message, signature) {
  const key = await crypto.subtle.importKey("raw", publicKey, CURVE, false, ["verify"]);
  return crypto.subtle.verify(SIGNING, key, signature, message);
}
