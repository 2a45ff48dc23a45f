// The page behind a printed code: shows this pass's value and last day, from the code alone.
// The code stays in this page: it leaves only when the reader presses the button. Nothing is spent.

let digits = takeFromAddress();

// Before anything else, so that no copy, bookmark or history of this page holds a pass.
function takeFromAddress() {
  const taken = location.hash.slice(1);
  if (document.getElementById(taken)) return ""; // the link that skips to the content
  history.replaceState(null, "", location.pathname + location.search);
  return taken;
}

const byId = (id) => document.getElementById(id);

// How a pass is read is the counter's own rule, in one copy. Its words are believed here unverified:
// this page promises nothing, and the button asks the service.
async function show(text) {
  byId("mine").hidden = byId("unread").hidden = true;
  byId("answer").textContent = "";
  if (!text) return;
  const [{ toBytes }, { read }] = await Promise.all([
    import("/scanner/pass/pass_text.js"),
    import("/scanner/pass/shape.js"),
  ]);
  const bytes = toBytes(text);
  const pass = bytes && read(bytes);
  if (pass) tell(pass.token);
  byId(pass ? "mine" : "unread").hidden = false;
}

function tell({ cents, lastSecond }) {
  // The day comes first here, in English too.
  const language = document.documentElement.lang === "en" ? "en-GB" : "fr-FR";
  const euros = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "EUR",
    currencyDisplay: "name",
    minimumFractionDigits: cents % 100 ? 2 : 0,
  });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "Europe/Paris" });
  byId("value").textContent = euros.format(cents / 100);
  byId("until").textContent = day.format(new Date(lastSecond * 1000)).replaceAll(" ", "\u00a0");
}

async function ask() {
  const answer = byId("answer");
  try {
    const response = await fetch("/p/status", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code: digits }),
    });
    if (!response.ok) throw new Error(String(response.status));
    const { usable } = await response.json();
    answer.textContent = usable ? answer.dataset.usable : answer.dataset.notUsable;
  } catch {
    answer.textContent = answer.dataset.later;
  }
}

// Looks for places without leaving the page, so that the pass stays shown.
async function search(event) {
  event.preventDefault();
  const address = "/p?" + new URLSearchParams(new FormData(event.target));
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    byId("places").replaceWith(page.getElementById("places"));
    // The same element with another text: that is what screen readers say.
    byId("found").textContent = page.getElementById("found").textContent;
  } catch {
    location.assign(address);
  }
}

async function arrive() {
  try {
    await show(digits);
  } catch {
    // The rules did not arrive: the page still says what a pass is, and where to use it.
  }
}

byId("check").addEventListener("click", ask);
byId("search").addEventListener("submit", search);
// Another pass filmed into the page that is already open.
addEventListener("hashchange", () => {
  const taken = takeFromAddress();
  if (!taken) return;
  digits = taken;
  arrive();
});
arrive();
