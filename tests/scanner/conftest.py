"""The phone's modules by themselves: a page that loads them and runs no app."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.support.live import Handler
from tests.support.service import settings
from voucher_service.app import create_app

Run = Callable[..., Any]


@contextmanager
def bare_page(browser: Browser, url: str) -> Iterator[Page]:
    """The scanner's page without its app. What goes wrong in it fails the test."""
    faults: list[str] = []
    with browser.new_context() as context:
        context.route("**/scanner/app.js", lambda route: route.fulfill(body="", content_type=JS))
        context.on("weberror", lambda error: faults.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{url}/scanner/")
        yield page
    assert faults == []


JS = "text/javascript"


@pytest.fixture(scope="module")
def files_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that has no database: it serves the app's files."""
    home = tmp_path_factory.mktemp("home")
    app = create_app(settings(home, f"sqlite:///{home}/none.db"))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def bare(browser: Browser, files_only: str) -> Iterator[Page]:
    with bare_page(browser, files_only) as page:
        yield page


@pytest.fixture
def run(bare: Page) -> Run:
    """Run the body of an async function of ``it``. The modules' usual names are at hand."""

    def run(body: str, it: object = None) -> Any:
        return bare.evaluate(f"async (it) => {{ {AT_HAND} {body} }}", it)

    return run


AT_HAND = """
const { database, NoStorage } = await import("/scanner/memory/db.js");
const { passingDatabase } = await import("/scanner/memory/passing.js");
const { openVault } = await import("/scanner/memory/vault.js");
const { pairings } = await import("/scanner/memory/pairing.js");
const { queues } = await import("/scanner/memory/queue.js");
const { journals } = await import("/scanner/memory/journal.js");
const { knowledgeIn } = await import("/scanner/memory/knowledge.js");
const { pack, merged, find } = await import("/scanner/memory/packed.js");
const { serviceCalls } = await import("/scanner/service/calls.js");
const { networkMemory } = await import("/scanner/service/network.js");
const { sender, pause } = await import("/scanner/service/sending.js");
const { outcomeOf } = await import("/scanner/service/verdicts.js");
const { openPhone } = await import("/scanner/phone.js");
const fresh = () => database(`test-${crypto.randomUUID()}`);
const at = (text) => new Date(text);
const aScan = (given = {}) => ({ scanId: crypto.randomUUID(), code: "https://p/p#123456",
  service: "S", scannedAt: "2026-11-16T09:00:00.000Z", cents: 1000, association: "1",
  pass: { booklet: "0123456789ab", number: 1, campaign: 1 }, ...given });
const memoryOn = async (db) => {
  const vault = await openVault(db);
  const [journal, pairing] = [journals(db, vault), pairings(db, vault)];
  return { db, vault, journal, pairing, queue: queues(db, vault, journal, pairing) };
};
const memory = async () => memoryOn(fresh());
const thrown = (promise) => promise.then(() => "nothing", (error) => error.name);
const ended = (verdict, more = {}) => ({ verdict, offline: true, unseen: verdict !== "confirmed",
  endedAt: "2026-11-16T10:00:00.000Z", ...more });
"""
