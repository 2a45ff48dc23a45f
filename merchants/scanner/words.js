/**
 * What the app says: sentences in the phone's language, amounts, days and hours as people say them.
 * Sentences come from one file that the service makes; none is written in a script.
 */

/** How people of each language write days and amounts. */
const MANNERS = { fr: "fr-FR", en: "en-GB" };

const PARIS = "Europe/Paris";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Whether the phone's owner reads English rather than French: the first language known decides.
 * @param {readonly string[]} languages as the browser lists them
 * @returns {"fr"|"en"}
 */
export function languageOf(languages) {
  const known = languages.map((each) => each.slice(0, 2).toLowerCase());
  return known.find((each) => each === "fr" || each === "en") ?? "fr";
}

/**
 * The words of one language.
 * @param {object} all what ``words.json`` holds
 * @param {"fr"|"en"} language
 */
export function wordsIn(all, language) {
  const said = all[language];
  const manners = MANNERS[language];
  const plural = new Intl.PluralRules(manners);
  const whole = money(manners, 0);
  const withCents = money(manners, 2);
  const written = (options) => new Intl.DateTimeFormat(manners, { timeZone: PARIS, ...options });
  const day = written({ day: "numeric", month: "long", year: "numeric" });
  const hours = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const dayOnly = written({ day: "numeric", month: "long" });

  /** A sentence by its name, with what it speaks of. ``n`` chooses between one and several. */
  function t(name, values = {}) {
    const known = said[name];
    if (known === undefined) throw new Error(`no sentence ${name}`);
    const form = typeof known === "string" ? known : oneOrMore(known, plural, values.n);
    return form.replace(/\{(\w+)\}/g, (_, value) => String(values[value]));
  }

  /** ``14 h 05``, in Paris. */
  function time(moment) {
    const parts = hours.formatToParts(moment).map(({ type, value }) => [type, value]);
    const { hour, minute } = Object.fromEntries(parts);
    return t("clock", { hour: String(Number(hour)), minute });
  }

  return {
    language,
    t,
    helpNumber: all.help_number,
    /** Title and next step of a reason code, or nothing for one that this app does not know. */
    refusal: (reason) => said.refusals[reason] ?? null,
    /** ``30 €``; cents only where there are some. */
    euros: (cents) => (cents % 100 ? withCents : whole).format(cents / 100),
    /** ``31 décembre 2027`` */
    day: (moment) => tied(day.format(moment)),
    time,
    /** ``Le 3 mars à 14 h 05``: for people who ask when. */
    when: (moment) => t("when", { day: tied(dayOnly.format(moment)), time: time(moment) }),
    /** ``2 h``: how long ago, in the largest unit that says something. */
    age: (milliseconds) => age(t, milliseconds),
    /** A national service as people of this language read it. */
    service: (name) => said.services[name] ?? name,
  };
}

const oneOrMore = (forms, plural, n) => (plural.select(n) === "one" ? forms.one : forms.other);

const money = (manners, digits) =>
  new Intl.NumberFormat(manners, {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

const tied = (text) => text.replaceAll(" ", "\u00a0");

function age(t, milliseconds) {
  if (milliseconds < HOUR) {
    return t("age_minutes", { n: Math.max(1, Math.floor(milliseconds / MINUTE)) });
  }
  if (milliseconds < 2 * DAY) return t("age_hours", { n: Math.floor(milliseconds / HOUR) });
  return t("age_days", { n: Math.floor(milliseconds / DAY) });
}
