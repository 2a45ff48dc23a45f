"""The scan API: what phones at a counter ask. Each call is parse, act, present.

Reading a pass never spends it. A refusal is business, so it is answered 200; only a verdict lets a
phone forget a scan.
"""

from datetime import datetime

from flask import Blueprint, request

from merchants import messages
from merchants.verdicts import present
from voucher_service.actions import pairing, redeeming, undoing
from voucher_service.core.campaign import service_moment
from voucher_service.core.errors import DomainError
from voucher_service.core.passes import Refused, Scan, Verdict
from voucher_service.http.auth import token_shown
from voucher_service.http.endpoint import Api
from voucher_service.http.language import language
from voucher_service.http.limits import address, limit
from voucher_service.http.problems import status_of
from voucher_service.http.services import Services
from voucher_service.store.book import Phone
from voucher_service.store.queries import site_uses

API = Api(Blueprint("scan", __name__, url_prefix="/scan/v1"))

FULL_BATCH = 100


def _present(verdict: Verdict, scan_id: str | None) -> messages.AcceptedOut | messages.RefusedOut:
    """A verdict for the phone that asked. Only a refusal has words, so only it has a language."""
    refused = isinstance(verdict, Refused)
    return present(verdict, scan_id, language() if refused else "fr")


def _scan(
    phone: Phone,
    item: messages.ScanIn | messages.QueuedScan,
    sent_at: datetime,
    now: datetime,
) -> Scan:
    moment = service_moment(
        scanned_at=item.scanned_at,
        sent_at=sent_at,
        received_at=now,
        last_contact_at=phone.last_contact_at,
        offline=item.offline,
    )
    return Scan(
        phone.device,
        phone.site,
        phone.association,
        item.scan_id,
        item.code,
        item.service,
        moment,
        now,
        item.offline,
    )


@API.post(
    "/redemptions",
    phone=True,
    spends=True,
    body=messages.ScanIn,
    answer=messages.VerdictOut,
    problems=(409,),
)
def redeem(
    services: Services, phone: Phone, body: messages.ScanIn
) -> messages.AcceptedOut | messages.RefusedOut:
    """Spend one pass."""
    scan = _scan(phone, body, body.sent_at, services.now())
    verdict = redeeming.redeem(services.counter(), scan)
    return _present(verdict, body.scan_id)


@API.post(
    "/redemptions/batch",
    phone=True,
    spends=True,
    body=messages.BatchIn,
    answer=messages.VerdictsOut,
)
def redeem_batch(services: Services, phone: Phone, body: messages.BatchIn) -> messages.VerdictsOut:
    """Spend what a phone kept, each scan by itself.

    A batch that is not full tells that nothing older waits, unless a scan of it has no verdict.
    """
    now, counter = services.now(), services.counter()
    verdicts = [_redeem_one(counter, _scan(phone, item, body.sent_at, now)) for item in body.scans]
    settled = not any(isinstance(verdict, messages.ErrorOut) for verdict in verdicts)
    if settled and len(body.scans) < FULL_BATCH:
        with services.writing() as session:
            pairing.emptied_queue(session, phone.device, now)
    return messages.VerdictsOut(verdicts=verdicts)


def _redeem_one(
    counter: redeeming.Counter, scan: Scan
) -> messages.AcceptedOut | messages.RefusedOut | messages.ErrorOut:
    """One scan of a batch: what goes wrong with it stays with it."""
    try:
        return _present(redeeming.redeem(counter, scan), scan.scan_id)
    except DomainError as error:
        return messages.ErrorOut(
            scan_id=scan.scan_id,
            status=status_of(error),
            reason=error.reason,
            detail=error.detail,
        )


@API.post("/checks", phone=True, body=messages.CheckIn, answer=messages.VerdictOut)
def check(
    services: Services, phone: Phone, body: messages.CheckIn
) -> messages.AcceptedOut | messages.RefusedOut:
    """Look at a pass without spending it."""
    now = services.now()
    scan = Scan(
        phone.device,
        phone.site,
        phone.association,
        body.scan_id or "",
        body.code,
        body.service or "",
        now,
        now,
    )
    verdict = redeeming.look(services.counter(), scan)
    return _present(verdict, body.scan_id)


@API.post(
    "/redemptions/<word:scan_id>/undo",
    phone=True,
    body=messages.UndoIn,
    answer=messages.UndoneOut,
    problems=(409,),
)
def undo(
    services: Services, phone: Phone, scan_id: str, body: messages.UndoIn
) -> messages.UndoneOut:
    """Take a wrong scan back."""
    now = services.now()
    with services.writing() as session:
        redemption = undoing.undo(session, phone.site, phone.device, scan_id, body.reason, now)
        return messages.UndoneOut(scan_id=scan_id, undone_at=redemption.undone_at or now)


@API.get("/redemptions", phone=True, query=messages.SinceIn, answer=messages.RedemptionsOut)
def redemptions(
    services: Services, phone: Phone, query: messages.SinceIn
) -> messages.RedemptionsOut:
    """What this site redeemed."""
    with services.reading() as session:
        page = site_uses.page(session, phone.site, query.since, query.cursor, query.limit)
    items = [
        messages.RedemptionOut(
            scan_id=use.scan_id,
            pass_=messages.PassOut(serial=use.serial, number=use.number),
            value_cents=use.cents,
            service=use.service,
            redeemed_at=use.moment,
            offline=use.offline,
            undo_until=use.undo_until,
            state=use.state,
        )
        for use in page
    ]
    full = len(page) == query.limit
    return messages.RedemptionsOut(items=items, next=str(page[-1].id) if full else None)


@API.post("/devices", body=messages.PairIn, answer=messages.PairedOut, status=201, problems=(404,))
def pair(services: Services, body: messages.PairIn) -> messages.PairedOut:
    """Pair a phone with a site by the code the site was given.

    A phone that was paired before shows its last token as usual, valid or not: what it kept since
    its last contact then keeps its day.
    """
    now = services.now()
    limit(services, "pairing", address(), 5, 60)
    before = token_shown(request)
    with services.writing() as session:
        paired = pairing.pair(session, body.pairing_code, body.name, now, before)
    return messages.PairedOut(
        device=str(paired.device),
        token=paired.token,
        site=str(paired.site),
        association=str(paired.association),
    )
