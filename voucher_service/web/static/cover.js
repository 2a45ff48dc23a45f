// Reads the serial on a booklet's cover with the camera, into the field beside it. Sends nothing:
// whoever works here compares what was read, and confirms. What is no cover is neither shown nor
// kept. How it films and decodes is the counter's, in one copy.

// A cover's code holds its serial and nothing else.
const SERIAL = /^[0-9]{8,13}$/;

// The camera that is open, if any: one at a time.
let running = null;

let decoder = null;

async function fromTheCounter() {
  const [{ viewfinder }, { startReader }, { toBytes }, { read }] = await Promise.all([
    import("/scanner/screens/viewfinder.js"),
    import("/scanner/camera/reader.js"),
    import("/scanner/pass/pass_text.js"),
    import("/scanner/pass/shape.js"),
  ]);
  const isPass = (text) => {
    const bytes = toBytes(text);
    return Boolean(bytes && read(bytes));
  };
  return { viewfinder, isPass, reader: () => (decoder ??= startReader()) };
}

// Where to go on: the next field of the form, or the camera of that field.
function stepAfter(input) {
  const steps = "input:not([type=hidden]), select, textarea, [type=submit]";
  const all = [...input.form.querySelectorAll(steps)];
  const next = all[all.indexOf(input) + 1];
  return next.closest(".serial")?.querySelector(".open") ?? next;
}

function furnish(cover) {
  const said = cover.dataset;
  const input = cover.closest(".serial").querySelector("input");
  const [opener, place, closer, status] = [".open", ".place", ".close", "[role=status]"].map(
    (part) => cover.querySelector(part),
  );
  let film = null;
  let openings = 0; // what arrives after a closing belongs to none

  function say(text, look = "") {
    status.textContent = text;
    status.className = look;
    if (text) status.scrollIntoView({ block: "nearest" });
  }

  function show(isOpen) {
    opener.hidden = isOpen;
    place.hidden = !isOpen;
  }

  function close() {
    if (running?.close === close) running = null;
    openings += 1;
    film?.stop();
    film?.element.remove();
    film = null;
    show(false);
  }

  function leave(why = "") {
    close();
    say(why, "bad");
    opener.focus();
  }

  function tell(text, isPass) {
    const serial = text.trim();
    if (!SERIAL.test(serial)) return say(isPass(text) ? said.cover_pass : said.cover_other, "bad");
    close();
    input.value = serial;
    say(said.cover_read.replace("{serial}", serial), "good");
    return stepAfter(input).focus({ focusVisible: true });
  }

  async function open() {
    running?.close();
    running = { close, leave };
    const mine = (openings += 1);
    say("");
    show(true);
    closer.focus();
    try {
      const { viewfinder, isPass, reader } = await fromTheCounter();
      if (mine !== openings) return;
      const app = { words: { t: (name) => said[name] }, signals: { unlock() {} }, reader };
      film = viewfinder(app, { label: null, tell: (text) => tell(text, isPass) });
      place.prepend(film.element);
      place.scrollIntoView({ block: "nearest" });
      film.start();
    } catch {
      if (mine === openings) leave(said.cover_late);
    }
  }

  opener.addEventListener("click", open);
  closer.addEventListener("click", () => leave());
  input.addEventListener("input", () => {
    close();
    say("");
  });
}

const covers = [...document.querySelectorAll(".cover")];
covers.forEach(furnish);
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") running?.leave();
});

// Which kinds of devices there are is told before anything is allowed.
async function offer() {
  const found = await navigator.mediaDevices.enumerateDevices();
  if (!found.some(({ kind }) => kind === "videoinput")) return;
  for (const cover of covers) cover.hidden = false;
}

if (navigator.mediaDevices?.getUserMedia) {
  navigator.mediaDevices.addEventListener("devicechange", offer);
  offer();
}
