// The page behind a printed code: shows this pass's value and last day, from the code alone.
// The code stays in this page: it leaves only when the reader presses the button. Nothing is spent.

const digits = location.hash.slice(1);
history.replaceState(null, "", location.pathname + location.search);

const WIDTHS = new Map();
for (let size = 1; size <= 200; size++) {
  WIDTHS.set(String(256n ** BigInt(size) - 1n).length, size);
}

function toBytes(text) {
  const size = /^[0-9]{1,600}$/.test(text) ? WIDTHS.get(text.length) : undefined;
  if (!size) return null;
  let number = BigInt(text);
  const bytes = new Uint8Array(size);
  for (let place = size - 1; place >= 0; place--) {
    bytes[place] = Number(number & 255n);
    number >>= 8n;
  }
  return number === 0n ? bytes : null;
}

// The few kinds of CBOR that a pass is made of. Throws on anything else.
function read(bytes, at) {
  const major = bytes[at] >> 5;
  let argument = bytes[at] & 31;
  at += 1;
  if (argument > 27 || at > bytes.length) throw new Error("not a pass");
  if (argument > 23) {
    const size = 1 << (argument - 24);
    argument = 0;
    for (const byte of bytes.subarray(at, at + size)) argument = argument * 256 + byte;
    at += size;
  }
  if (major === 0) return [argument, at];
  if (major === 1) return [-1 - argument, at];
  if (major === 2) return [bytes.subarray(at, at + argument), at + argument];
  if (major === 6) return read(bytes, at);
  if (major !== 4 && major !== 5) throw new Error("not a pass");
  const items = [];
  for (let left = major === 5 ? 2 * argument : argument; left > 0; left--) {
    let item;
    [item, at] = read(bytes, at);
    items.push(item);
  }
  if (major === 4) return [items, at];
  const pairs = new Map();
  for (let i = 0; i < items.length; i += 2) pairs.set(items[i], items[i + 1]);
  return [pairs, at];
}

function show(text) {
  const bytes = toBytes(text);
  if (!bytes) return;
  const [[, , payload]] = read(bytes, 0);
  const [claims] = read(payload, 0);
  const language = document.documentElement.lang;
  const cents = claims.get(-65537)[2];
  const euros = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "EUR",
    currencyDisplay: "name",
    minimumFractionDigits: cents % 100 ? 2 : 0,
  });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "Europe/Paris" });
  document.getElementById("value").textContent = euros.format(cents / 100);
  const until = day.format(new Date(claims.get(4) * 1000));
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

try {
  show(digits);
  document.getElementById("check").addEventListener("click", ask);
  document.getElementById("search").addEventListener("submit", search);
} catch {
  // Not a code of ours: the page still says what a pass is, and the search works without us.
}
