"""The worked example of Nantes, with its bank in the loop: 2,000 booklets of 5 passes of 10 €.

Uses: 1,800 in month 1; 2,743 in month 2, of which 12 contested, 9 of them cancelled; 2,000 in month
3. So 6,534 used and 3,466 expired. One payment of month 1 comes back and is sent again.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

import pytest
from sqlalchemy import Engine

from tests.support.bank_loop import iban
from tests.support.cast import FORMS, MAILBOX, NAGA, Point
from tests.support.long import sqlite_at_least
from tests.support.pilot import Pass, Pilot, piloting
from tests.support.service import Service, running_service
from voucher_service.store.engine import make_engine
from voucher_service.store.postings import balances

METROPOLE_DEPARTEMENT_STATE_POST = (50, 25, 20, 5)
THIRDS = (1, 1, 1)
ODD_SHARES = (375, 333, 292)


class Table(TypedDict):
    """Cents by funder, in the order of the weights."""

    calls: tuple[int, ...]
    months: list[tuple[int, ...]]
    cost: tuple[int, ...]
    credited: tuple[int, ...]


TABLE_A: Table = {
    "calls": (5_000_000, 2_500_000, 2_000_000, 500_000),
    "months": [
        (900_000, 450_000, 360_000, 90_000),
        (1_367_000, 683_500, 546_800, 136_700),
        (1_000_000, 500_000, 400_000, 100_000),
    ],
    "cost": (3_267_000, 1_633_500, 1_306_800, 326_700),
    "credited": (1_733_000, 866_500, 693_200, 173_300),
}
TABLE_B: Table = {
    "calls": (3_333_334, 3_333_333, 3_333_333),
    "months": [
        (600_000, 600_000, 600_000),
        (911_334, 911_333, 911_333),
        (666_666, 666_667, 666_667),
    ],
    "cost": (2_178_000, 2_178_000, 2_178_000),
    "credited": (1_155_334, 1_155_333, 1_155_333),
}
TABLE_C: Table = {
    "calls": (3_750_000, 3_330_000, 2_920_000),
    "months": [
        (675_000, 599_400, 525_600),
        (1_025_250, 910_422, 798_328),
        (750_000, 666_000, 584_000),
    ],
    "cost": (2_450_250, 2_175_822, 1_907_928),
    "credited": (1_299_750, 1_154_178, 1_012_072),
}
PAID = [1_800_000, 2_784_000, 2_000_000]


@sqlite_at_least
@pytest.mark.timeout(300)
def test_the_year_of_nantes_ends_at_zero_and_every_funder_is_exact(
    engine: Engine, database_url: str, tmp_path: Path
):
    with running_service(engine, database_url, tmp_path) as service:
        tell(service, METROPOLE_DEPARTEMENT_STATE_POST, TABLE_A)


@pytest.mark.parametrize(
    ("weights", "table"),
    [
        pytest.param(THIRDS, TABLE_B, id="B, three equal funders"),
        pytest.param(ODD_SHARES, TABLE_C, id="C, 37.5/33.3/29.2"),
    ],
)
def test_so_it_does_by_thirds_and_by_odd_shares(
    sqlite_url: str, tmp_path: Path, weights: tuple[int, ...], table: Table
):
    engine = make_engine(sqlite_url)
    with running_service(engine, sqlite_url, tmp_path) as service:
        tell(service, weights, table)
    engine.dispose()


def tell(service: Service, weights: tuple[int, ...], table: Table) -> None:
    shares = {f"Financeur {turn}": weight for turn, weight in enumerate(weights, 1)}
    with piloting(service, shares, date(2026, 3, 31)) as pilot:
        play(pilot, table)


def play(pilot: Pilot, table: Table) -> None:
    order = pilot.world.order(pilot.campaign, 2000)
    assert tuple(pilot.world.calls(order).values()) == table["calls"]
    for name in pilot.funders:
        pilot.pays(order, name)
    pilot.on(1, 8)
    pilot.hear()
    pilot.give_out(order)
    naga = pilot.world.at(NAGA, pilot.campaign, "Nâga")

    months, paid = [], []
    for month, uses in ((1, 1800), (2, 2743), (3, 2000)):
        pilot.on(month, 12)
        if month == 1:
            spend(pilot, [naga], 50)
        spent = spend(pilot, [pilot.ping, pilot.alis44], uses - 50 * (month == 1))
        if month == 2:
            contest_twelve_uphold_nine(pilot, spent)
        pilot.on(month + 1, 3)
        months.append(borne_by_funders(pilot.close(month)))
        paid.append(pay(pilot, month, naga))
        assert pilot.loop.agrees()
    assert months == table["months"]
    assert tuple(map(sum, zip(*months, strict=True))) == table["cost"]
    assert paid == PAID

    pilot.on(5, 11)
    assert pilot.end() == list(table["credited"])
    pilot.send_home(until=(5, 18))
    assert pilot.loop.agrees()
    assert {cents for _, _, cents in balances(pilot.world.session)} == {0}


def spend(pilot: Pilot, phones: Sequence[Point], uses: int) -> list[tuple[Pass, Point]]:
    """Spend some passes, phone after phone in turn; which, and where."""
    spent = []
    for turn in range(uses):
        phone = phones[turn % len(phones)]
        spent.append((pilot.use(phone, service=(MAILBOX, FORMS)[turn % 2]), phone))
    return spent


def contest_twelve_uphold_nine(pilot: Pilot, spent: list[tuple[Pass, Point]]) -> None:
    """Twelve uses are contested; nine contests are right, three are not."""
    for turn, (used, phone) in enumerate(spent[:12]):
        pilot.contest(used, phone, "upheld" if turn < 9 else "rejected")


def borne_by_funders(statements: list[Any]) -> tuple[int, ...]:
    """What each funder's statement of the month says."""
    theirs = [one for one in statements if one["kind"] == "funder"]
    return tuple(one["total_cents"] for one in sorted(theirs, key=lambda one: int(one["funder"])))


def pay(pilot: Pilot, month: int, naga: Point) -> int:
    """Pay the associations; the cents sent. Nâga's 500.00 € of month 1 comes back: its account was
    closed. It is sent again with month 2, to another one."""
    bank = pilot.loop.bank
    if month == 1:
        late = {"days": 3, "reason": "AC04", "end_to_end_id": pilot.statement(1, naga.association)}
        bank.reserved(behaviour="return-later", parameters=late)
    cents = pilot.pay(month, until=(month + 1, 5))
    if month == 1:
        pilot.on(2, 11)
        pilot.hear()
        bank.reserved(behaviour="accept", parameters={})
        pilot.new_account(naga.association, iban(7_001))
    if month == 2:
        cents += pilot.pay(1, until=(3, 9))
    if month == 3:
        pilot.on(4, 9)
        pilot.hear()
    return cents
