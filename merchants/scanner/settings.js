/**
 * What the phone's owner chose: sounds, language, the last service. No secret and no pass: those are
 * in the memory. A browser that keeps nothing gives the choices anew each time.
 */

const NAME = "scanner-settings";

const USUAL = Object.freeze({ silent: false, language: null, service: null });

/** @returns {{silent: boolean, language: "fr"|"en"|null, service: string|null}} */
export function readSettings() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(NAME)) };
  } catch {
    return { ...USUAL };
  }
}

/** @param {ReturnType<typeof readSettings>} settings */
export function writeSettings(settings) {
  try {
    localStorage.setItem(NAME, JSON.stringify(settings));
  } catch {
    // Chosen for this time only.
  }
}
