/**
 * What staff hear and feel without looking: notes and vibrations, one pattern for each verdict.
 * Never the only sign: every signal also stands on the screen. Made here, loaded from nowhere.
 */

/** Notes in hertz, one after the other; vibrations in milliseconds (on, off, on…). */
const SIGNALS = {
  read: { notes: [1320], seconds: 0.06, vibrate: [30] },
  confirmed: { notes: [660, 990], seconds: 0.14, vibrate: [90] },
  kept: { notes: [587], seconds: 0.3, vibrate: [90, 90, 90] },
  used: { notes: [659, 440], seconds: 0.2, vibrate: [450] },
  refused: { notes: [196], seconds: 0.6, vibrate: [450, 150, 450] },
};

const QUIET = 0.0001;
const LOUD = 0.4;

/**
 * Signals for a phone; ``unlock`` must be called from a tap, or phones stay silent.
 * @param {() => boolean} silent whether its owner switched sound off
 * @returns {{unlock: () => void, give: (name: keyof typeof SIGNALS) => void}}
 */
export function signalsOf(silent) {
  let sound = null;
  return {
    unlock() {
      sound ??= window.AudioContext ? new AudioContext() : null;
      sound?.resume().catch(() => {
        // A phone without sound still shows and vibrates.
      });
    },
    give(name) {
      const { notes, seconds, vibrate } = SIGNALS[name];
      navigator.vibrate?.(vibrate);
      if (sound && !silent()) notes.forEach((note, i) => play(sound, note, i * seconds, seconds));
    },
  };
}

function play(sound, hertz, after, seconds) {
  const start = sound.currentTime + after;
  const voice = new OscillatorNode(sound, { type: "triangle", frequency: hertz });
  const volume = new GainNode(sound, { gain: QUIET });
  // A note that begins or ends at once clicks.
  volume.gain.exponentialRampToValueAtTime(LOUD, start + 0.015);
  volume.gain.setValueAtTime(LOUD, start + seconds * 0.7);
  volume.gain.exponentialRampToValueAtTime(QUIET, start + seconds);
  voice.connect(volume).connect(sound.destination);
  voice.start(start);
  voice.stop(start + seconds);
}
