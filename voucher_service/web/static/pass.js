// The page behind a printed code: shows this pass's value and last day, from the code alone.
// The code stays in this page: it leaves only when the reader presses the button. Nothing is spent.

const digits = location.hash.slice(1);
history.replaceState(null, "", location.pathname + location.search);

// How a pass is read is the counter's own rule, in one copy. Its words are believed here unverified:
// this page promises nothing, and the button asks the service.
async function show(text) {
  const [{ toBytes }, { read }] = await Promise.all([
    import("/scanner/pass/pass_text.js"),
    import("/scanner/pass/shape.js"),
  ]);
  const bytes = toBytes(text);
  const pass = bytes && read(bytes);
  if (!pass) return;
  const { cents, lastSecond } = pass.token;
  // The day comes first here, in English too.
  const language = document.documentElement.lang === "en" ? "en-GB" : "fr-FR";
  const euros = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "EUR",
    currencyDisplay: "name",
    minimumFractionDigits: cents % 100 ? 2 : 0,
  });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "Europe/Paris" });
  document.getElementById("value").textContent = euros.format(cents / 100);
  const until = day.format(new Date(lastSecond * 1000));
  document.getElementById("until").textContent = until.replaceAll(" ", "\u00a0");
  document.getElementById("mine").hidden = false;
}

async function ask() {
  const answer = document.getElementById("answer");
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
    document.getElementById("places").replaceWith(page.getElementById("places"));
  } catch {
    location.assign(address);
  }
}

document.getElementById("check").addEventListener("click", ask);
document.getElementById("search").addEventListener("submit", search);
try {
  await show(digits);
} catch {
  // The rules did not arrive: the page still says what a pass is, and where to use it.
}
