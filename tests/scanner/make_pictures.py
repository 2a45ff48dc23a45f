"""The six pictures of the phone in the README: ``python -m tests.scanner.make_pictures``."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.documents.make_pictures import FOLDER, save
from tests.support.browser import find_chromium, launch
from tests.support.cast import NAGA
from tests.support.counter import Counter
from tests.support.databases import SqliteCopies
from tests.support.film import Take, film
from tests.support.live import Live, living
from tests.support.phone import Phones
from voucher_service.store.engine import make_engine


@contextmanager
def a_service(home: Path) -> Iterator[Live]:
    """The pilot, served on SQLite."""
    with SqliteCopies(home).fresh() as url:
        engine = make_engine(url)
        with living(engine, url, home) as live:
            yield live
        engine.dispose()


def take(counter: Counter, name: str) -> None:
    """A picture of what the phone shows."""
    shown = Image.open(io.BytesIO(counter.phone.page.screenshot()))
    save(shown.convert("RGB"), FOLDER / f"phone-{name}.png")


def the_six(phones: Phones, live: Live, home: Path) -> None:
    codes = live.hand_over() + live.hand_over(live.nantes.serials[1])
    naga = live.world.at(NAGA, live.nantes.campaign, "Nâga")
    live.world.redeem(naga, codes[5])
    printed = live.world.printed(live.nantes.serials[0])
    shown = film(home / "pass.mjpeg", [Take(each) for each in printed[:3]])
    counter = Counter(phones.new(film=shown)).pair()
    counter.press("start_reading")
    counter.phone.page.locator(".tray > li").nth(2).wait_for()
    take(counter, "reading")
    counter.choose()
    counter.press("take")
    counter.told()
    take(counter, "confirmed")
    counter = Counter(phones.new()).pair()
    counter.take(*codes[3:5])
    counter.next()
    counter.take(codes[5])
    take(counter, "used")
    counter.next()
    counter.take(live.world.codes(live.nantes.serials[4])[0])
    take(counter, "refused")
    counter.next()
    live.stop()
    counter.take(codes[6])
    take(counter, "kept")
    counter.next()
    counter.take(codes[7])
    live.later(hours=2)
    counter.open()
    counter.press("nav_today")
    counter.day()
    take(counter, "today")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        a_service(Path(folder)) as live,
    ):
        chromium = find_chromium()
        browser = launch(playwright, chromium)
        phones = Phones(playwright, chromium, browser, live)
        the_six(phones, live, Path(folder))
        phones.close()
        browser.close()


if __name__ == "__main__":
    main()
