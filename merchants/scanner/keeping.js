/**
 * Keeps the app on the phone, so that it opens without network, and tells when a newer one is ready.
 * A newer version is taken only when its user says so: never in the middle of a visit.
 */

/**
 * @param {() => void} newer called when another version waits
 * @returns {{restart: () => void}}
 */
export function keepFiles(newer) {
  const workers = navigator.serviceWorker;
  if (!workers) return { restart: () => location.reload() };
  let waiting = null;
  const noticed = (worker) => {
    // The first one has nothing to replace, and no news for anybody.
    if (!worker || !workers.controller) return;
    waiting = worker;
    newer();
  };
  workers
    .register("/scanner/sw.js", { scope: "/scanner/" })
    .then((registration) => {
      noticed(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const worker = registration.installing;
        worker.addEventListener("statechange", () => {
          if (worker.state === "installed") noticed(worker);
        });
      });
    })
    .catch(() => {
      // Without it the app still works wherever there is a network.
    });
  return {
    restart() {
      workers.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting?.postMessage("restart");
    },
  };
}
