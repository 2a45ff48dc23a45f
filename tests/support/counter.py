"""Somebody at the counter, with a phone in one hand: what they press, read and are told.

Buttons are pressed by the names that the templates give them, in the phone's language, so that a
better sentence breaks no test; a test writes out the sentences that it is about.
"""

import io
import re
import tomllib
from dataclasses import dataclass
from typing import Any, Self

import segno
from playwright.sync_api import Locator

from tests.support.cast import MAILBOX
from tests.support.live import Live
from tests.support.phone import Phone
from voucher_service.http.language import service_names
from voucher_service.resources import shipped

SAID: dict[str, dict[str, Any]] = tomllib.loads(
    (shipped("templates") / "merchants" / "phone.toml").read_text(encoding="utf-8")
)

VERDICT = ".outcome .panel, .covered .panel"


@dataclass(slots=True)
class Counter:
    """A phone of a site, and whoever holds it."""

    phone: Phone
    language: str = "fr"

    @property
    def live(self) -> Live:
        return self.phone.live

    def say(self, name: str, form: str = "other") -> str:
        """A sentence of the app, of one or of several things, up to where it names them."""
        said = SAID[self.language][name]
        return str(said if isinstance(said, str) else said[form]).partition("{")[0].strip()

    def press(self, name: str) -> None:
        """Press the button that bears this sentence."""
        self.phone.press(self.say(name))

    def open(self, path: str = "/scanner/") -> Self:
        """Open the app."""
        self.phone.open(path)
        return self.ready()

    def ready(self) -> Self:
        self.phone.page.locator("html[data-app=ready]").wait_for()
        return self

    def pair(self, site: int | None = None) -> Self:
        """Open the link of a pairing code, and give the phone a name; the first screen."""
        self.open(f"/scanner/#{self.live.pairing_code(site)}")
        self.phone.page.get_by_label(self.say("name_label")).fill("Accueil")
        self.press("name_go")
        self.phone.see(self.say("paired_title"))
        self.press("start")
        self._keep_app()
        return self

    def photograph(self, text: str) -> None:
        """Take a photo of a code."""
        self.phone.page.locator("input[type=file]").set_input_files(picture_of(text))

    def read(self, *codes: str) -> Self:
        """Read good passes into the list."""
        rows = self.phone.page.locator(".tray > li")
        for code in codes:
            before = rows.count()
            self.photograph(code)
            rows.nth(before).wait_for()
        return self

    def tray(self) -> list[str]:
        """What is said of each pass that was read, the newest first."""
        rows = self.phone.page.locator(".tray > li")
        # Without the button that takes it out of the list again.
        return [plain(row).replace(f"{self.say('drop')} ", "") for row in rows.all()]

    def refused(self, code: str) -> tuple[str, str]:
        """Read a pass that cannot be taken: how it looks, and all that is said."""
        self.photograph(code)
        return self.told()

    def choose(self, service: str = MAILBOX) -> None:
        self.press("choose_service")
        self.phone.page.get_by_role("radio", name=self.service(service)).check(force=True)

    def service(self, name: str) -> str:
        """What a service is called in the phone's language."""
        return service_names(self.language).get(name, name)

    def take(self, *codes: str, service: str = MAILBOX) -> tuple[str, str]:
        """Read passes and spend them for one service: how the verdict looks, and what it says."""
        self.read(*codes)
        self.choose(service)
        self.press("take")
        return self.told()

    def told(self) -> tuple[str, str]:
        """The verdict: ``confirmed``, ``kept``, ``used`` or ``refused``, and all that it says."""
        panel = self.phone.page.locator(VERDICT).first
        panel.wait_for()
        look = (panel.get_attribute("class") or "").removeprefix("panel ")
        return look, plain(panel)

    def next(self) -> None:
        """On to the next pass, from a verdict or from a refusal."""
        names = re.compile("|".join((self.say("next_pass"), self.say("read_next"))))
        self.phone.press(names)

    def day(self) -> dict[str, str]:
        """How many passes of today were taken, wait and were refused, with their euros."""
        sums = self.phone.page.locator(".sums > div")
        sums.first.wait_for()
        return {plain(row.locator("dt")): plain(row.locator("dd")) for row in sums.all()}

    def band(self) -> str:
        """What the band says; nothing when all is well."""
        return plain(self.phone.page.locator("#band"))

    def calm(self) -> None:
        """Wait until the band has nothing to say: all was sent, and nothing went wrong."""
        self.phone.page.locator("#band:empty").wait_for(state="attached")

    def _keep_app(self) -> None:
        """Wait until the app is on the phone, and needs no network to open nor to read."""
        self.phone.run("await navigator.serviceWorker.ready")
        active = "() => navigator.serviceWorker.controller?.state === 'activated'"
        self.phone.page.wait_for_function(active)

    def waiting(self) -> list[str]:
        """The scans that wait on this phone, by their ids, read from its memory."""
        found: list[str] = self.phone.run(
            """const {openPhone} = await import('/scanner/phone.js');
            return (await (await openPhone()).queue.waiting()).map(({scanId}) => scanId)"""
        )
        return found


def plain(locator: Locator) -> str:
    """Its text, with plain spaces."""
    return " ".join(locator.inner_text().split())


def picture_of(text: str) -> Any:
    """A QR code as a file: a pass as it is printed, or anything else."""
    address, hash_, digits = text.partition("#")
    content: Any = [address + hash_, digits] if digits.isdigit() else text
    written = io.BytesIO()
    code = segno.make(content, error="m", boost_error=False, micro=False)
    code.save(written, kind="png", scale=6, border=4)
    return {"name": "code.png", "mimeType": "image/png", "buffer": written.getvalue()}
