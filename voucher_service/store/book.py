"""The hot path: what a scan reads and writes, in as few statements as it takes.

Written in SQL for the two engines, because one redemption is the thing this service does all day
and the object layer would cost it two thirds of its speed. Nothing here decides: the caller has
judged, and the unique index on redemptions has the last word. No other writing lives here.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Engine

from voucher_service.core.passes import Accepted, Refused, Scan, Standing
from voucher_service.core.transfer import Kind
from voucher_service.store import load
from voucher_service.store.engine import UNAVAILABLE
from voucher_service.store.types import instant_text

NOWHERE = 0
"""Asked of no site: the standing of a pass alone."""

STANDING = """
SELECT b.id, b.passes, b.activated_at, b.handed_over_at, b.blocked_at, b.voided_at, b.valid_until,
       b.point_id,
       c.id, c.name, c.face_value_cents, c.passes_per_booklet, c.funding, c.valid_from,
       c.valid_until, c.valid_months, c.valid_latest, c.grace, c.services, c.territory,
       c.undo_window_minutes, c.offline_passes_per_day,
       a.accreditation, p.association_id, s.code_insee, s.closed_at,
       r.id, r.device_id, r.site_id, r.scan_id, r.moment, r.undo_until
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
INSERT INTO offline_day (device_id, day, passes) SELECT :device, :day, 1 WHERE :allowance > 0
ON CONFLICT (device_id, day) DO UPDATE SET passes = offline_day.passes + 1
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

REFUSE = """
INSERT INTO refusal (device_id, site_id, scan_id, reason, booklet_id, number, service, moment, at,
                     offline, typed)
VALUES (:device, :site, :scan_id, :reason, :booklet, :number, :service, :moment, :at, :offline,
        :typed)
ON CONFLICT DO NOTHING RETURNING id"""

TELL = "INSERT INTO outbox (topic, payload, created_at) VALUES (:topic, :payload, :at)"

DEVICE = """
SELECT d.id, d.site_id, s.association_id, d.last_contact_at FROM device d
JOIN site s ON s.id = d.site_id WHERE d.token_hash = :token_hash AND d.revoked_at IS NULL"""


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
    """The device has kept as many offline passes for that day as its campaign allows."""


Row = Sequence[Any]
Run = Callable[[str, Mapping[str, Any]], Row | None]
"""Run one statement with its values and give its first row, if it has one."""


class Book:
    """The statements of one redemption, on an engine that commits each statement by itself."""

    def __init__(self, engine: Engine) -> None:
        self._sqlite = engine.dialect.name == "sqlite"
        self._engine = engine

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def phone(self, token_hash: bytes) -> Phone | None:
        """The device behind a token; nothing for an unknown or revoked one."""
        row = self._ask(DEVICE, {"token_hash": token_hash})
        return Phone(row[0], row[1], row[2], load.instant(row[3])) if row else None

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
        """Keep a refusal: reason and both clocks, never the code. False for a retry kept before."""
        standing = refused.standing
        values = {
            "device": scan.device,
            "site": scan.site,
            "scan_id": scan.scan_id or None,
            "reason": refused.reason.value,
            "booklet": standing.booklet if standing else None,
            "number": standing.number if standing else None,
            "service": scan.service or None,
            "moment": scan.moment,
            "at": scan.received_at,
            "offline": scan.offline,
            "typed": typed,
        }
        return self._ask(REFUSE, values) is not None

    def tell(self, topic: str, payload: Mapping[str, Any], at: datetime) -> None:
        """Leave a message for whoever carries them after the fact."""
        self._ask(TELL, {"topic": topic, "payload": json.dumps(payload), "at": at})

    def spend(self, spending: Spending) -> int | None:
        """Write the redemption and its transfer, or neither. The redemption's id if it was free.

        An offline scan first takes one from its device's allowance for the day of the service;
        raises :class:`OverAllowance` when none is left.
        """
        values = _values(spending)
        with self._run() as run:
            if not (self._sqlite or spending.scan.offline):
                return _redemption(run(SPEND_POSTGRESQL, values))
            run("BEGIN IMMEDIATE" if self._sqlite else "BEGIN", {})
            try:
                redemption = self._spend_in_transaction(run, spending, values)
            except BaseException:
                run("ROLLBACK", {})
                raise
            run("COMMIT" if redemption else "ROLLBACK", {})
            return redemption

    def _spend_in_transaction(
        self, run: "Run", spending: Spending, values: dict[str, Any]
    ) -> int | None:
        if spending.scan.offline:
            allowance = spending.accepted.standing.campaign.offline_passes_per_day
            taken = {
                "device": values["device"],
                "day": values["value_date"],
                "allowance": allowance,
            }
            if run(TAKE_ALLOWANCE, taken) is None:
                raise OverAllowance
        if not self._sqlite:
            return _redemption(run(SPEND_POSTGRESQL, values))
        spent = run(SPEND_SQLITE, values)
        return _redemption(run(POST_SQLITE, values | {"redemption": spent[0]})) if spent else None

    def _ask(self, statement: str, values: dict[str, Any]) -> Sequence[Any] | None:
        with self._run() as run:
            return run(statement, values)

    @contextmanager
    def _run(self) -> Iterator["Run"]:
        """One connection of the pool, thrown away if the database answers with an error."""
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            if self._sqlite:
                yield lambda statement, values: _first(
                    cursor.execute(statement, _for_sqlite(values))
                )
            else:
                yield lambda statement, values: _first(
                    cursor.execute(_for_psycopg(statement), values)
                )
        except UNAVAILABLE:
            connection.invalidate()
            raise
        finally:
            connection.close()


def _first(cursor: Any) -> Row | None:  # noqa: ANN401 - the two drivers share no cursor type
    """The first row of a statement that gives rows."""
    return cast("Row | None", cursor.fetchone()) if cursor.description else None


@cache
def _for_psycopg(statement: str) -> str:
    """Our ``:name`` placeholders in psycopg's way of writing them."""
    return re.sub(r":(\w+)", r"%(\1)s", statement)


def _for_sqlite(values: Mapping[str, Any]) -> dict[str, Any]:
    """Moments and days as the text that SQLite keeps."""
    return {name: _sqlite_value(value) for name, value in values.items()}


def _sqlite_value(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


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
