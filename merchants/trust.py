"""What a phone needs to judge a pass without network: keys, rules, and the snapshot. All signed.

The phone checks each document with the service's statement key before it believes it. Documents
hold public keys, rules and booklet ids: never a person, never a private key.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from voucher_service.core.attestation import StatementKey, base64url
from voucher_service.core.campaign import (
    SERVICES,
    FixedDate,
    MonthsAfterHandover,
    Validity,
    paris_day,
)
from voucher_service.core.canonical import Json, canonical
from voucher_service.core.signing import PublicKey
from voucher_service.store.book import Phone
from voucher_service.store.queries import public, scheme, snapshot
from voucher_service.store.session import Session

TRUST_HOURS = 72
"""How long a phone may judge with a trust list and a snapshot."""
WARN_HOURS = 24
"""After how long it says that it should see the network again."""

OVERLAP = timedelta(minutes=5)
"""A change is dated when its transaction begins and seen when it commits. A delta starts this much
before the previous answer, so that a slow commit is never missed; a booklet listed twice has its
whole state both times, so that it does no harm."""
DELTA_DAYS = timedelta(days=7)
"""After a longer absence everything is sent anew."""
LONGEST_GRACE = timedelta(days=62)
"""The end of the month after the last day. Booklets that ended earlier are not worth sending."""


def signed(document: dict[str, Json], key: StatementKey) -> bytes:
    """A document with the name of its key and its signature, as canonical JSON.

    Signed is the canonical JSON with ``kid`` and without ``signature``.
    """
    named = document | {"kid": key.kid}
    return canonical(named | {"signature": base64url(key.sign(canonical(named)))})


def trust_list(session: Session, phone: Phone, now: datetime) -> dict[str, Json]:
    """Keys and rules as they stand, dated to the hour: every worker gives the same bytes."""
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    site = snapshot.site(session, phone.site)
    campaigns = snapshot.approved_campaigns(session, phone.site)
    return {
        "version": int(hour.timestamp()) // 3600,
        "issued_at": hour.isoformat(),
        "site": {"id": str(site.id), "name": site.name, "code_insee": site.code_insee},
        "keys": [_key(key) for key in _pass_keys(session)],
        "campaigns": [_campaign(row) for row in campaigns],
        "services": list(SERVICES),
        "offline": {
            # Each campaign sets its own; a phone that reached the largest takes none any more.
            "passes_per_day": max((row.offline_passes_per_day for row in campaigns), default=0),
            "trust_hours": TRUST_HOURS,
            "warn_hours": WARN_HOURS,
        },
    }


def _pass_keys(session: Session) -> list[PublicKey]:
    return [key for purpose, key in public.public_keys(session) if purpose == "pass"]


def _key(key: PublicKey) -> Json:
    return {
        "kid": key.kid.hex(),
        "alg": key.alg,
        "public": base64url(key.public),
        "not_before": key.not_before.isoformat(),
        "not_after": key.not_after.isoformat(),
        "status": key.status.value,
    }


def _campaign(row: snapshot.Campaign) -> Json:
    """A campaign's rules, under the names of the management API."""
    return {
        "id": str(row.id),
        "name": row.name,
        "face_value_cents": row.face_value_cents,
        "passes_per_booklet": row.passes_per_booklet,
        "valid_from": row.valid_from.isoformat(),
        "validity": _validity(scheme.validity(row)),
        "grace": row.grace,
        "services": list(row.services),
        "territory": list(row.territory),
        "undo_window_minutes": row.undo_window_minutes,
        "offline": {"passes_per_day": row.offline_passes_per_day, "borne_by": row.offline_borne_by},
    }


def _validity(rule: Validity) -> Json:
    match rule:
        case FixedDate(until):
            return {"rule": "fixed_date", "until": until.isoformat()}
        case MonthsAfterHandover(months, latest):
            return {
                "rule": "months_after_handover",
                "months": months,
                "latest": latest.isoformat(),
            }


def snapshot_of(
    session: Session, phone: Phone, since: int | None, now: datetime
) -> dict[str, Json]:
    """The handed-over booklets of a phone's campaigns and their spent passes, or what changed.

    ``since`` is the ``sequence`` of the answer before: microseconds since 1970. ``full`` says
    whether the phone must forget what it had: also when its campaigns may have changed meanwhile,
    when it was away for long, or when ``since`` was never ours.
    """
    campaigns = [row.id for row in snapshot.approved_campaigns(session, phone.site)]
    start = _start(since, now)
    if start is None or snapshot.rights_changed(session, phone.association, start):
        full, held = True, snapshot.all_held(session, campaigns, paris_day(now - LONGEST_GRACE))
    else:
        full, held = False, snapshot.changed_held(session, campaigns, start)
    return {
        "sequence": _microseconds(now),
        "full": full,
        "campaigns": [str(campaign) for campaign in campaigns],
        "booklets": _booklets(held),
    }


def _start(since: int | None, now: datetime) -> datetime | None:
    """From when on changes are listed; nothing when everything is."""
    oldest = _microseconds(now - DELTA_DAYS)
    if since is None or not oldest <= since <= _microseconds(now):
        return None
    return EPOCH + timedelta(microseconds=since) - OVERLAP


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _booklets(held: Iterable[snapshot.Held]) -> list[Json]:
    return [
        {"id": one.public_id.hex(), "usable": one.usable, "spent": list(one.spent)} for one in held
    ]
