"""A phone of 360 × 740 in a real browser, on a served service, which nothing may go wrong on.

At its end a test fails if its phone saw a console error, an exception, a breach of the content
policy, or a request to another machine; unless the test said beforehand that it provokes it.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    WebError,
)

from tests.support.browser import launch_on
from tests.support.live import Live

WIDTH, HEIGHT = 360, 740

SEVERAL_SECONDS = 30_000
"""Milliseconds that a state may take to appear: the machine does other things too."""

SCRIPT = """(() => {
  let ahead = %d;
  const Real = Date;
  globalThis.Date = class Date extends Real {
    constructor(...given) { super(...(given.length ? given : [Real.now() + ahead])); }
    static now() { return Real.now() + ahead; }
  };
  globalThis.moveTheClock = (milliseconds) => { ahead += milliseconds; };
  globalThis.addEventListener("securitypolicyviolation", (breach) => console.error(
    `${breach.effectiveDirective} forbids ${breach.blockedURI} ${breach.sample}`));
})()"""
"""The service's time (timers and the measure of durations stay real), and an ear for breaches."""

NETWORK = "Failed to load resource: net::ERR_"

# A link within a sentence is as high as its line: that is no target (WCAG 2.5.8).
TARGETS = """(least) => {
  const shown = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")]
    .filter((element) => element.checkVisibility({visibilityProperty: true}))
    .filter((element) => !(getComputedStyle(element).display === "inline"
      && element.parentElement.textContent.trim() !== element.textContent.trim()));
  return shown.map((element) => {
    const tick = element.matches("[type=checkbox], [type=radio], [type=file]");
    const box = ((tick && element.labels?.[0]) || element).getBoundingClientRect();
    return [box, element];
  }).filter(([box]) => box.right > 0 && (box.width < least - 0.5 || box.height < least - 0.5))
    .map(([box, element]) => `${Math.round(box.width)} x ${Math.round(box.height)}: `
      + element.outerHTML.slice(0, 120));
}"""


@cache
def axe() -> str:
    """The text of axe-core: evaluated, since no strict page would load it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@dataclass(slots=True)
class Phone:
    """One browser, its page, and what went wrong in it."""

    context: BrowserContext
    live: Live
    page: Page
    faults: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)

    def open(self, path: str) -> Self:
        """Go to a page of the service."""
        self.page.goto(self.live.url + path)
        return self

    def expect(self, pattern: str) -> None:
        """What this test provokes on purpose: faults that the pattern finds do not count."""
        self._expected.append(re.compile(pattern))

    def unplug(self) -> None:
        """No network, and the browser knows it."""
        self.expect(NETWORK)
        self.context.set_offline(True)

    def plug_in(self) -> None:
        self.context.set_offline(False)

    def see(self, text: str | re.Pattern[str]) -> None:
        """Wait until people see this text."""
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name).click()

    def run(self, body: str, argument: object = None) -> Any:
        """What an async JavaScript function of ``it`` returns; it may ``import()`` our modules."""
        return self.page.evaluate(f"async (it) => {{ {body} }}", argument)

    def barriers(self) -> list[str]:
        """What axe finds wrong for people with disabilities."""
        self.page.evaluate(axe())
        found = self.page.evaluate("() => axe.run({resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {node['html'][:150]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    def small_targets(self, least: int = 48) -> list[str]:
        """Everything to press that is smaller than this many pixels, either way."""
        found: list[str] = self.page.evaluate(TARGETS, least)
        return found

    def scrolls_sideways(self) -> bool:
        """Whether people must push the page left and right to read it."""
        wider = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wider))

    def fits(self) -> bool:
        """Whether nothing is pushed sideways, 320 pixels wide nor in letters twice as large."""
        self.page.set_viewport_size({"width": 320, "height": HEIGHT})
        narrow = not self.scrolls_sideways()
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        self.run("document.documentElement.style.fontSize = '200%'")
        large = not self.scrolls_sideways()
        self.run("document.documentElement.style.fontSize = ''")
        return narrow and large

    def move_clock(self, span: timedelta) -> None:
        """Let time pass: in the open page, and in those that will be opened."""
        move = f"moveTheClock({span // timedelta(milliseconds=1)})"
        self.context.add_init_script(move)
        self.page.evaluate(move)

    def put_away(self) -> None:
        """Switch it off."""
        if self.move_clock in self.live.clocks:
            self.page.evaluate("() => 0")  # what was said before has arrived after this
            self.context.close()
            self.live.clocks.remove(self.move_clock)

    def close(self) -> None:
        """Put it away, and fail if something went wrong on it."""
        self.put_away()
        if wrong := self.unexpected():
            raise AssertionError("\n".join(wrong))

    def unexpected(self) -> list[str]:
        """Everything that went wrong and was not provoked."""
        reports = [f"{asked}" for asked in self.live.asked if "csp" in asked.path]
        return [
            fault
            for fault in self.faults + reports
            if not any(pattern.search(fault) for pattern in self._expected)
        ]


@dataclass(slots=True)
class Phones:
    """Makes phones, and puts them away."""

    playwright: Playwright
    chromium: Path
    browser: Browser
    live: Live
    made: list[Phone] = field(default_factory=list)

    def new(
        self,
        *,
        language: str = "fr-FR",
        camera: bool = True,
        film: Path | None = None,
        folder: Path | None = None,
        **options: Any,
    ) -> Phone:
        """A phone. With a folder it remembers from one time to the next; a film is what it films.

        ``options`` are Playwright's for a context.
        """
        given: dict[str, Any] = {
            "viewport": {"width": WIDTH, "height": HEIGHT},
            "has_touch": True,
            "locale": language,
            # It is already tomorrow here: what belongs to Paris must not come from the phone.
            "timezone_id": "Pacific/Kiritimati",
            "permissions": ["camera"] if camera else [],
        } | options
        if film or folder:
            context = launch_on(self.playwright, self.chromium, folder, film, **given)
        else:
            context = self.browser.new_context(**given)
        phone = _watched(context, self.live)
        self.made.append(phone)
        return phone

    def close(self) -> None:
        """Every phone that is still open: each is switched off before one is complained of."""
        still_open = [phone for phone in self.made if phone.move_clock in self.live.clocks]
        for phone in still_open:
            phone.put_away()
        for phone in still_open:
            phone.close()


def _watched(context: BrowserContext, live: Live) -> Phone:
    context.set_default_timeout(SEVERAL_SECONDS)
    ahead = live.now() - datetime.now(UTC)
    context.add_init_script(SCRIPT % (ahead // timedelta(milliseconds=1)))
    phone = Phone(context, live, context.pages[0] if context.pages else context.new_page())
    live.clocks.append(phone.move_clock)

    def hear(message: ConsoleMessage) -> None:
        away = live.stops and message.text.startswith(NETWORK)
        if message.type == "error" and not away:
            phone.faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def fail(error: WebError) -> None:
        phone.faults.append(f"exception: {error.error.stack or error.error.message}")

    def look(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.port != live.port:
            phone.faults.append(f"request to {request.url}")

    context.on("console", hear)
    context.on("weberror", fail)
    context.on("request", look)
    return phone
