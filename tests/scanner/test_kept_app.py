"""The app on the phone: it opens without network, changes only when asked, and keeps no answer."""

from contextlib import contextmanager

import pytest

from merchants import scanner_pages

KEEP = """
const { keepApp } = await import("/scanner/service/keeper.js");
globalThis.newer = 0;
globalThis.app = await keepApp(() => { globalThis.newer += 1; });
await navigator.serviceWorker.ready;
const controlled = () => navigator.serviceWorker.controller?.state === "activated";
while (!controlled()) await new Promise((resolve) => setTimeout(resolve, 20));
"""

LOOK = """
await app.look().catch(() => {});
const registration = await navigator.serviceWorker.getRegistration("/scanner/");
while (registration.installing) await new Promise((resolve) => setTimeout(resolve, 20));
"""

ADDRESSES = """
const kept = {};
for (const name of await caches.keys()) {
  kept[name] = (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
}
return kept;
"""

SAYS = """return (await fetch("/scanner/service/network.js")).text();"""

WAITS = """
const { openPhone } = await import("/scanner/phone.js");
return (await (await openPhone()).queue.waiting()).map(({ scanId }) => scanId);
"""


@pytest.fixture
def kept(phone):
    """A phone that has the app."""
    phone.open("/scanner/").run(KEEP)
    return phone


@contextmanager
def served(monkeypatch, *, version=None, **changed):
    """Files with more at their end than those of the tree, as after a deployment."""
    known = dict(scanner_pages.known_files())
    for name, more in changed.items():
        path = f"service/{name}.js"
        content = known[path].content + more.encode()
        known[path] = scanner_pages.File(content, scanner_pages.SCRIPT)
    with monkeypatch.context() as patched:
        patched.setattr(scanner_pages, "known_files", lambda: known)
        if version:
            patched.setattr(scanner_pages, "version", lambda: version)
        yield


def test_the_app_opens_with_the_service_stopped(kept, live):
    live.stop()
    kept.page.reload()
    assert kept.page.title().endswith("Pass numérique")
    assert kept.run('return typeof (await import("/scanner/phone.js")).openPhone') == "function"
    for path in scanner_pages.known_files():
        if path != scanner_pages.KEEPER and not path.endswith(".png"):
            assert kept.run("return (await fetch(it)).status", f"/scanner/{path}") == 200


def test_after_the_first_time_its_files_are_not_asked_for_again(kept, live):
    live.asked.clear()
    kept.page.reload()
    kept.run('return typeof (await import("/scanner/phone.js")).openPhone')
    # The browser itself looks whether there is a newer keeper of the files, and may ask for it.
    assert {asked.path for asked in live.asked} <= {"/scanner/sw.js", "/favicon.ico"}


def test_only_the_files_of_the_list_are_kept_never_an_answer_of_the_service(kept, live):
    kept.run("""
      const asked = ["/scan/v1/trust", "/scanner/files.json", "/.well-known/jwks.json", "/books"];
      for (const path of asked) await fetch(path);
    """)
    kept.expect("401")
    listed = kept.run('return (await (await fetch("/scanner/files.json")).json())')
    [(name, paths)] = kept.run(ADDRESSES).items()
    assert name == f"scanner-{listed['version']}"
    assert sorted(paths) == listed["files"]
    live.stop()
    ask = 'return fetch("/scan/v1/trust").then(() => "answered", () => "away")'
    assert kept.run(ask) == "away"


def test_a_newer_version_waits_until_somebody_starts_it(kept, monkeypatch):
    old = kept.run(SAYS)
    with served(monkeypatch, network="// newer"):
        kept.run(LOOK)
        assert kept.run("return newer") >= 1
        assert len(kept.run(ADDRESSES)) == 2
        assert kept.run(SAYS) == old
        with kept.page.expect_navigation():
            kept.page.evaluate("() => app.restart()")
        assert kept.run(SAYS) == f"{old}// newer"
        assert len(kept.run(ADDRESSES)) == 1


def test_the_first_version_is_no_news(kept):
    assert kept.run("return newer") == 0


def test_files_of_two_versions_are_never_mixed(kept, monkeypatch):
    """While processes of two versions answer, a list may name other bytes than are sent."""
    old = kept.run(ADDRESSES)
    monkeypatch.setattr(scanner_pages, "_hashes", lambda: dict.fromkeys(mixed(), "0" * 64))
    with served(monkeypatch, version="half-way", network="// newer"):
        kept.expect("is not that of version half-way")
        kept.run(LOOK)
    assert kept.run(ADDRESSES) == old
    assert kept.run("return newer") == 0


def mixed():
    return [f"/scanner/{name}" for name in scanner_pages.known_files()]


def test_browser_closed_service_stopped_browser_opened_the_app_is_there_and_so_is_the_queue(
    phones, live, tmp_path
):
    phone = phones.new(folder=tmp_path / "phone")
    phone.open("/scanner/").run(KEEP)
    phone.run("""
      const { openPhone } = await import("/scanner/phone.js");
      const { queue } = await openPhone();
      for (const scanId of ["scan-0001", "scan-0002"]) {
        await queue.keep({ scanId, code: "1", service: "S", scannedAt: new Date().toISOString(),
          cents: 1000, pass: null, device: null });
      }
    """)
    phone.close()
    live.stop()
    again = phones.new(folder=tmp_path / "phone")
    again.open("/scanner/")
    assert again.page.title().endswith("Pass numérique")
    assert again.run(WAITS) == ["scan-0001", "scan-0002"]
