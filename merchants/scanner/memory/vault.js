/**
 * Seals what the phone keeps: AES-GCM with a key that scripts can use and never read.
 *
 * Whoever copies the phone's storage finds no token and no code. Where a browser has no
 * cryptography, or refuses to keep such a key, things are kept open and `kind` says so: a scan that
 * is kept in the open is worth more than one that is lost. This module never decides what is kept.
 *
 * @typedef {{iv: Uint8Array, sealed: ArrayBuffer} | {open: string}} Sealed
 * @typedef {{kind: "sealed"|"open", why: string|null,
 *   seal: (about: string, value: any) => Promise<Sealed>,
 *   unseal: (about: string, sealed: Sealed) => Promise<any>}} Vault
 */

const NAME = "vault";
const IV_BYTES = 12;

/** What was sealed cannot be read any more: it was changed, or its key is gone. */
export class Unreadable extends Error {
  name = "Unreadable";
}

/**
 * The vault of a database; its key is made at the first use. `about` names the row: a sealed thing
 * that was moved to another row does not open.
 *
 * @param {import("./db.js").Database} db
 * @param {SubtleCrypto} [subtle]
 * @returns {Promise<Vault>}
 */
export async function openVault(db, subtle = globalThis.crypto?.subtle) {
  const { key, why } = await theKey(db, subtle);
  return {
    kind: key ? "sealed" : "open",
    why,
    seal: (about, value) => (key ? seal(subtle, key, about, value) : inTheOpen(value)),
    unseal: (about, sealed) => unseal(subtle, key, about, sealed),
  };
}

async function theKey(db, subtle) {
  if (!subtle) return { key: null, why: "no_crypto" };
  const kept = await db.read(["keys"], (store) => store("keys").get(NAME));
  if (kept) return { key: kept.key, why: null };
  const made = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  try {
    return { key: await keepFirst(db, made), why: null };
  } catch (error) {
    // Some browsers cannot store a key: private windows, lockdown mode.
    if (error?.name !== "DataCloneError") throw error;
    return { key: null, why: "key_not_kept" };
  }
}

/** Two tabs may make a key at the same time: the first one kept is everybody's. */
function keepFirst(db, key) {
  return db.write(["keys"], async (store) => {
    const first = await store("keys").get(NAME);
    if (first) return first.key;
    await store("keys").put({ name: NAME, key });
    return key;
  });
}

async function inTheOpen(value) {
  return { open: JSON.stringify(value) };
}

async function seal(subtle, key, about, value) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  return { iv, sealed: await subtle.encrypt(how(iv, about), key, bytes(JSON.stringify(value))) };
}

async function unseal(subtle, key, about, kept) {
  if ("open" in kept) return JSON.parse(kept.open);
  if (!key) throw new Unreadable(about);
  try {
    const opened = await subtle.decrypt(how(kept.iv, about), key, kept.sealed);
    return JSON.parse(new TextDecoder().decode(opened));
  } catch {
    throw new Unreadable(about);
  }
}

const bytes = (text) => new TextEncoder().encode(text);
const how = (iv, about) => ({ name: "AES-GCM", iv, additionalData: bytes(about) });
