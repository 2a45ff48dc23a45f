/**
 * Asks the browser to keep the app (`sw.js`), and tells when a newer version is ready. It never
 * restarts the app by itself.
 */

/**
 * @param {() => void} onNewer  a newer version is on the phone and waits to be started
 * @returns {Promise<{look: () => Promise<void>, restart: () => void}|null>} `look` asks whether
 *   there is a newer version; null where browsers keep no apps
 */
export async function keepApp(onNewer) {
  const keeper = globalThis.navigator?.serviceWorker;
  if (!keeper) return null;
  const registration = await keeper.register("/scanner/sw.js", { scope: "/scanner/" });
  const tell = () => {
    // Without a controller it is the first version, and nothing to tell.
    if (registration.waiting && keeper.controller) onNewer();
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
  tell();
  return {
    look: async () => void (await registration.update()),
    restart() {
      keeper.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage("restart");
    },
  };
}
