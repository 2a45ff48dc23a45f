/**
 * Ed25519 (RFC 8032): verifying, never signing.
 *
 * By the browser's own cryptography where it has the curve; where it lacks it (old phones), by a
 * small vendored verifier, loaded only then. Both give the same verdicts: the tests ask both.
 */

/** @typedef {(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array)
 *   => Promise<boolean>} Verify */

/** @type {Verify} */
export async function byBrowser(publicKey, message, signature) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

/** @type {Verify} */
export async function byVendored(publicKey, message, signature) {
  const noble = await import("../vendor/noble-ed25519/index.js");
  // Its own default is looser (ZIP 215); browsers and the service follow RFC 8032.
  return noble.verifyAsync(signature, message, publicKey, { zip215: false });
}

/**
 * The verifier of a browser that passed, or failed, the trial of its own.
 * @param {boolean} browserHasIt
 * @returns {Verify}
 */
export function chosen(browserHasIt) {
  return browserHasIt ? byBrowser : byVendored;
}

/** RFC 8032, 7.1, test 1: an empty message. A browser that verifies it knows the curve. */
const TRIAL = {
  publicKey: hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
  signature: hex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ),
};

function hex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function browserHasIt() {
  return byBrowser(TRIAL.publicKey, new Uint8Array(0), TRIAL.signature).catch(() => false);
}

let choice = null;

/**
 * Whether the holder of a key signed a message. The browser is tried once.
 * @type {Verify}
 */
export async function verify(publicKey, message, signature) {
  choice ??= browserHasIt().then(chosen);
  return (await choice)(publicKey, message, signature);
}
