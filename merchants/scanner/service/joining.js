/**
 * A phone joins a site: the service's public keys are pinned, then the phone is paired, then it
 * learns what it needs to work without network. What waits in the queue is left as it is.
 *
 * The keys come first: once the service has given a token, nothing may stand between it and the
 * phone's memory.
 */

/**
 * @param {object} phone
 * @param {ReturnType<typeof import("./calls.js").serviceCalls>} phone.calls
 * @param {ReturnType<typeof import("../memory/pairing.js").pairings>} phone.pairing
 * @param {ReturnType<typeof import("../memory/knowledge.js").knowledgeIn>} phone.knowledge
 * @param {() => Date} phone.clock
 * @param {string} code  the pairing code, as read or typed
 * @param {string} name  how the phone calls itself
 * @returns {Promise<{kind: "paired", pairing: import("../memory/pairing.js").Pairing}
 *   | import("./calls.js").Result>}
 */
export async function join({ calls, pairing, knowledge, clock }, code, name) {
  const published = await calls.keys();
  if (published.kind !== "answer") return published;
  const answer = await calls.pair(code, name);
  if (answer.kind !== "answer") return answer;
  const { device, token, site, association = null } = answer.body;
  const joined = {
    device,
    token,
    site: typeof site === "string" ? { id: site, name: null } : site,
    association,
    statementKeys: statementKeys(published.body),
    name,
    pairedAt: clock().toISOString(),
  };
  await pairing.remember(joined);
  await knowledge.refresh(calls, joined);
  return { kind: "paired", pairing: joined };
}

/** The keys that sign documents for phones, from the service's list of public keys (RFC 8037). */
export function statementKeys({ keys }) {
  return keys
    .filter(({ purpose, crv }) => purpose === "statement" && crv === "Ed25519")
    .map(({ kid, x }) => ({ kid, public: x }));
}
