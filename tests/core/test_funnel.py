"""The ten stages of a campaign, each with one meaning."""

from datetime import date

from voucher_service.core.funnel import Amount, Counted, Stage, funnel, hours, idle_days


def test_every_stage_says_booklets_passes_and_euros() -> None:
    counted = Counted(
        ordered=100,
        ordered_passes=498,
        funded=80,
        funded_passes=400,
        issued=80,
        in_stock=20,
        in_stock_passes=98,
        handed_over=50,
        started=30,
        used_passes=90,
        used_cents=90_000,
        paid_passes=40,
        paid_cents=39_600,
        given_back_cents=10_000,
        expiring_passes=12,
    )
    assert list(funnel(counted, 5, 1000).items()) == [
        (Stage.ORDERED, Amount(100, 498, 498_000)),
        (Stage.FUNDED, Amount(80, 400, 400_000)),
        (Stage.ISSUED, Amount(80, 400, 400_000)),
        (Stage.IN_STOCK, Amount(20, 98, 98_000)),
        (Stage.HANDED_OVER, Amount(50, 250, 250_000)),
        (Stage.STARTED, Amount(30, 150, 150_000)),
        (Stage.USED, Amount(None, 90, 90_000)),
        (Stage.PAID, Amount(None, 40, 39_600)),
        (Stage.LEFT, Amount(None, 300, 300_000)),
        (Stage.EXPIRING, Amount(None, 12, 12_000)),
    ]


def test_a_campaign_without_orders_is_all_zeros() -> None:
    assert {(one.passes, one.cents) for one in funnel(Counted(), 5, 1000).values()} == {(0, 0)}


def test_hundred_euros_are_twenty_hours_of_help() -> None:
    assert hours(10, 120) == 20
    assert hours(5_180, 120) == 10_360
    assert hours(1, 90) == 1


def test_a_point_is_idle_while_it_has_booklets_and_gives_none_for_thirty_days() -> None:
    since = date(2026, 10, 1)
    assert idle_days(3, since, date(2026, 10, 30)) is None
    assert idle_days(3, since, date(2026, 10, 31)) == 30
    assert idle_days(0, since, date(2027, 10, 31)) is None
    assert idle_days(3, None, date(2026, 10, 31)) is None
