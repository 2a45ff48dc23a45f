"""Alerts before the end of campaigns: written once each, for whoever carries messages."""

from datetime import datetime

from voucher_service.core.campaign import paris_day
from voucher_service.core.ending import alert_due, calendar
from voucher_service.store import closings, load, tables
from voucher_service.store.orders import shares
from voucher_service.store.outbox import tell
from voucher_service.store.session import Session


def tell_alerts(session: Session, now: datetime) -> int:
    """Give the alerts that are due today, to every funder of each campaign; how many were new."""
    return sum(_alert(session, row, now) for row in closings.campaigns(session))


def _alert(session: Session, row: tables.Campaign, now: datetime) -> bool:
    days = calendar(load.campaign(row))
    alert = alert_due(days, paris_day(now))
    if alert is None or not closings.alerted(session, row.id, alert.days_before, alert.on, now):
        return False
    booklets = closings.booklets(session, row.id)
    told = {
        "campaign": row.id,
        "days_before": alert.days_before,
        "last_day": days.last_day.isoformat(),
        "grace_until": days.grace_until.isoformat(),
        "funders": [share.number for share in shares(session, row.id)],
        "booklets_issued": booklets.issued,
        "booklets_handed_over": booklets.handed_over,
        "booklets_not_handed_over": booklets.not_handed_over,
        "booklets_started": booklets.started,
    }
    tell(session, "validity_alert", told, now)
    return True
