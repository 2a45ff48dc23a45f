"""The hot path: what a scan reads and writes, in as few statements as it takes.

Written in SQL for the two engines, because one redemption is the thing this service does all day
and the object layer would cost it two thirds of its speed. Nothing here decides: the caller has
judged, and the unique index on redemptions has the last word. No other writing lives here.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from voucher_service.core.incidents import is_double_use
from voucher_service.core.passes import Accepted, Refused, Scan, Standing
from voucher_service.core.transfer import Kind
from voucher_service.store import load, refusals
from voucher_service.store.raw import Raw, Row, Run

NOWHERE = 0
"""Asked of no site: the standing of a pass alone."""

STANDING = """
SELECT b.id, b.passes, b.activated_at, b.handed_over_at, b.blocked_at, b.voided_at, b.valid_until,
       b.point_id,
       c.id, c.name, c.face_value_cents, c.passes_per_booklet, c.funding, c.valid_from,
       c.valid_until, c.valid_months, c.valid_latest, c.grace,
       CAST(c.services AS text), CAST(c.territory AS text),
       c.undo_window_minutes, c.offline_passes_per_day,
       a.accreditation, p.association_id, s.code_insee, s.closed_at,
       r.id, r.association_id, r.site_id, r.scan_id, r.moment, r.undo_until
FROM booklet b
JOIN campaign c ON c.id = b.campaign_id
LEFT JOIN site s ON s.id = :site
LEFT JOIN association a ON a.id = s.association_id
LEFT JOIN approval p ON p.campaign_id = b.campaign_id AND p.association_id = a.id
LEFT JOIN redemption r ON r.booklet_id = b.id AND r.number = :number AND r.undone_at IS NULL
WHERE {booklet}
"""
STANDING_BY_PUBLIC_ID = STANDING.format(booklet="b.public_id = :public_id")
STANDING_BY_INDEX = STANDING.format(booklet="b.id = :booklet")

# The conditions are asked again here, inside the statement that spends: a booklet blocked or a
# phone revoked since the standing was read spends nothing.
SPEND = """
INSERT INTO redemption (booklet_id, number, campaign_id, association_id, site_id, device_id,
                        scan_id, service, moment, recorded_at, undo_until, offline, cents)
SELECT b.id, :number, b.campaign_id, :association, :site, d.id,
       :scan_id, :service, :moment, :recorded_at, :undo_until, :offline, :cents
FROM booklet b
JOIN device d ON d.id = :device AND d.site_id = :site AND d.revoked_at IS NULL
WHERE b.id = :booklet AND b.activated_at IS NOT NULL AND b.handed_over_at IS NOT NULL
  AND b.blocked_at IS NULL AND b.voided_at IS NULL{lock}
ON CONFLICT DO NOTHING
RETURNING id"""

POST = """
INSERT INTO transfer (event, kind, campaign_id, debit, credit, cents, value_date, recorded_at,
                      reference)
SELECT 'use:' || {id}, :kind, :campaign, :debit, :credit, :cents, :value_date, :recorded_at,
       'redemption:' || {id}{source}
RETURNING reference"""

SPEND_POSTGRESQL = (
    "WITH spent AS ("
    + SPEND.format(lock="\nFOR SHARE OF b")
    + ")"
    + POST.format(id="id", source=" FROM spent")
)
SPEND_SQLITE = SPEND.format(lock="")
POST_SQLITE = POST.format(id=":redemption", source="")

TAKE_ALLOWANCE = """
INSERT INTO offline_day (device_id, day, campaign_id, passes)
SELECT :device, :day, :campaign, 1 WHERE :allowance > 0
ON CONFLICT (device_id, day, campaign_id) DO UPDATE SET passes = offline_day.passes + 1
WHERE offline_day.passes < :allowance
RETURNING passes"""

USE_OF_SCAN = """
SELECT booklet_id, number, undone_at FROM redemption
WHERE device_id = :device AND scan_id = :scan_id"""

STILL_PAIRED = "SELECT id FROM device WHERE id = :device AND revoked_at IS NULL"

TYPED_FAILURES = """
SELECT sum(CASE WHEN device_id = :device AND at > :lately THEN 1 ELSE 0 END),
       sum(CASE WHEN device_id = :device THEN 1 ELSE 0 END), count(*)
FROM refusal WHERE site_id = :site AND at > :today AND typed AND reason = 'unknown_booklet'"""

DEVICE = """
SELECT d.id, d.site_id, s.association_id, d.last_contact_at FROM device d
JOIN site s ON s.id = d.site_id WHERE d.token_hash = :token_hash AND d.revoked_at IS NULL"""


PHONE_SECONDS = 10
"""How long a worker remembers whose token it saw. Revoking a phone does not wait for that."""
MOST_PHONES = 10_000


@dataclass(frozen=True, slots=True)
class Phone:
    """Who a device token speaks for."""

    device: int
    site: int
    association: int
    last_contact_at: datetime


@dataclass(frozen=True, slots=True)
class TypedFailures:
    """How many typed codes named nothing."""

    device_lately: int
    device_today: int
    site_today: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What to write for a scan that was judged good, and where the value moves."""

    scan: Scan
    accepted: Accepted
    debit: str
    credit: str
    value_date: date


class OverAllowance(Exception):
    """The device has kept as many offline passes of a campaign for that day as it allows."""


class Book:
    """The statements of one redemption, on an engine that commits each statement by itself."""

    def __init__(self, engine: Engine) -> None:
        self._raw = Raw(engine)
        self._ask = self._raw.ask
        self._phones: dict[bytes, tuple[float, Phone]] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._raw.close()

    def phone(self, token_hash: bytes) -> Phone | None:
        """The device behind a token; nothing for an unknown or revoked one."""
        row = self._ask(DEVICE, {"token_hash": token_hash})
        return Phone(row[0], row[1], row[2], load.instant(row[3])) if row else None

    def phone_seen_lately(self, token_hash: bytes) -> Phone | None:
        """The same, from memory for some seconds: for scans, which ask again if it is paired."""
        seen_at, phone = self._phones.get(token_hash, (0.0, None))
        if phone is None or time.monotonic() - seen_at > PHONE_SECONDS:
            phone = self.phone(token_hash)
            if phone is not None:
                if len(self._phones) >= MOST_PHONES:
                    self._phones.clear()
                self._phones[token_hash] = (time.monotonic(), phone)
        return phone

    def standing(self, public_id: bytes, number: int, site: int) -> Standing | None:
        """What is known of a signed pass at a site."""
        values = {"public_id": public_id, "number": number, "site": site}
        row = self._ask(STANDING_BY_PUBLIC_ID, values)
        return load.standing(row, number) if row else None

    def standing_by_index(self, booklet: int, number: int, site: int) -> Standing | None:
        """What is known of a typed pass at a site."""
        values = {"booklet": booklet, "number": number, "site": site}
        row = self._ask(STANDING_BY_INDEX, values)
        return load.standing(row, number) if row else None

    def pass_of_scan(self, device: int, scan_id: str) -> tuple[int, int, bool] | None:
        """The (booklet, number, undone) that a device's scan id already stands for."""
        row = self._ask(USE_OF_SCAN, {"device": device, "scan_id": scan_id})
        return (row[0], row[1], row[2] is not None) if row else None

    def still_paired(self, device: int) -> bool:
        """Whether a phone may still scan."""
        return self._ask(STILL_PAIRED, {"device": device}) is not None

    def typed_failures(
        self, device: int, site: int, lately: datetime, today: datetime
    ) -> TypedFailures:
        """How many typed codes named nothing since two moments, on a phone and at its site."""
        values = {"device": device, "site": site, "lately": lately, "today": today}
        row = self._ask(TYPED_FAILURES, values)
        return TypedFailures(*(count or 0 for count in row or (0, 0, 0)))

    def remember_refusal(self, scan: Scan, refused: Refused, *, typed: bool) -> bool:
        """Keep a refusal, and with it the incident when the pass paid for two services.

        False when no refusal was written: for a retry kept before, or a phone revoked meanwhile.
        """
        if not is_double_use(refused, scan):
            with self._raw.borrow() as run:
                return refusals.keep(run, scan, refused, typed=typed)
        with self._raw.transaction() as run:
            new = refusals.keep(run, scan, refused, typed=typed)
            refusals.open_double_use(run, scan, refused)
            return new

    def ended_before(self, scan: Scan, standing: Standing) -> str | None:
        """How this attempt on a pass ended before: see :func:`refusals.ended_before`."""
        with self._raw.borrow() as run:
            return refusals.ended_before(run, scan, standing)

    def tell(self, topic: str, payload: Mapping[str, Any], at: datetime) -> None:
        """Leave a message for whoever carries them after the fact."""
        with self._raw.borrow() as run:
            refusals.tell(run, topic, payload, at)

    def spend(self, spending: Spending) -> int | None:
        """Write the redemption and its transfer, or neither. The redemption's id if it was free.

        An offline scan first takes one from its device's allowance for the day of the service;
        raises :class:`OverAllowance` when none is left.
        """
        values = _values(spending)
        if not (self._raw.sqlite or spending.scan.offline):
            return _redemption(self._ask(SPEND_POSTGRESQL, values))
        try:
            with self._raw.transaction() as run:
                if spending.scan.offline:
                    _take_allowance(run, spending)
                return self._spend_in_transaction(run, values)
        except _NotFree:
            return None

    def _spend_in_transaction(self, run: Run, values: dict[str, Any]) -> int | None:
        if not self._raw.sqlite:
            posted = run(SPEND_POSTGRESQL, values)
        elif spent := run(SPEND_SQLITE, values):
            posted = run(POST_SQLITE, values | {"redemption": spent[0]})
        else:
            posted = None
        if posted is None:
            raise _NotFree
        return _redemption(posted)


class _NotFree(Exception):
    """Another scan holds the pass, or it can no longer be spent: the transaction is undone."""


def _take_allowance(run: Run, spending: Spending) -> None:
    campaign = spending.accepted.standing.campaign
    taken = {
        "device": spending.scan.device,
        "day": spending.value_date,
        "campaign": campaign.number,
        "allowance": campaign.offline_passes_per_day,
    }
    if run(TAKE_ALLOWANCE, taken) is None:
        raise OverAllowance


def _redemption(row: Row | None) -> int | None:
    """The redemption behind the reference of its transfer, ``redemption:ID``."""
    return int(row[0].rpartition(":")[2]) if row else None


def _values(spending: Spending) -> dict[str, Any]:
    scan, standing = spending.scan, spending.accepted.standing
    return {
        "booklet": standing.booklet,
        "number": standing.number,
        "association": scan.association,
        "site": scan.site,
        "device": scan.device,
        "scan_id": scan.scan_id,
        "service": scan.service,
        "moment": scan.moment,
        "recorded_at": scan.received_at,
        "undo_until": spending.accepted.undo_until,
        "offline": scan.offline,
        "cents": standing.campaign.face_value_cents,
        "kind": Kind.USE.value,
        "campaign": standing.campaign.number,
        "debit": spending.debit,
        "credit": spending.credit,
        "value_date": spending.value_date,
    }
