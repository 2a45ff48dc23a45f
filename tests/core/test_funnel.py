"""The ten stages of a campaign, each with one meaning."""

from voucher_service.core.funnel import Amount, Counted, Stage, funnel


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
