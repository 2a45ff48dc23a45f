/** Every screen by its name. A screen is made anew each time it is shown. */

import { checkedScreen } from "./checked.js";
import { confirmScreen } from "./confirm.js";
import { disputeScreen } from "./dispute.js";
import { offlineScreen } from "./offline.js";
import { namingScreen, pairedScreen, pairScreen } from "./pair.js";
import { personScreen } from "./person.js";
import { scanScreen } from "./scan.js";
import { leaveScreen, revokedScreen, settingsScreen } from "./settings.js";
import { todayScreen } from "./today.js";
import { troubleScreen } from "./trouble.js";
import { typedScreen } from "./typed.js";
import { doneScreen, undoScreen } from "./undo.js";
import { verdictScreen } from "./verdict.js";

export const SCREENS = Object.freeze({
  checked: checkedScreen,
  confirm: confirmScreen,
  dispute: disputeScreen,
  done: doneScreen,
  leave: leaveScreen,
  naming: namingScreen,
  offline: offlineScreen,
  pair: pairScreen,
  paired: pairedScreen,
  person: personScreen,
  revoked: revokedScreen,
  scan: scanScreen,
  settings: settingsScreen,
  today: todayScreen,
  trouble: troubleScreen,
  typed: typedScreen,
  undo: undoScreen,
  verdict: verdictScreen,
});
