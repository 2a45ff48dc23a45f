"""Alerts before the end of validity: dated, with the four figures, written once each."""

from datetime import date, datetime, timedelta

from tests.support.autumn import Autumn
from tests.support.cast import World
from voucher_service.actions.alerting import tell_alerts
from voucher_service.core.campaign import PARIS, FixedDate
from voucher_service.store import tables


def told(world: World) -> list[tuple[int, str]]:
    rows = world.session.query(tables.Outbox).filter_by(topic="validity_alert").order_by("id")
    return [(row.payload["days_before"], row.payload["last_day"]) for row in rows]


def test_09_alerts_are_given_on_their_days_and_once(world: World):
    autumn = Autumn(world, validity=FixedDate(date(2026, 12, 31)))
    autumn.spend(autumn.ping, 6)
    night = datetime(2026, 11, 30, 2, 0, tzinfo=PARIS)
    days = []
    for _ in range(40):
        if tell_alerts(world.session, night):
            days.append(night.date())
        assert tell_alerts(world.session, night) == 0
        night += timedelta(days=1)
    assert days == [date(2026, 12, 1), date(2026, 12, 16), date(2026, 12, 24)]
    assert told(world) == [(30, "2026-12-31"), (15, "2026-12-31"), (7, "2026-12-31")]
    last = world.session.query(tables.Outbox).order_by(tables.Outbox.id.desc()).first()
    assert last is not None
    assert last.payload == {
        "campaign": autumn.campaign,
        "days_before": 7,
        "last_day": "2026-12-31",
        "grace_until": "2027-01-31",
        "funders": autumn.funders,
        "booklets_issued": 6,
        "booklets_handed_over": 6,
        "booklets_not_handed_over": 0,
        "booklets_started": 2,
    }


def test_after_nights_without_power_only_the_last_alert_is_given(world: World):
    Autumn(world, validity=FixedDate(date(2026, 12, 31)))
    assert tell_alerts(world.session, datetime(2026, 12, 20, 2, 0, tzinfo=PARIS)) == 1
    assert told(world) == [(15, "2026-12-31")]
