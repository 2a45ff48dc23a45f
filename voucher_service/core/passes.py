"""Whether a pass can be spent here and now: the heart of the product.

``judge`` looks at what is known of a pass and of the site that scanned it and answers. **The order
of its checks is the specification.** It knows no database and no clock, and it never spends
anything: the unique index on redemptions has the last word. One rule cannot be judged from what is
known, because two scans may arrive together: a device's daily allowance of offline passes. A locked
counter decides it when the pass is spent.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voucher_service.core.campaign import (
    OFFLINE_UPLOAD_DAYS,
    Campaign,
    grace_until,
    paris_day,
)
from voucher_service.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class Scan:
    """One attempt to spend a pass, as the service understood it.

    ``code`` is the text that was read or typed; ``moment`` is when the service took place by our
    clock (``campaign.service_moment``), ``received_at`` when the scan reached us.
    """

    device: int
    site: int
    association: int
    scan_id: str
    code: str
    service: str
    moment: datetime
    received_at: datetime
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """The redemption that already holds a pass."""

    redemption: int
    association: int
    site: int
    scan_id: str
    moment: datetime
    undo_until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is known about one pass and one site when a scan arrives."""

    booklet: int
    serial: str
    passes: int
    number: int
    campaign: Campaign
    activated: bool
    handed_over: bool
    blocked: bool
    voided: bool
    valid_until: date
    accredited: bool
    approved: bool
    site_commune: str | None
    holder: Holder | None
    point: int | None = None
    """The distribution point that holds the booklet or handed it over."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The pass is spent (or, for a check, could be)."""

    standing: Standing
    moment: datetime
    undo_until: datetime
    echo: bool = False
    """True when the same scan had already succeeded: the answer to it was lost on the way."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The pass is not spent. ``standing`` is known unless the code itself was no good."""

    reason: Reason
    standing: Standing | None = None


Verdict = Accepted | Refused


def undo_until(scan: Scan, campaign: Campaign) -> datetime:
    """Until when the site may take a spent pass back."""
    return scan.received_at + timedelta(minutes=campaign.undo_window_minutes)


def accept(standing: Standing, scan: Scan) -> Accepted:
    """The verdict of a pass that nothing speaks against."""
    return Accepted(standing, scan.moment, undo_until(scan, standing.campaign))


def echo(standing: Standing, holder: Holder) -> Accepted:
    """The answer given again to a scan that had already succeeded."""
    return Accepted(standing, holder.moment, holder.undo_until, echo=True)


def is_echo(standing: Standing, scan: Scan) -> bool:
    """Whether the pass is held by this very scan.

    Scan ids are made by chance and not by phone: one that lost its pairing before it had its answer
    sends the same scan again as a new device, and it is still the same help given once.
    """
    holder = standing.holder
    return holder is not None and (holder.association, holder.scan_id) == (
        scan.association,
        scan.scan_id,
    )


def judge(standing: Standing, scan: Scan) -> Verdict:
    """Decide one scan from what is known. The first thing that speaks against it is the answer.

    What staff must act on comes first (stolen, withdrawn), then what the scheme has not done yet,
    then who asks, then whether the pass was used, then when, then for what and where.
    """
    if is_echo(standing, scan) and standing.holder is not None:
        return echo(standing, standing.holder)
    reason = (
        _of_the_booklet(standing)
        or _of_the_site(standing)
        or _of_an_earlier_use(standing, scan)
        or _of_the_date(standing, scan.moment, scan.received_at)
        or _of_the_service(standing, scan)
    )
    return Refused(reason, standing) if reason else accept(standing, scan)


def could_be_spent(standing: Standing, now: datetime) -> bool:
    """Whether a pass could be spent somewhere at this moment: what its holder may ask."""
    in_the_way = _of_the_booklet(standing) or _of_the_date(standing, now, now)
    return standing.holder is None and in_the_way is None


def _of_the_booklet(standing: Standing) -> Reason | None:
    if standing.number > standing.passes:
        return Reason.UNKNOWN_BOOKLET
    if standing.voided:
        return Reason.VOIDED
    if standing.blocked:
        return Reason.BLOCKED
    if not standing.activated:
        return Reason.NOT_FUNDED
    if not standing.handed_over:
        return Reason.NOT_HANDED_OVER
    return None


def _of_the_site(standing: Standing) -> Reason | None:
    if not standing.accredited:
        return Reason.SITE_NOT_ACCREDITED
    if not standing.approved:
        return Reason.CAMPAIGN_NOT_APPROVED
    return None


def _of_an_earlier_use(standing: Standing, scan: Scan) -> Reason | None:
    if standing.holder is None:
        return None
    if standing.holder.site == scan.site:
        return Reason.ALREADY_REDEEMED_HERE
    return Reason.ALREADY_REDEEMED_ELSEWHERE


def _of_the_date(standing: Standing, moment: datetime, received_at: datetime) -> Reason | None:
    """Validity belongs to the day of the service, not of the paperwork (AN, question 79116)."""
    day = paris_day(moment)
    if day < standing.campaign.valid_from:
        return Reason.NOT_YET_VALID
    if day > grace_until(standing.valid_until, standing.campaign.grace):
        return Reason.EXPIRED
    if received_at - moment > timedelta(days=OFFLINE_UPLOAD_DAYS):
        return Reason.OFFLINE_TOO_LATE
    return None


def _of_the_service(standing: Standing, scan: Scan) -> Reason | None:
    campaign = standing.campaign
    # A check may be made before the service is chosen.
    if campaign.services and scan.service and scan.service not in campaign.services:
        return Reason.WRONG_SERVICE
    if campaign.territory and standing.site_commune not in campaign.territory:
        return Reason.WRONG_TERRITORY
    return None
