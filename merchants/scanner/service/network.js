/**
 * Whether the service could be reached a moment ago. It never asks the network anything.
 *
 * Browsers say "online" when there is Wi-Fi, whether or not the service answers through it: only
 * the last call tells. A call that failed lately spares the next one its long wait.
 */

const LATELY = 10_000;

/** @param {() => Date} clock */
export function networkMemory(clock) {
  let failedAt = null;
  return {
    /** The service answered, whatever it said. */
    reached: () => void (failedAt = null),
    /** No answer came. */
    failed: () => void (failedAt = clock().getTime()),
    /** The phone says that its network changed: the next call may try again. */
    changed: () => void (failedAt = null),
    /** Whether the last call failed, however long ago: what the band says. */
    lost: () => failedAt !== null,
    /** Whether the last call failed in the last ten seconds. */
    away: () => failedAt !== null && Math.abs(clock().getTime() - failedAt) < LATELY,
  };
}
