/**
 * The counter in training: the same phone and the same screens, on a memory that forgets and on calls
 * that reach nobody. Built from training's own parts only: it has no way to the real queue.
 */

import { deskOf } from "../desk.js";
import { passingDatabase } from "../memory/passing.js";
import { openPhone } from "../phone.js";
import { TRAINING_DOCUMENT } from "./passes.js";
import { trainingCalls } from "./service.js";

/**
 * @param {{clock: () => Date, words: () => object, changed: () => void}} given
 * @returns {Promise<ReturnType<typeof deskOf>>}
 */
export async function trainingDesk({ clock, words, changed }) {
  const document = await (await fetch(TRAINING_DOCUMENT)).json();
  const calls = trainingCalls({ document, clock, words: (reason) => words().refusal(reason) ?? {} });
  const phone = await openPhone({
    db: passingDatabase(),
    clock,
    calls,
    // Nobody signs the rules of training, and nobody else's are ever read here.
    believed: async () => true,
    locks: null,
  });
  await phone.join("", words().t("training_site"));
  return deskOf(phone, { training: true, changed });
}
