/**
 * What tells a training pass from a real one: its key id, which no real key ever gets.
 *
 * A real phone refuses training passes and training refuses real ones, each with its own sentence.
 */

import { toBytes } from "../pass/pass_text.js";
import { read } from "../pass/shape.js";

/** Reserved: the service refuses to give it to a key of its own. */
const TRAINING_KID = "0000";

/** Where the phone finds the training passes, and the rules and keys they are read with. */
export const TRAINING_DOCUMENT = "/scanner/training/training.json";

/**
 * Whether a read text is a training pass, good or forged. False for what is no pass at all.
 * @param {string} text
 * @returns {boolean}
 */
export function isTrainingPass(text) {
  const bytes = toBytes(text);
  return (bytes && read(bytes))?.token.kid === TRAINING_KID;
}
