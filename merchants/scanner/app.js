/**
 * The app at the counter: opens the phone, decides which screen is shown, and carries what screens
 * share: tray, settings, words. It judges no pass and sends nothing itself.
 *
 * @typedef {{title: string, body: (Node|null)[], actions?: Node[], ways?: boolean, look?: string,
 *   focus?: HTMLElement, leave?: () => void}} Screen  ``ways``: whether the menu is shown
 * @typedef {ReturnType<typeof appOf>} App
 */

import { startReader } from "./camera/reader.js";
import { deskOf, typedPass } from "./desk.js";
import * as installing from "./installing.js";
import { openPhone } from "./phone.js";
import { SCREENS } from "./screens/all.js";
import { pairingCode } from "./pass/pairing_code.js";
import { keepApp } from "./service/keeper.js";
import { readSettings, writeSettings } from "./settings.js";
import { signalsOf } from "./signals.js";
import { stageOf } from "./stage.js";
import { trainingDesk } from "./training/desk.js";
import { added, EMPTY } from "./tray.js";
import { languageOf, wordsIn } from "./words.js";

const HALF_A_MINUTE = 30_000;

/** @param {object} said every sentence in every language */
function appOf(said) {
  const stage = stageOf(document);
  let reader = null;
  let deskOfReal = null;

  const app = {
    settings: readSettings(),
    tray: EMPTY,
    reading: false,
    newer: false,
    clock: () => new Date(),
    installing,

    /** @param {keyof typeof SCREENS} name @param {object} [data] */
    show(name, data = {}) {
      stage.show(app, name, SCREENS[name](app, data), data);
    },

    /** Ready for the next visit, or for the rest of this one. @param {{keep?: boolean}} [to] */
    home({ keep = false } = {}) {
      if (!keep) app.tray = EMPTY;
      app.show(app.desk.paired() ? "scan" : "pair");
    },

    announce: stage.announce,

    /** The decoder starts when it is first needed, and stays. */
    reader: () => (reader ??= startReader()),

    /** A code typed by hand joins the tray. @param {string} code */
    addTyped(code) {
      app.tray = added(app.tray, typedPass(code));
      app.home({ keep: true });
    },

    async check() {
      app.announce(app.words.t("wait"));
      app.show("checked", { outcomes: await app.desk.check(app.tray) });
    },

    /** Spend the tray. Whatever happens to the page now, each scan is on the disk before it goes. */
    async confirm(service, tell) {
      app.change({ service });
      const [reads, outcomes] = [app.tray, []];
      app.tray = EMPTY;
      try {
        for await (const outcome of app.desk.confirm(reads, service)) {
          outcomes.push(outcome);
          tell(outcomes.length);
        }
        app.show("verdict", { outcomes });
      } catch (error) {
        app.show("trouble", { error });
        throw error;
      }
      app.desk.refreshStatus();
    },

    async sendNow() {
      app.announce(app.words.t("sending"));
      const before = app.desk.status().waiting.n;
      await app.desk.send();
      const sent = before - app.desk.status().waiting.n;
      app.announce(sent > 0 ? app.words.t("sent", { n: sent }) : app.words.t("send_away"));
    },

    async leave() {
      await app.desk.leave();
      app.home();
    },

    /** @param {Partial<ReturnType<typeof readSettings>>} changes @param {boolean} [again] */
    change(changes, again = false) {
      app.settings = { ...app.settings, ...changes };
      writeSettings(app.settings);
      app.speak();
      if (again) stage.again(app, (name, data) => app.show(name, data));
    },

    speak() {
      const language = app.settings.language ?? languageOf(navigator.languages);
      document.documentElement.lang = language;
      app.words = wordsIn(said, language);
    },

    /** Into training and back: another desk, with a memory that forgets. @param {boolean} on */
    async train(on) {
      app.desk = on ? await trainingDesk({ ...shared, words: () => app.words }) : deskOfReal;
      await app.desk.refreshStatus();
      app.home();
    },
  };

  app.signals = signalsOf(() => app.settings.silent);
  app.speak();
  const shared = { clock: app.clock, changed: () => stage.drawBand(app) };
  app.open = async () => {
    const phone = await openPhone({ clock: app.clock, language: () => app.words.language });
    deskOfReal = deskOf(phone, { ...shared, training: false });
    app.desk = deskOfReal;
    await app.desk.refreshStatus();
    phone.sender.events.addEventListener("changed", deskOfReal.refreshStatus);
    phone.sender.start(phone.network.changed);
    setInterval(deskOfReal.tick, HALF_A_MINUTE);
    addEventListener("online", deskOfReal.tick);
    deskOfReal.tick();
  };
  // Where browsers keep no apps, this one works wherever there is a network.
  const keeper = keepApp(() => {
    app.newer = true;
    stage.drawBand(app);
  }).catch(() => null);
  app.restart = async () => (await keeper)?.restart();
  stage.onBack(() => app.home({ keep: true }));
  return app;
}

/** The pairing code of the link that was opened, if any: a code does not stay in an address. */
function takeLink() {
  const code = pairingCode(location.hash);
  history.replaceState(null, "", location.pathname);
  return code;
}

async function begin() {
  const link = takeLink();
  const app = appOf(await (await fetch("/scanner/words.json")).json());
  const follow = (code) => app.show("naming", { code });
  try {
    await app.open();
    if (link) follow(link);
    else app.home();
  } catch (error) {
    app.show("trouble", { error });
  }
  // A link that is opened into the running app only changes its address.
  addEventListener("hashchange", () => {
    const code = takeLink();
    if (code) follow(code);
  });
  document.documentElement.dataset.app = "ready";
}

begin();
