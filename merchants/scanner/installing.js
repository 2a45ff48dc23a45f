/**
 * The way to the home screen. Some browsers offer it by an event, others only by their own menu:
 * then a drawing shows it. Installs nothing without a tap.
 */

let offer = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // our own button asks, at a quiet moment
  offer = event;
});
addEventListener("appinstalled", () => (offer = null));

/** Whether the app was opened from the home screen. */
export const installed = () =>
  matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

/** Whether this browser lets the app ask. */
export const canAsk = () => offer !== null;

/** Ask the browser to put the app on the home screen. */
export async function ask() {
  const asked = offer;
  offer = null;
  await asked?.prompt();
}
