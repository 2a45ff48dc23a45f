"""The end of a campaign: its days, and what keeps it from being closed.

Alerts, the last day, the grace, the week for scans that phones kept, then the joint closing
statement. The days are those of the French national scheme; here they are dates, not labels.
Knows no clock and moves no money.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voucher_service.core.campaign import (
    OFFLINE_UPLOAD_DAYS,
    Campaign,
    grace_until,
    latest_day,
    nothing_changes_after,
)

ALERT_DAYS = (30, 15, 7)
"""How long before the last day funders are alerted. From the first one on, the end may begin."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert, and the day it is due."""

    days_before: int
    on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a campaign's end. Days are whole days in Paris."""

    alerts: tuple[Alert, ...]
    last_day: date
    grace_until: date
    uploads_until: date
    """The last day on which a scan that was kept without network counts. What is known by its end
    stands on the closing statement."""
    nothing_changes_after: datetime
    """When the last use can no longer be taken back: the statement may be drawn up."""


def calendar(campaign: Campaign) -> Calendar:
    """The days on which a campaign ends."""
    last_day = latest_day(campaign.validity)
    grace = grace_until(last_day, campaign.grace)
    return Calendar(
        tuple(Alert(days, last_day - timedelta(days=days)) for days in ALERT_DAYS),
        last_day,
        grace,
        grace + timedelta(days=OFFLINE_UPLOAD_DAYS),
        nothing_changes_after(campaign),
    )


def alert_due(days: Calendar, today: date) -> Alert | None:
    """The alert to give today: the last one whose day has come; none once the campaign is over."""
    if today > days.last_day:
        return None
    return next((alert for alert in reversed(days.alerts) if alert.on <= today), None)


@dataclass(frozen=True, slots=True)
class Booklets:
    """How many booklets of a campaign there are, in numbers that never say whose."""

    issued: int
    handed_over: int
    started: int

    @property
    def not_handed_over(self) -> int:
        """Issued and never given to anybody."""
        return self.issued - self.handed_over


@dataclass(frozen=True, slots=True)
class Passes:
    """How many passes were put in circulation, given to people, and used."""

    issued: int
    handed_over: int
    used: int

    @property
    def unused(self) -> int:
        """Neither used nor to be used any more."""
        return self.issued - self.used

    @property
    def never_handed_over(self) -> int:
        """Of the unused, those that nobody was ever given."""
        return self.issued - self.handed_over

    @property
    def handed_over_unused(self) -> int:
        """Of the unused, those that somebody held."""
        return self.handed_over - self.used

    @property
    def use_rate_bp(self) -> int:
        """Used of issued, in hundredths of a percent, rounded half up."""
        return rate_bp(self.used, self.issued)

    @property
    def use_rate_handed_over_bp(self) -> int:
        """Used of handed over, in hundredths of a percent, rounded half up."""
        return rate_bp(self.used, self.handed_over)


def rate_bp(part: int, whole: int) -> int:
    """A part of a whole in hundredths of a percent, rounded half up; nothing of nothing is 0."""
    return (part * 20_000 + whole) // (2 * whole) if whole else 0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that is still open, so that a campaign cannot be closed."""

    reason: str
    detail: str
