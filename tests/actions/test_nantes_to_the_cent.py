"""The worked example of Nantes: 2,000 booklets of 5 passes of 10 €, to the cent, by real actions.

Uses: 1,800 in month 1; 2,743 in month 2, of which 12 contested, 9 of them cancelled; 2,000 in month
3. So 6,534 used and 3,466 expired. One payment of month 1 comes back and is sent again.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TypedDict

import pytest

from tests.support.cast import ALIS44, FORMS, MAILBOX, NAGA, PING, Point, World
from tests.support.contesting import REJECTED, UPHELD, contest, decide
from tests.support.ending import end, refund
from tests.support.paying import cure, settle
from voucher_service.actions import distributing, paying, settling
from voucher_service.actions.checking import check_books
from voucher_service.core.campaign import PARIS, FixedDate
from voucher_service.core.passes import Accepted
from voucher_service.store import tables
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


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("weights", "table"),
    [
        pytest.param(METROPOLE_DEPARTEMENT_STATE_POST, TABLE_A, id="A, 50/25/20/5"),
        pytest.param(THIRDS, TABLE_B, id="B, three equal funders"),
        pytest.param(ODD_SHARES, TABLE_C, id="C, 37.5/33.3/29.2"),
    ],
)
def test_the_year_of_nantes_ends_at_zero_and_every_funder_is_exact(
    world: World, weights: tuple[int, ...], table: Table
):
    funders = [world.funder(f"Financeur {n}") for n in range(1, len(weights) + 1)]
    world.now = datetime(2026, 1, 5, 9, 0, tzinfo=PARIS)
    campaign = world.campaign(
        dict(zip(funders, weights, strict=True)), validity=FixedDate(date(2026, 3, 31))
    )
    order = world.order(campaign, 2000)
    assert tuple(world.calls(order).values()) == table["calls"]
    world.fund(order)
    codes = codes_of(world, order)
    sites = [world.at(PING, campaign, "PiNG Breil"), world.at(ALIS44, campaign, "Alis44 Bottière")]
    naga = world.at(NAGA, campaign, "Nâga")

    months = []
    for month, uses in ((1, 1800), (2, 2743), (3, 2000)):
        world.now = datetime(2026, month, 15, 10, 0, tzinfo=PARIS)
        if month == 1:
            spend(world, [naga], codes, 50)
            uses -= 50  # noqa: PLW2901 - of the 1,800
        spent = spend(world, sites, codes, uses)
        if month == 2:
            contest_twelve_uphold_nine(world, spent)
        cutoff = datetime(2026, month + 1, 1, tzinfo=PARIS)
        world.now = datetime(2026, month + 1, 3, 9, 0, tzinfo=PARIS)
        statements = world.close(f"2026-{month:02d}", cutoff)
        months.append(borne_by_funders(world, statements))
        assert pay(world, statements, month) == PAID[month - 1]
    assert months == table["months"]
    assert tuple(map(sum, zip(*months, strict=True))) == table["cost"]

    world.now = datetime(2026, 5, 11, 9, 0, tzinfo=PARIS)
    credited = end(world, campaign)
    assert tuple(credited.values()) == table["credited"]
    for funder in funders:
        refund(world, campaign, funder)
    world.session.commit()
    assert {cents for _, _, cents in balances(world.session)} == {0}
    assert check_books(world.session) == []


def codes_of(world: World, order: int) -> Iterator[str]:
    """Issue, stock and hand over everything; then the codes, pass after pass."""
    serials = world.issue(order)
    point = world.point()
    world.stock(serials, point)
    for serial in serials:
        distributing.hand_over(world.session, serial, point, None, "token:1", world.now)
    world.session.commit()
    return (code for serial in serials for code in world.codes(serial))


def spend(world: World, sites: list[Point], codes: Iterator[str], uses: int) -> list[str]:
    """Spend some passes, site after site in turn; the scan ids."""
    scan_ids = []
    for turn in range(uses):
        service = (MAILBOX, FORMS)[turn % 2]
        site, code = sites[turn % len(sites)], next(codes)
        assert isinstance(world.redeem(site, code, service=service), Accepted)
        scan_ids.append(f"scan-{world.scans:08d}")
    return scan_ids


def contest_twelve_uphold_nine(world: World, scan_ids: list[str]) -> None:
    """Twelve uses are contested; nine contests are right, three are not."""
    for turn, scan_id in enumerate(scan_ids[:12]):
        redemption = world.session.query(tables.Redemption).filter_by(scan_id=scan_id).one()
        decide(world, contest(world, redemption.id), UPHELD if turn < 9 else REJECTED)
    world.session.commit()


def borne_by_funders(world: World, numbers: list[str]) -> tuple[int, ...]:
    """What each funder's statement of the period says."""
    rows = world.session.query(tables.Statement).filter(tables.Statement.number.in_(numbers))
    return tuple(row.total_cents for row in rows.order_by("funder_id") if row.kind == "funder")


def pay(world: World, numbers: list[str], month: int) -> int:
    """Approve and pay the associations. Nâga's 500.00 € of month 1 comes back, and goes out again
    in month 2: its account was closed."""
    session = world.session
    to_pay = [number for number in numbers if number.startswith("RA-")]
    for number in numbers:
        settling.approve_statement(session, number, "token:2", world.now)
    if month == 2:
        again = returned(world).statement_number
        association = session.get_one(tables.Statement, again).association_id
        assert association is not None
        cure(world, association)
        to_pay.append(again)
    sent = [settle(world, number) for number in to_pay]
    payouts = [session.get_one(tables.Payout, reference) for reference in sent]
    for payout in payouts:
        if month == 1 and payout.cents == 50_000:
            paying.payout_returned(session, payout.end_to_end, "AC04", world.now)
    session.commit()
    return sum(payout.cents for payout in payouts)


def returned(world: World) -> tables.Payout:
    """The one payout that came back."""
    query = world.session.query(tables.Payout)
    payout: tables.Payout = query.filter(tables.Payout.returned_at.is_not(None)).one()
    return payout
