"""People at desks: signed in on a test client, or in a real browser that nothing may go wrong on.

``sign_in`` makes a person with a post and a second factor, and puts the cookie on a Flask client.
``Desks`` (the fixture ``desks``) opens a browser for such a person on a served service.
"""

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.support.live import Live
from tests.support.phone import SCRIPT, SEVERAL_SECONDS, TARGETS, Phone, axe
from voucher_service.actions import sittings
from voucher_service.actions.sittings import Proofs
from voucher_service.core.posts import NEEDS_SECOND_FACTOR, Post
from voucher_service.http.services import Services
from voucher_service.store import tables
from voucher_service.store.once import insert_row

NAMES = itertools.count(1)
COOKIE = "__Host-pn"
HIDDEN = re.compile(r'name="(form_proof|form_key)" value="([^"]*)"')
LEAST_TARGET = 44


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody with a post, and the cookie of their sitting."""

    person: int
    membership: int
    cookie: str

    @property
    def actor(self) -> str:
        return f"person:{self.person}"


def add_person(
    session: Session, now: datetime, *, name: str = "", email: str = "", language: str = "fr"
) -> int:
    """Somebody with an account and no way in of their own."""
    number = next(NAMES)
    return insert_row(
        session,
        tables.Person,
        name=name or f"Camille {number}",
        email=email or f"camille{number}@agents.example",
        language=language,
        handle=f"handle {number}".encode(),
        created_at=now,
    )


def give_post(
    session: Session, person: int, post: Post | str, tenant: int | None, now: datetime
) -> int:
    return insert_row(
        session,
        tables.Membership,
        person_id=person,
        post=str(post),
        tenant_id=tenant,
        given_at=now,
        given_by="cli",
    )


def seat(
    services: Services,
    post: Post | str,
    tenant: int | None = None,
    *,
    person: int | None = None,
    language: str = "fr",
    second_factor: bool | None = None,
) -> Clerk:
    """Somebody with this post, signed in: with a second factor where the post asks for one."""
    now = services.now()
    factor = Post(post) in NEEDS_SECOND_FACTOR if second_factor is None else second_factor
    with services.writing() as session:
        who = person or add_person(session, now, language=language)
        membership = give_post(session, who, post, tenant, now)
        cookie = sittings.begin(session, who, Proofs(True, factor), "Firefox, Linux", now)
    return Clerk(who, membership, cookie)


def sign_in(
    client: FlaskClient, post: Post | str, tenant: int | None = None, **options: Any
) -> Clerk:
    """Sign somebody with this post in on a test client."""
    clerk = seat(client.application.extensions["voucher"], post, tenant, **options)
    client.set_cookie(COOKIE, clerk.cookie, domain="localhost", secure=True, path="/")
    return clerk


def hidden_fields(text: str) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    return dict(HIDDEN.findall(text))


def send(
    client: FlaskClient, page: str, action: str, fields: dict[str, Any] | None = None
) -> TestResponse:
    """Open a page and send a form of it, with the hidden fields that it carries."""
    opened = client.get(page)
    assert opened.status_code == 200, f"{page}: {opened.status_code}"
    return client.post(action, data=hidden_fields(opened.text) | (fields or {}))


@dataclass(slots=True)
class DeskBrowser:
    """A page in a real browser with somebody signed in, and what went wrong in it."""

    context: BrowserContext
    live: Live
    page: Page
    clerk: Clerk | None
    faults: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)

    def open(self, path: str) -> Self:
        self.page.goto(self.live.url + path)
        return self

    def expect(self, pattern: str) -> None:
        """What this test provokes on purpose: faults that the pattern finds do not count."""
        self._expected.append(re.compile(pattern))

    def see(self, text: str | re.Pattern[str]) -> None:
        """Wait until people see this text."""
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def fill(self, label: str | re.Pattern[str], text: str) -> None:
        self.page.get_by_label(label).fill(text)

    def looks_right(self) -> None:
        """Fail unless everybody can use this page: axe, 320 px, 200 %, tab order, targets."""
        assert self.barriers() == []
        assert self.small_targets() == []
        assert self.unreached() == []
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 320, "height": 640})
        assert self.wider_than_the_page() == []
        if size:
            self.page.set_viewport_size(size)
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert self.wider_than_the_page() == []
        self.page.evaluate("document.documentElement.style.fontSize = ''")

    def at_rest(self) -> Self:
        """Wait until nothing moves: what changes its colour has, for a moment, neither of both."""
        self.page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        return self

    def barriers(self) -> list[str]:
        """What axe finds wrong for people with disabilities."""
        self.at_rest().page.evaluate(axe())
        found = self.page.evaluate("() => axe.run({resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {node['html'][:150]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    def small_targets(self, least: int = LEAST_TARGET) -> list[str]:
        """Everything to press that is smaller than this; a link within a sentence may be."""
        found: list[str] = self.page.evaluate(TARGETS, least)
        return found

    def unreached(self) -> list[str]:
        """What the tab key should reach, in reading order, and does not."""
        found: list[str] = self.page.evaluate(TABBED)
        return found

    def wider_than_the_page(self) -> list[str]:
        """What pushes the page sideways."""
        found: list[str] = self.page.evaluate(WIDE)
        return found

    def put_away(self) -> None:
        if self.clerk is not None or self.context.pages:
            self.context.close()

    def unexpected(self) -> list[str]:
        reports = [f"{asked}" for asked in self.live.asked if "csp" in asked.path]
        return [
            fault
            for fault in self.faults + reports
            if not any(pattern.search(fault) for pattern in self._expected)
        ]


TABBED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary")]
  .filter((one) => one.type !== "hidden" && !one.disabled
    && one.checkVisibility({visibilityProperty: true}))
  .filter((one) => one.tabIndex !== 0
    && !(one.type === "radio" && !one.checked))
  .map((one) => one.outerHTML.slice(0, 120))"""

WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) { return []; }
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120));
}"""


@dataclass(slots=True)
class Desks:
    """Opens browsers for people at desks, and puts them away."""

    browser: Browser
    live: Live
    opened: list[DeskBrowser] = field(default_factory=list)

    def open(
        self,
        post: Post | str | None = None,
        tenant: int | None = None,
        *,
        language: str = "fr",
        width: int = 1280,
        **options: Any,
    ) -> DeskBrowser:
        """A browser with somebody of this post signed in; with nobody, unless a post is named."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 800},
            locale="fr-FR" if language == "fr" else "en-GB",
            timezone_id="Pacific/Kiritimati",
        )
        context.set_default_timeout(SEVERAL_SECONDS)
        context.add_init_script(SCRIPT % 0)
        clerk = None
        if post is not None:
            services = self.live.service.services
            clerk = seat(services, post, tenant, language=language, **options)
            context.add_cookies([_as_chromium_takes_it(clerk.cookie, self.live)])
        desk = DeskBrowser(context, self.live, context.new_page(), clerk)
        _watch(desk)
        self.opened.append(desk)
        return desk

    def sit(self, phone: Phone, post: Post | str, tenant: int | None) -> DeskBrowser:
        """Somebody of this post, signed in on a phone: its camera films, and it watches itself."""
        clerk = seat(self.live.service.services, post, tenant)
        phone.context.add_cookies([_as_chromium_takes_it(clerk.cookie, self.live)])
        return DeskBrowser(phone.context, self.live, phone.page, clerk)

    def close(self) -> None:
        for desk in self.opened:
            desk.put_away()
        wrong = [fault for desk in self.opened for fault in desk.unexpected()]
        if wrong:
            raise AssertionError("\n".join(wrong))


def _as_chromium_takes_it(cookie: str, live: Live) -> Any:
    """This machine counts as safe, so it may have the cookie that elsewhere needs https."""
    address = live.url.replace("http:", "https:")
    return {"name": COOKIE, "value": cookie, "url": address, "secure": True, "httpOnly": True}


def _watch(desk: DeskBrowser) -> None:
    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            desk.faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def look(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and address.port != desk.live.port:
            desk.faults.append(f"request to {request.url}")

    desk.context.on("console", hear)
    desk.context.on("weberror", lambda error: desk.faults.append(f"exception: {error.error}"))
    desk.context.on("request", look)
