"""What the hot path writes when a scan is refused: the refusal, and what came of it.

Part of ``store.book``, which alone calls this: each function is given what runs its statements, by
themselves or in one transaction. Nothing here decides.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voucher_service.core.incidents import IncidentKind, double_use_event
from voucher_service.core.passes import Refused, Scan, Standing
from voucher_service.store.raw import Run

REFUSE = """
INSERT INTO refusal (device_id, site_id, scan_id, reason, booklet_id, number, service, moment, at,
                     offline, typed)
SELECT d.id, :site, :scan_id, :reason, :booklet, :number, :service, :moment, :at, :offline, :typed
FROM device d WHERE d.id = :device AND d.revoked_at IS NULL
ON CONFLICT DO NOTHING RETURNING id"""

# The use that won is the one seen when the scan was judged; the value is what the pass was worth.
OPEN_DOUBLE_USE = """
INSERT INTO incident (event, kind, campaign_id, association_id, refusal_id, redemption_id, cents,
                      borne_by, opened_by, opened_at)
SELECT :event, :kind, c.id, :association, f.id, :redemption, c.face_value_cents,
       c.offline_borne_by, :opened_by, :at
FROM refusal f JOIN campaign c ON c.id = :campaign
WHERE f.device_id = :device AND f.scan_id = :scan_id AND f.reason = :reason
ON CONFLICT DO NOTHING RETURNING id, borne_by"""

# An attempt ended once is ended, whichever phone of the association sends it again.
ENDED_BEFORE = """
SELECT 'taken_back' FROM site s JOIN device d ON d.site_id = s.id
JOIN redemption r ON r.device_id = d.id AND r.scan_id = :scan_id
WHERE s.association_id = :association AND r.booklet_id = :booklet AND r.number = :number
  AND r.undone_at IS NOT NULL
UNION ALL
SELECT f.reason FROM incident i JOIN refusal f ON f.id = i.refusal_id WHERE i.event = :event"""

TAKEN_BACK = "taken_back"

TELL = "INSERT INTO outbox (topic, payload, created_at) VALUES (:topic, :payload, :at)"


def keep(run: Run, scan: Scan, refused: Refused, *, typed: bool) -> bool:
    """Keep a refusal: reason and both clocks, never the code.

    False when nothing was written: for a retry kept before, or a phone revoked meanwhile.
    """
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
    return run(REFUSE, values) is not None


def open_double_use(run: Run, scan: Scan, refused: Refused) -> None:
    """Open the incident behind a refusal that was kept, and tell of it, unless that was done."""
    standing = refused.standing
    if standing is None:
        return
    values = {
        "event": double_use_event(scan, standing.booklet, standing.number),
        "kind": IncidentKind.DOUBLE_USE.value,
        "campaign": standing.campaign.number,
        "association": scan.association,
        "redemption": standing.holder.redemption if standing.holder else None,
        "opened_by": f"device:{scan.device}",
        "at": scan.received_at,
        "device": scan.device,
        "scan_id": scan.scan_id,
        "reason": refused.reason.value,
    }
    opened = run(OPEN_DOUBLE_USE, values)
    if opened is not None:
        incident, borne_by = opened
        told = {"incident": incident, "association": scan.association, "borne_by": borne_by}
        tell(run, "double_use_found", told, scan.received_at)


def ended_before(run: Run, scan: Scan, standing: Standing) -> str | None:
    """How this attempt on a pass ended before, if it did and does not hold the pass.

    ``TAKEN_BACK``, or the reason of the refusal that opened an incident.
    """
    values = {
        "association": scan.association,
        "scan_id": scan.scan_id,
        "booklet": standing.booklet,
        "number": standing.number,
        "event": double_use_event(scan, standing.booklet, standing.number),
    }
    row = run(ENDED_BEFORE, values)
    return str(row[0]) if row else None


def tell(run: Run, topic: str, payload: Mapping[str, Any], at: datetime) -> None:
    """Leave a message for whoever carries them after the fact."""
    run(TELL, {"topic": topic, "payload": json.dumps(payload), "at": at})
