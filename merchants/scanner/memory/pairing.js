/**
 * Which site this phone works for: its token, and the statement keys it trusts. Kept sealed.
 *
 * Forgetting the pairing never touches the queue: what waits is sent once the phone is paired
 * again.
 *
 * @typedef {{device: string, token: string, site: {id: string, name: string|null}, name: string,
 *   statementKeys: {kid: string, public: string}[], pairedAt: string}} Pairing
 *   Keys are base64url, as in the service's list of public keys.
 */

const NAME = "pairing";

/**
 * @param {import("./db.js").Database} db
 * @param {import("./vault.js").Vault} vault
 */
export function pairings(db, vault) {
  return {
    /** @returns {Promise<Pairing|null>} null too when what is kept cannot be read any more */
    async paired() {
      const row = await db.read(["facts"], (store) => store("facts").get(NAME));
      if (!row) return null;
      return vault.unseal(NAME, row.sealed).catch(() => null);
    },

    /** Keep a pairing in place of the one before. @param {Pairing} pairing */
    async remember(pairing) {
      const row = { name: NAME, sealed: await vault.seal(NAME, pairing) };
      await db.write(["facts"], (store) => store("facts").put(row));
    },

    async forget() {
      await db.write(["facts"], (store) => store("facts").remove(NAME));
    },
  };
}
