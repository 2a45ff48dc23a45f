"""A small campaign that ended, beside the pilot: what a desk shows when all of it is over.

Two months of first trials with the same funders, town hall and associations. The funders agreed,
what nobody used was given back on credit notes and went home in a file that two persons let go.
Nothing is drawn by lot: its uses lie in the middle of the months, after the pilot's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from voucher_service.actions import (
    accrediting,
    batching,
    choosing,
    closing,
    distributing,
    ordering,
    refund_batching,
    refunding,
    stocking,
)
from voucher_service.actions.alerting import tell_alerts
from voucher_service.actions.issuing import issue
from voucher_service.actions.redeeming import redeem
from voucher_service.actions.stocking import Counted
from voucher_service.core.campaign import FixedDate, Grace, paris_day
from voucher_service.core.ending import ALERT_DAYS
from voucher_service.core.pass_text import to_url
from voucher_service.core.passes import Accepted, Scan
from voucher_service.demo import cast
from voucher_service.demo.opening import (
    FINANCE,
    OPERATOR,
    Stage,
    call_for_funds,
    clerk,
    receive,
    rules,
)
from voucher_service.jobs.documents import close
from voucher_service.payments import sepa
from voucher_service.payments.reserved import reserved_account
from voucher_service.store import refunds
from voucher_service.store.load import serial
from voucher_service.store.orders import shares
from voucher_service.store.session import Session

BOOKLETS = 20
USES = (5, 5, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1)
"""How many passes of each booklet were used; the other booklets were never given."""

MONTHS = 2
SATURDAY = 5


class Act(Enum):
    """What happens, in the order in which it does."""

    OPEN = auto()
    GIVE = auto()
    USE = auto()
    ALERT = auto()
    BEGIN = auto()
    AGREE = auto()
    CLOSE = auto()
    ASK = auto()
    APPROVE = auto()
    SEND = auto()
    PAY = auto()


@dataclass(frozen=True, slots=True)
class Beat:
    """Something happens, to one booklet or pass where it is about one."""

    at: datetime
    act: Act
    booklet: int = 0
    number: int = 0


def beats(firsts: Sequence[datetime]) -> list[Beat]:
    """The whole of it, given the first instants of the pilot's months."""
    begun, last, over = firsts[0], firsts[MONTHS - 1], firsts[MONTHS]
    played = [Beat(begun + timedelta(hours=12), Act.OPEN)]
    for booklet, uses in enumerate(USES):
        given = _weekday(begun + timedelta(days=3 + booklet // 2, hours=10, minutes=booklet))
        played.append(Beat(given, Act.GIVE, booklet))
        for number in range(1, uses + 1):
            used = given + timedelta(days=3 + 6 * number, hours=number)
            played.append(Beat(_weekday(used), Act.USE, booklet, number))
    alerts = [over - timedelta(days=days + 1, hours=-8) for days in ALERT_DAYS]
    played += [Beat(at, Act.ALERT) for at in alerts]
    played += [
        Beat(last + timedelta(days=14, hours=10), Act.BEGIN),
        Beat(last + timedelta(days=16, hours=10), Act.AGREE),
    ]
    for days, act in ((10, Act.CLOSE), (12, Act.ASK), (13, Act.APPROVE), (14, Act.SEND)):
        played.append(Beat(over + timedelta(days=days, hours=10), act))
    return [*played, Beat(over + timedelta(days=17, hours=10), Act.PAY)]


def _weekday(at: datetime) -> datetime:
    """The same hour on a day when doors are open."""
    return at + timedelta(days=max(7 - at.weekday(), 0)) if at.weekday() >= SATURDAY else at


class EndedCampaign:
    """Plays it on the pilot's stage."""

    def __init__(self, stage: Stage, ends: datetime) -> None:
        self._stage, self._ends = stage, ends
        self._campaign = self._first = 0

    def step(self, beat: Beat) -> None:
        """Let one thing happen."""
        match beat.act:
            case Act.OPEN:
                self._open(beat.at)
            case Act.USE:
                self._use(beat)
            case Act.CLOSE:
                self._close(beat.at)
            case Act.GIVE:
                with self._stage.sessions() as session, session.begin():
                    self._give(session, beat)
            case _:
                with self._stage.sessions() as session, session.begin():
                    self._end(session, beat.act, beat.at)

    def _give(self, session: Session, beat: Beat) -> None:
        point, number = self._stage.points[0], serial(self._first + beat.booklet)
        who = clerk(point)
        distributing.hand_over(session, number, point, newcomer=True, actor=who, now=beat.at)

    def _end(self, session: Session, act: Act, at: datetime) -> None:
        match act:
            case Act.ALERT:
                tell_alerts(session, at)
            case Act.BEGIN:
                closing.start(session, self._campaign, OPERATOR, at)
            case Act.AGREE:
                self._agree(session, at)
            case Act.ASK:
                self._ask(session, at)
            case Act.APPROVE:
                for refund in refunds.of_campaign(session, self._campaign):
                    refunding.approve(session, refund.number, FINANCE, at)
            case Act.SEND:
                self._send(session, at)
            case Act.PAY:
                for refund in refunds.of_campaign(session, self._campaign):
                    refunding.executed(session, refund.number, at)

    def _open(self, at: datetime) -> None:
        """Agreed, paid for, issued, brought to the first town hall, used at every association."""
        stage = self._stage
        with stage.sessions() as session, session.begin():
            order = self._fund(session, at)
        with stage.sessions() as session:
            booklets = issue(session, order, at, lambda _done, _total: None)
        self._first = booklets.start
        with stage.sessions() as session, session.begin():
            first, point = serial(self._first), stage.points[0]
            sent = distributing.move_stock(session, first, BOOKLETS, point, OPERATOR, at)
            found = Counted(BOOKLETS, first, serial(booklets.stop - 1))
            stocking.count_delivery(session, sent, point, found, clerk(point), at)
            for association in sorted({phone.association for phone in stage.phones.values()}):
                approve = accrediting.approve_for_campaign
                approve(session, self._campaign, association, OPERATOR, at)
            stage.sign(session, booklets)

    def _fund(self, session: Session, at: datetime) -> int:
        stage, last_day = self._stage, paris_day(self._ends - timedelta(hours=12))
        agreed = replace(rules(at), name=cast.ENDED, validity=FixedDate(last_day), grace=Grace.NONE)
        payers = list(shares(session, stage.campaign))
        terms = ordering.CampaignTerms(payers, minutes_per_pass=cast.MINUTES_PER_PASS)
        self._campaign = ordering.add_campaign(session, agreed, terms, at)
        order = ordering.place_order(session, self._campaign, BOOKLETS, at)
        call_for_funds(session, stage, order, at)
        receive(session, order, "ESSAI", at)
        return order

    def _use(self, beat: Beat) -> None:
        stage = self._stage
        sites = sorted(stage.phones)
        phone = stage.phones[sites[beat.booklet % len(sites)]]
        printed = stage.codes[self._first + beat.booklet, beat.number]
        code = to_url(stage.tools.settings.base_url, printed.token)
        where = (phone.device, phone.site, phone.association)
        scan_id = f"demo-ended-{beat.booklet}-{beat.number}"
        scan = Scan(*where, scan_id, code, cast.TOOLS, beat.at, beat.at, offline=False)
        verdict = redeem(stage.counter, scan)
        if type(verdict) is not Accepted:
            raise AssertionError(f"the play went wrong: {beat} came to {verdict}")

    def _agree(self, session: Session, at: datetime) -> None:
        """Each funder at its desk, but the last by a letter that somebody else writes down."""
        *own, last = [share.number for share in shares(session, self._campaign)]
        for funder in own:
            closing.approve(session, self._campaign, funder, _of(funder), at)
        closing.approve(session, self._campaign, last, FINANCE, at, cast.LETTER)

    def _close(self, at: datetime) -> None:
        stage = self._stage
        _, _, failed = close(
            stage.sessions, stage.tools, self._campaign, at, lambda _done, _total: None
        )
        if failed:
            raise AssertionError(f"the play went wrong: {failed} papers could not be drawn")

    def _ask(self, session: Session, at: datetime) -> None:
        for share, payer in zip(shares(session, self._campaign), cast.FUNDERS, strict=True):
            actor = _of(share.number)
            who = choosing.Chooser(session, self._campaign, share.number, actor, at)
            choosing.refund(who, payer.iban, payer.name)

    def _send(self, session: Session, at: datetime) -> None:
        """One person makes the file, another lets it go."""
        debtor = reserved_account(self._stage.tools.settings)
        bank = batching.BankFormat(sepa.payment_faults, sepa.pain_001)
        batch = refund_batching.make_batch(session, None, debtor, bank, OPERATOR, at)
        refund_batching.approve_batch(session, batch.number, FINANCE, at)


def _of(funder: int) -> str:
    """A funder's own account, never a name."""
    return f"demo:funder:{funder}"
