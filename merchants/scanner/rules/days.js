/**
 * Days in Paris, which decide until when a pass is good, wherever the phone thinks it is.
 *
 * A day is text, `2026-11-27`, so that days compare as text. Knows no clock: whoever asks says which
 * instant is meant. The twin of the dates of core/campaign.py.
 */

const PARIS = new Intl.DateTimeFormat("en", {
  timeZone: "Europe/Paris",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/**
 * The calendar day in Paris at an instant.
 * @param {Date} instant
 * @returns {string}
 */
export function parisDay(instant) {
  const parts = PARIS.formatToParts(instant);
  const [year, month, day] = ["year", "month", "day"].map(
    (type) => parts.find((part) => part.type === type).value,
  );
  return `${year}-${month}-${day}`;
}

/**
 * The last day a pass is still taken: its last day, or the end of the following month.
 * @param {string} lastDay
 * @param {"none" | "end_of_next_month"} grace
 * @returns {string}
 */
export function graceUntil(lastDay, grace) {
  if (grace === "none") return lastDay;
  const [year, month] = lastDay.split("-").map(Number);
  // Day 0 of a month is the last of the month before it; months count from 0 here.
  return new Date(Date.UTC(year, month + 1, 0)).toISOString().slice(0, 10);
}

/**
 * The last day that a pass names itself: the latest that its campaign allows. Where validity counts
 * from the hand-over, only the service knows a booklet's own, which may be earlier.
 * @param {import("../pass/shape.js").Token} token
 * @returns {string}
 */
export function lastDay(token) {
  return parisDay(new Date(token.lastSecond * 1000));
}
