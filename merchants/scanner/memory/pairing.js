/**
 * Which site this phone works for: its token, and the statement keys it trusts. Kept sealed.
 *
 * Leaving a site never touches the queue: what waits is sent once the phone is paired again with the
 * same association. It then shows its last token, so that what it kept keeps its day.
 *
 * @typedef {{device: string, token: string, site: {id: string, name: string|null},
 *   association: string|null, name: string, statementKeys: {kid: string, public: string}[],
 *   pairedAt: string}} Pairing  keys are base64url, as in the service's list of public keys
 */

const NAME = "pairing";

/**
 * @param {import("./db.js").Database} db
 * @param {import("./vault.js").Vault} vault
 */
export function pairings(db, vault) {
  const read = () => db.read(["facts"], (store) => store("facts").get(NAME));
  const opened = (row) => (row ? vault.unseal(NAME, row.sealed).catch(() => null) : null);

  return {
    /** @returns {Promise<Pairing|null>} null too when what is kept cannot be read any more */
    async paired() {
      const row = await read();
      return row?.left ? null : opened(row);
    },

    /** The last pairing, left or not. @returns {Promise<Pairing|null>} */
    last: async () => opened(await read()),

    /** Keep a pairing in place of the one before. @param {Pairing} pairing */
    async remember(pairing) {
      const row = { name: NAME, sealed: await vault.seal(NAME, pairing) };
      await db.write(["facts"], (store) => store("facts").put(row));
    },

    /** Leave the site. */
    async forget() {
      await db.write(["facts"], async (store) => {
        const row = await store("facts").get(NAME);
        if (row) await store("facts").put({ ...row, left: true });
      });
    },
  };
}
