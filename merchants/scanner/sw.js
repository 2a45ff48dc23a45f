/**
 * Keeps the app on the phone, so that it opens without network: the files of one version, checked
 * by their hashes, and nothing else. Answers of the service are never kept here.
 *
 * A newer version is fetched beside the old one and waits. It takes over when the person asks for
 * it, or when the app is next opened with no page of the old one left: never in the middle of a
 * visit. The service writes the line before this one: `const VERSION`, which changes with any file.
 */

/* global VERSION */
const CACHE = `scanner-${VERSION}`;
const LIST = "/scanner/files.json";

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("message", ({ data }) => data === "restart" && skipWaiting());
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const ours = origin === location.origin && pathname.startsWith("/scanner/");
  if (ours && event.request.method === "GET") event.respondWith(kept(pathname, event.request));
});

async function install() {
  const { version, files, hashes } = await (await fetch(LIST, { cache: "no-store" })).json();
  // Two processes of the service may serve two versions for a moment: then the next visit tries.
  if (version !== VERSION) throw new Error(`version ${version} is served, not ${VERSION}`);
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(files.map((path) => keep(cache, path, hashes[path])));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** What the page has just loaded is on the phone already: its hash tells whether it is the one. */
async function keep(cache, path, hash) {
  const known = hash ? await fetched(path, "force-cache", hash) : null;
  const kept = known ?? (await fetched(path, "no-cache", hash));
  if (!kept) throw new Error(`${path} is not that of version ${VERSION}`);
  await cache.put(path, kept);
}

async function fetched(path, cache, hash) {
  const response = await fetch(path, { cache });
  const content = await response.clone().arrayBuffer();
  const right = response.ok && (!hash || (await sha256(content)) === hash);
  return right ? response : null;
}

async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("scanner-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function kept(path, request) {
  const found = await caches.match(path, { cacheName: CACHE, ignoreVary: true });
  return found ?? fetch(request);
}
