"""The rules a campaign sets: until when a pass is good, where, for what, and how it is undone.

Dates are Europe/Paris dates and a day lasts through 23:59:59. The module knows no clock: whoever
asks says which day or instant is meant. It never touches money.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from voucher_service.core.errors import Invalid

PARIS = ZoneInfo("Europe/Paris")

OFFLINE_UPLOAD_DAYS = 7
"""A scan made without network counts if it arrives within this many days of the service. The joint
closing statement of a campaign is drawn up a week after the grace period: nothing comes later."""

LARGEST_BOOKLET = 255
"""A pass number is one byte of the token."""

SERVICES = (
    "Aide aux démarches administratives",
    "Maîtrise des outils numériques du quotidien",
    "Insertion professionnelle via le numérique",
    "Utilisation sécurisée du numérique",
    "Parentalité et éducation avec le numérique",
    "Loisirs et créations numériques",
    "Compréhension du monde numérique",
    "Accès internet et matériel informatique",
    "Acquisition de matériel informatique à prix solidaire",
)
"""The nine services of the national schema of mediation places, version 1.0.2."""


class Funding(StrEnum):
    """Whether money comes before the passes or after their use."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"


class Grace(StrEnum):
    """How long a pass is still taken after its last day."""

    NONE = "none"
    END_OF_NEXT_MONTH = "end_of_next_month"


@dataclass(frozen=True, slots=True)
class FixedDate:
    """Every pass of the campaign ends on the same day."""

    until: date


@dataclass(frozen=True, slots=True)
class MonthsAfterHandover:
    """A pass ends some months after it was handed over, and at the latest on a given day."""

    months: int
    latest: date


Validity = FixedDate | MonthsAfterHandover


@dataclass(frozen=True, slots=True)
class Campaign:
    """What one campaign decided once for all its passes. Amounts in cents, windows in minutes."""

    number: int
    name: str
    face_value_cents: int
    passes_per_booklet: int
    funding: Funding
    valid_from: date
    validity: Validity
    grace: Grace
    undo_window_minutes: int
    offline_passes_per_day: int
    services: frozenset[str] = frozenset()
    """Services it pays for; empty means all nine."""
    territory: frozenset[str] = frozenset()
    """INSEE codes of the communes where it may be spent; empty means everywhere."""


def paris_day(instant: datetime) -> date:
    """The calendar day in Paris at an instant."""
    return instant.astimezone(PARIS).date()


def end_of_day(day: date) -> datetime:
    """The last second of a day in Paris, as an aware instant."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=PARIS)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of that month when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def latest_day(validity: Validity) -> date:
    """The last day any pass of the campaign can be good: what is signed into the pass."""
    match validity:
        case FixedDate(until):
            return until
        case MonthsAfterHandover(_, latest):
            return latest


def last_day(validity: Validity, handed_over_on: date) -> date:
    """The last day of a booklet handed over on a given day."""
    match validity:
        case FixedDate(until):
            return until
        case MonthsAfterHandover(months, latest):
            return min(add_months(handed_over_on, months), latest)


def grace_until(valid_until: date, grace: Grace) -> date:
    """The last day a pass is still taken: its last day, or the end of the following month."""
    if grace is Grace.NONE:
        return valid_until
    next_month = add_months(valid_until.replace(day=1), 1)
    return next_month.replace(day=monthrange(next_month.year, next_month.month)[1])


def nothing_changes_after(campaign: Campaign) -> datetime:
    """When the last use has arrived and can no longer be taken back: the campaign can be ended.

    The last day with its grace, then the week in which scans made without network still count, then
    the window in which a site may undo.
    """
    last_moment = end_of_day(grace_until(latest_day(campaign.validity), campaign.grace))
    # In UTC: a week that clocks change in is still seven times 24 hours, as for a scan's delay.
    return last_moment.astimezone(UTC) + timedelta(
        seconds=1, days=OFFLINE_UPLOAD_DAYS, minutes=campaign.undo_window_minutes
    )


def service_moment(
    *,
    scanned_at: datetime,
    sent_at: datetime,
    received_at: datetime,
    last_contact_at: datetime,
    offline: bool,
) -> datetime:
    """When the service took place, by our clock.

    Online it is the moment of arrival. Offline it is the phone's time corrected by the phone's
    error (arrival minus its own sending time), never later than the arrival and never earlier than
    the phone's last contact: older scans would have come with that contact, so a clock turned back
    gains nothing.
    """
    if not offline:
        return received_at
    corrected = scanned_at + (received_at - sent_at)
    return min(max(corrected, last_contact_at), received_at)


def check(campaign: Campaign) -> None:
    """Refuse a campaign that could not work; raises :class:`Invalid` naming the field."""
    if campaign.face_value_cents <= 0:
        raise Invalid("bad_face_value", "A pass is worth 1 cent or more.", "face_value_cents")
    if not 1 <= campaign.passes_per_booklet <= LARGEST_BOOKLET:
        raise Invalid("bad_booklet", "A booklet has 1 to 255 passes.", "passes_per_booklet")
    if latest_day(campaign.validity) < campaign.valid_from:
        raise Invalid("ends_before_start", "The last day comes before the first.", "validity")
    unknown = campaign.services - set(SERVICES)
    if unknown:
        raise Invalid("unknown_service", f"Not a national service: {min(unknown)}", "services")
