"""What a site was refused, and what it says about it: two calls of the scan API."""

from merchants.messages import PassOut, SinceIn
from merchants.refusal_messages import (
    DisputedOut,
    DisputeIn,
    DisputeOut,
    RefusalOut,
    RefusalsOut,
)
from merchants.scan_api import API
from merchants.verdicts import sentences
from voucher_service.actions import disputing
from voucher_service.http.language import language
from voucher_service.http.services import Services
from voucher_service.store.book import Phone
from voucher_service.store.queries import site_refusals


@API.get("/refusals", phone=True, query=SinceIn, answer=RefusalsOut)
def refusals(services: Services, phone: Phone, query: SinceIn) -> RefusalsOut:
    """What this site was refused, with what it disputed and the answers."""
    spoken = language()
    with services.reading() as session:
        page = site_refusals.page(session, phone.site, query.since, query.cursor, query.limit)
        items = [_refusal(row, spoken) for row in page]
    full = len(page) == query.limit
    return RefusalsOut(items=items, next=str(page[-1].id) if full else None)


def _refusal(row: site_refusals.SiteRefusal, spoken: str) -> RefusalOut:
    words = sentences()[row.reason][spoken]
    facts = {
        "scan_id": row.scan_id,
        "reason": row.reason,
        "title": words["title"],
        "next_step": words["next_step"],
        "pass_": _pass(row.serial, row.number),
        "value_cents": row.cents,
        "service": row.service,
        "scanned_at": row.moment,
        "refused_at": row.at,
        "offline": row.offline,
        "borne_by": row.borne_by,
        "dispute": None if row.dispute is None else _dispute(row.dispute),
    }
    return RefusalOut.model_validate(facts)


def _pass(serial: str | None, number: int | None) -> PassOut | None:
    if serial is None or number is None:
        return None
    return PassOut(serial=serial, number=number)


def _dispute(row: site_refusals.Dispute) -> DisputeOut:
    return DisputeOut.model_validate(_said(row))


def _said(row: site_refusals.Dispute) -> dict[str, object]:
    return {
        "state": row.outcome or "open",
        "reason": row.reason,
        "disputed_at": row.opened_at,
        "answer": row.answer,
        "answered_at": row.answered_at,
    }


@API.post("/refusals/<word:scan_id>/dispute", phone=True, body=DisputeIn, answer=DisputedOut)
def dispute(services: Services, phone: Phone, scan_id: str, body: DisputeIn) -> DisputedOut:
    """Say that a refusal of this site was wrong. Said again, it gives the same answer."""
    now = services.now()
    with services.writing() as session:
        row = disputing.dispute(session, phone.site, phone.device, scan_id, body.reason, now)
        return DisputedOut.model_validate({"scan_id": scan_id, **_said(row)})
