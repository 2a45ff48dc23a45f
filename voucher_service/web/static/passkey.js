// Passkeys: hands a page's question to the device, and its answer to an ordinary form. Nothing else.

const toBytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const withBytes = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

function question(options) {
  const asked = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) asked.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.allowCredentials) asked.allowCredentials = withBytes(options.allowCredentials);
  if (options.excludeCredentials) asked.excludeCredentials = withBytes(options.excludeCredentials);
  return asked;
}

function answer(credential) {
  const { response } = credential;
  const told = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = toText(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: {},
  });
}

async function ask(form) {
  const options = JSON.parse(form.dataset.passkey);
  const publicKey = question(options.publicKey);
  const make = Boolean(publicKey.user);
  const credential = make
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  form.elements.answer.value = answer(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!globalThis.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const trouble = form.querySelector("[role=alert]");
    trouble.hidden = true;
    ask(form).catch(() => { trouble.hidden = false; });
  });
}
