// The app at the counter: opens on the phone, decides which screen is shown. Judges no pass itself.

document.documentElement.dataset.app = "ready";
