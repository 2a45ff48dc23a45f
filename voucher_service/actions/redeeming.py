"""One redemption: open the code, judge it, spend it once, remember the refusal.

Read after the view that received the scan and before ``core.passes`` and ``store.book``. Each scan
is its own transaction: one that fails never touches another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from voucher_service.core import accounts, passes
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict, NotAllowed, TooMany
from voucher_service.core.pass_text import to_bytes
from voucher_service.core.passes import Accepted, Refused, Scan, Standing, Verdict, judge
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import Keyring, KeyStatus, PassToken
from voucher_service.core.typed_codes import TypedCodes, well_formed
from voucher_service.store.book import NOWHERE, Book, OverAllowance, Spending
from voucher_service.store.refusals import TAKEN_BACK

ATTEMPTS = 3
"""How often a pass is looked at again when it changed between the look and the spending."""

TYPED_FAILURES = 5
"""Well-formed typed codes that named nothing, on one phone, before it must wait."""
TYPED_PAUSE = timedelta(minutes=15)
TYPED_FAILURES_A_DAY = 20
TYPED_FAILURES_A_DAY_ON_SITE = 50

NAMES_NOTHING = frozenset(
    {Reason.UNKNOWN_BOOKLET, Reason.NOT_HANDED_OVER, Reason.CAMPAIGN_NOT_APPROVED}
)
"""A typed code is no proof of holding the pass: these get one answer, so that guessing tells
nothing."""

SCAN_UNDONE = ("scan_undone", "This scan was taken back: scan the pass again.")


@dataclass(frozen=True, slots=True)
class Counter:
    """What a redemption needs at hand: the book, the public keys, and the typed-code key."""

    book: Book
    keyring: Keyring
    typed_codes: TypedCodes


def redeem(counter: Counter, scan: Scan) -> Verdict:
    """Spend one pass at one site, once. Safe to call again with the same scan. Commits by itself.

    Raises :class:`Conflict` when the scan id already stands for another pass or was taken back,
    :class:`NotAllowed` when the phone was revoked meanwhile, :class:`TooMany` when typed codes
    failed too often.
    """
    for _ in range(ATTEMPTS):
        verdict: Verdict | None = check(counter, scan)
        if isinstance(verdict, Accepted) and not verdict.echo:
            verdict = _spend(counter.book, verdict, scan)
        if isinstance(verdict, Refused):
            return _refuse(counter.book, verdict, scan)
        if verdict is not None:
            return verdict
    raise TooMany("busy", "This pass is being changed: try again in a moment.")


def look(counter: Counter, scan: Scan) -> Verdict:
    """A check asked for by itself, without spending. A wrong typed code counts as a guess.

    With a scan id somebody is waiting to spend the pass: its refusal is kept as after any scan.
    """
    verdict = check(counter, scan)
    if isinstance(verdict, Refused):
        if scan.scan_id:
            return _refuse(counter.book, verdict, scan)
        if well_formed(scan.code):
            counter.book.remember_refusal(scan, verdict, typed=True)
    return verdict


def check(counter: Counter, scan: Scan) -> Verdict:
    """The verdict of a scan if it were spent now. Spends nothing, remembers nothing."""
    token = to_bytes(scan.code)
    if token is None and well_formed(scan.code):
        return _check_typed(counter, scan)
    opened = counter.keyring.open(scan.code)
    if isinstance(opened, Reason):
        return Refused(opened)
    claims = opened.token
    standing = counter.book.standing(claims.booklet_id, claims.number, scan.site)
    if standing is None or not _register_agrees(standing, claims):
        revoked = opened.key.status is KeyStatus.REVOKED
        return Refused(Reason.KEY_REVOKED if revoked else Reason.UNKNOWN_BOOKLET)
    return judge(standing, scan)


def could_be_spent(counter: Counter, code: str, now: datetime) -> bool:
    """Whether a printed pass could still be spent somewhere. Why not is not told."""
    opened = counter.keyring.open(code)
    if isinstance(opened, Reason):
        return False
    claims = opened.token
    standing = counter.book.standing(claims.booklet_id, claims.number, NOWHERE)
    return (
        standing is not None
        and _register_agrees(standing, claims)
        and passes.could_be_spent(standing, now)
    )


def _register_agrees(standing: Standing, claims: PassToken) -> bool:
    """Whether the register knows the pass as it was signed. A key alone makes no pass."""
    campaign = standing.campaign
    return (campaign.number, campaign.face_value_cents) == (
        claims.campaign,
        claims.face_value_cents,
    )


def _check_typed(counter: Counter, scan: Scan) -> Verdict:
    _limit_guessing(counter.book, scan)
    index, number = counter.typed_codes.read(scan.code) or (0, 0)
    standing = counter.book.standing_by_index(index, number, scan.site)
    verdict = judge(standing, scan) if standing else Refused(Reason.UNKNOWN_BOOKLET)
    if isinstance(verdict, Refused) and verdict.reason in NAMES_NOTHING:
        return Refused(Reason.UNKNOWN_BOOKLET)
    return verdict


def _limit_guessing(book: Book, scan: Scan) -> None:
    """Typed codes can be guessed: count the failures of the phone and of its site."""
    now = scan.received_at
    failures = book.typed_failures(
        scan.device, scan.site, now - TYPED_PAUSE, now - timedelta(days=1)
    )
    if failures.device_today >= TYPED_FAILURES_A_DAY or (
        failures.site_today >= TYPED_FAILURES_A_DAY_ON_SITE
    ):
        raise TooMany(
            "typed_codes_off",
            "Too many wrong codes today: read the QR code, or call the help number.",
            retry_after=24 * 3600,
        )
    if failures.device_lately >= TYPED_FAILURES:
        raise TooMany(
            "typed_codes_paused",
            "Too many wrong codes: wait 15 minutes or read the QR code.",
            retry_after=int(TYPED_PAUSE.total_seconds()),
        )


def _spend(book: Book, accepted: Accepted, scan: Scan) -> Verdict | None:
    """Write the use, or say why not; nothing when the pass changed since it was judged."""
    campaign = accepted.standing.campaign
    # Only a phone that kept a scan can have lost the answer to it and its pairing too.
    if scan.offline and (ended := book.ended_before(scan, accepted.standing)):
        return _again(ended, accepted.standing)
    spending = Spending(
        scan,
        accepted,
        debit=accounts.value_account(campaign.number, campaign.funding),
        credit=accounts.payable(scan.association),
        value_date=paris_day(scan.moment),
    )
    try:
        if book.spend(spending) is not None:
            return accepted
    except OverAllowance:
        return Refused(Reason.OFFLINE_LIMIT, accepted.standing)
    _check_scan_id(book, scan, accepted.standing)
    _check_paired(book, scan)
    return None


def _again(ended: str, standing: Standing) -> Refused:
    """An attempt that ended is not begun again, even if its pass is free now."""
    if ended == TAKEN_BACK:
        raise Conflict(*SCAN_UNDONE)
    return Refused(Reason(ended), standing)


def _refuse(book: Book, refused: Refused, scan: Scan) -> Refused:
    standing = refused.standing
    _check_scan_id(book, scan, standing)
    new = book.remember_refusal(scan, refused, typed=well_formed(scan.code))
    if not new:
        _check_paired(book, scan)
    elif standing and refused.reason is Reason.NOT_HANDED_OVER:
        told = {"point": standing.point, "serial": standing.serial, "site": scan.site}
        book.tell("used_before_handover", told, scan.received_at)
    return refused


def _check_paired(book: Book, scan: Scan) -> None:
    if not book.still_paired(scan.device):
        raise NotAllowed("device_revoked", "This phone was revoked: pair it again.")


def _check_scan_id(book: Book, scan: Scan, standing: Standing | None) -> None:
    """A scan id stands for one attempt on one pass. Its live success would have been an echo."""
    known = book.pass_of_scan(scan.device, scan.scan_id)
    if known is None:
        return
    booklet, number, undone = known
    if standing is None or (standing.booklet, standing.number) != (booklet, number):
        raise Conflict("scan_id_reused", "This scan id already stands for another pass.")
    if undone:
        raise Conflict(*SCAN_UNDONE)
