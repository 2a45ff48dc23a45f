"""The four pictures of desks in the README: ``python -m tests.web.make_pictures``."""

import io
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.documents.make_pictures import FOLDER, save
from tests.support.browser import find_chromium, launch
from tests.support.cast import FORMS, MAILBOX, NAGA
from tests.support.databases import SqliteCopies
from tests.support.desks import Desks
from tests.support.live import Live, living
from tests.support.paying import pay
from voucher_service.actions import settling
from voucher_service.core.campaign import PARIS, add_months
from voucher_service.store.engine import make_engine

BOOKLETS = 120
USES = {date(2026, 11, 1): 62, date(2026, 12, 1): 97, date(2027, 1, 1): 74}
WIDTH, HEIGHT = 1120, 900


def three_months(live: Live) -> None:
    """Two months are closed and paid; the third is closed, and waits for approval."""
    world, nantes = live.world, live.nantes
    naga = world.at(NAGA, nantes.campaign, "Nâga, Doulon")
    handed = nantes.serials[: BOOKLETS // 2 - 7]
    for serial in handed:
        world.hand_over(serial, nantes.ccas)
    codes = iter([code for serial in handed for code in world.codes(serial)])
    for month, uses in USES.items():
        world.now = datetime.combine(month.replace(day=20), time(10), PARIS)
        for turn in range(uses):
            phone = naga if turn % 3 == 0 else nantes.ping
            world.redeem(phone, next(codes), service=(MAILBOX, FORMS)[turn % 2])
        label, over = f"{month:%Y-%m}", add_months(month, 1)
        world.now = datetime.combine(over + timedelta(days=1), time(9), PARIS)
        numbers = world.close(label, datetime.combine(over, time(0), PARIS))
        if month != max(USES):
            for number in numbers:
                settling.approve_statement(world.session, number, "token:2", world.now)
            pay(world, label)
    for turn in range(4):
        world.redeem((naga, nantes.ping)[turn % 2], next(codes))
    world.session.commit()


def the_four(desks: Desks, live: Live) -> None:
    nantes = live.nantes
    for name, post, tenant, path in (
        ("point", "point_clerk", nantes.ccas, "/point"),
        ("association", "association_manager", nantes.ping.association, "/association/money"),
        ("funder", "funder_approver", nantes.metropole, f"/funder/campaigns/{nantes.campaign}"),
        ("operator", "operator_finance", None, "/operator/periods/2027-01"),
    ):
        desk = desks.open(post, tenant, width=WIDTH).open(path).at_rest()
        shown = Image.open(io.BytesIO(desk.page.screenshot(full_page=True))).convert("RGB")
        save(shown.crop((0, 0, WIDTH, min(shown.height, HEIGHT))), FOLDER / f"desk-{name}.png")
    desks.close()


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        SqliteCopies(Path(folder)).fresh() as url,
    ):
        engine = make_engine(url)
        with living(engine, url, Path(folder), booklets=BOOKLETS) as live:
            three_months(live)
            browser = launch(playwright, find_chromium())
            the_four(Desks(browser, live), live)
            browser.close()
        engine.dispose()


if __name__ == "__main__":
    main()
