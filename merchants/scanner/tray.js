/**
 * The passes read in one visit, before anything is spent. Values only: each change gives a new tray.
 *
 * A read pass is ``{id, code, number, cents, campaign, lastDay}``; a typed code has no cents and no
 * campaign yet, because only the service knows what it names.
 */

/** @typedef {{id: string, code: string, typed: boolean, number: number|null, cents: number|null,
 *   campaign: {id: string, name: string, services: string[]}|null, lastDay: Date|null}} Read */

export const EMPTY = Object.freeze([]);

/** @param {Read[]} tray @param {Read} read */
export const has = (tray, read) => tray.some(({ id }) => id === read.id);

/** The newest comes first: it is what staff look at. @param {Read[]} tray @param {Read} read */
export const added = (tray, read) => (has(tray, read) ? tray : [read, ...tray]);

/** @param {Read[]} tray @param {string} id */
export const without = (tray, id) => tray.filter((read) => read.id !== id);

/**
 * How many passes, how much, and how many whose value is not known yet.
 * @param {Read[]} tray
 * @returns {{n: number, cents: number, unknown: number}}
 */
export function totals(tray) {
  const known = tray.filter(({ cents }) => cents !== null);
  const cents = known.reduce((sum, read) => sum + read.cents, 0);
  return { n: tray.length, cents, unknown: tray.length - known.length };
}

/**
 * Whether a pass may pay for a service, as far as the phone knows. No list means all services.
 * @param {Read} read
 * @param {string} service
 */
export const pays = ({ campaign }, service) =>
  !campaign || !campaign.services.length || campaign.services.includes(service);

/**
 * How many passes of the tray may pay for a service.
 * @param {Read[]} tray
 * @param {string} service
 */
export const paying = (tray, service) => tray.filter((read) => pays(read, service)).length;
