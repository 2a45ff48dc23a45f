"""Amounts, hours and ages as people say them; and four signals that nobody can confuse."""

import pytest

from merchants import scanner_pages
from voucher_service.http.language import LANGUAGES

WORDS = """
const { wordsIn, languageOf } = await import("/scanner/words.js");
const said = await (await fetch("/scanner/words.json")).json();
const [fr, en] = [wordsIn(said, "fr"), wordsIn(said, "en")];
"""


@pytest.fixture
def say(run):
    def say(body):
        said = run(WORDS + body)
        return [text.replace("\u00a0", " ").replace("\u202f", " ") for text in said]

    return say


def test_amounts_show_cents_only_where_there_are_some(say):
    body = "return [fr.euros(1000), fr.euros(1050), en.euros(1000), en.euros(5)]"
    assert say(body) == ["10 €", "10,50 €", "€10", "€0.05"]


def test_days_and_hours_are_those_of_paris_wherever_the_phone_is(say):
    body = """
      const then = new Date("2026-11-27T23:05:00Z");
      return [fr.day(then), fr.time(then), fr.when(then), en.when(then)];
    """
    assert say(body) == [
        "28 novembre 2026",
        "0 h 05",
        "Le 28 novembre à 0 h 05",
        "On 28 November at 0:05",
    ]


def test_ages_are_told_in_the_unit_that_says_something(say):
    body = """
      const minute = 60_000;
      return [0, 59 * minute, 60 * minute, 47 * 60 * minute, 73 * 60 * minute].map(fr.age);
    """
    assert say(body) == ["1 min", "59 min", "1 h", "47 h", "3 jours"]


def test_one_and_several_have_their_forms_and_a_reason_of_tomorrow_none(say):
    body = """
      return [fr.t("passes_read", {n: 1}), fr.t("passes_read", {n: 2}), fr.t("passes_read", {n: 0}),
        en.t("passes_read", {n: 0}), String(fr.refusal("new_reason"))];
    """
    assert say(body) == ["1 pass lu", "2 pass lus", "0 pass lu", "0 passes read", "null"]


def test_the_phone_s_first_known_language_is_spoken(say):
    body = """
      return [["de-DE", "en-GB", "fr"], ["fr-CA", "en"], ["de"], []].map(languageOf);
    """
    assert say(body) == ["en", "fr", "fr", "fr"]


def test_the_words_are_those_of_the_templates_for_every_reason(run):
    said = run('return (await fetch("/scanner/words.json")).json()')
    for language in LANGUAGES:
        assert said[language]["refusals"] == scanner_pages.refusals(language)


SIGNALS = """
const notes = [];
let felt = [];
globalThis.AudioContext = class { currentTime = 0; resume = async () => {}; };
globalThis.OscillatorNode = class {
  constructor(_, { frequency }) { this.hertz = frequency; }
  connect(other) { return other; }
  start(at) { notes.push([this.hertz, at]); }
  stop() {}
};
globalThis.GainNode = class {
  gain = { exponentialRampToValueAtTime() {}, setValueAtTime() {} };
  connect() {}
};
Object.defineProperty(navigator, "vibrate", { value: (how) => felt.push(how), configurable: true });
const { signalsOf } = await import("/scanner/signals.js");
"""


def test_each_verdict_sounds_and_feels_like_no_other(run):
    told = run(
        SIGNALS
        + """
        const signals = signalsOf(() => false);
        signals.unlock();
        return ["confirmed", "kept", "used", "refused"].map((name) => {
          [notes.length, felt.length] = [0, 0];
          signals.give(name);
          return [notes.map(([hertz]) => hertz), felt[0].filter((_, i) => i % 2 === 0)];
        });
        """
    )
    (rising, short), (middle, two_short), (falling, long), (low, two_long) = told
    assert rising == sorted(rising)
    assert len(rising) == 2
    assert falling == sorted(falling, reverse=True)
    assert len(falling) == 2
    assert len(middle) == len(low) == 1
    assert low < min(rising, middle, falling)
    assert (len(short), len(two_short), len(long), len(two_long)) == (1, 2, 1, 2)
    assert max(short + two_short) < min(long + two_long)


def test_with_sound_off_or_before_the_first_tap_signals_are_only_felt(run):
    heard, felt = run(
        SIGNALS
        + """
        const off = signalsOf(() => true);
        off.unlock();
        off.give("refused");
        signalsOf(() => false).give("refused");
        return [notes, felt.length];
        """
    )
    assert heard == []
    assert felt == 2


def test_a_code_in_view_is_told_once_and_again_when_it_comes_back_after_three_seconds(run):
    told = run(
        """
        const { onceIn } = await import("/scanner/camera/reader.js");
        const isNew = onceIn();
        return [["a", 0], ["a", 500], ["a", 3000], ["b", 3100], ["a", 3200], ["a", 6300]]
          .map(([text, at]) => isNew(text, at));
        """
    )
    assert told == [True, False, False, True, True, True]


def test_a_tray_counts_each_pass_once_and_says_which_services_it_pays(run):
    first, totals, paying, left = run(
        """
        const tray = await import("/scanner/tray.js");
        const read = (id, cents, services) => ({ id, cents,
          campaign: services && { name: "N", services } });
        let held = tray.EMPTY;
        for (const each of [read("1", 1000, ["A"]), read("2", 500, []), read("1", 1000, ["A"]),
          read("3", null, null)]) held = tray.added(held, each);
        return [held[0].id, tray.totals(held),
          ["A", "B"].map((service) => tray.paying(held, service)),
          tray.without(held, "2").map(({ id }) => id)];
        """
    )
    assert first == "3"
    assert totals == {"n": 3, "cents": 1500, "unknown": 1}
    assert paying == [3, 2]
    assert left == ["3", "1"]
