"""The demonstration played: each event through the action that a person or a phone would call.

At its own time, by its own clock. Nothing is written to a table here, and nothing is drawn by lot:
that was done in ``plan``.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from voucher_service.actions import (
    batching,
    contesting,
    distributing,
    paying,
    settling,
    undoing,
)
from voucher_service.actions.redeeming import redeem
from voucher_service.actions.remembering import keep_past_months
from voucher_service.actions.sealing import seal_all
from voucher_service.core.contests import Outcome
from voucher_service.core.pass_text import to_url
from voucher_service.core.passes import Accepted, Refused, Scan, Verdict
from voucher_service.core.signing import SigningKey
from voucher_service.demo import cast, ended, fees, plan
from voucher_service.demo.ended import EndedCampaign
from voucher_service.demo.opening import FINANCE, OPERATOR, Stage, clerk, open_campaign
from voucher_service.jobs import Sessions, Tools
from voucher_service.jobs.statements import close
from voucher_service.payments import sepa
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.book import Book
from voucher_service.store.load import booklet_of_serial, serial
from voucher_service.store.redemptions import first_of_period

Progress = Callable[[int, int], None]

BANK = batching.BankFormat(sepa.payment_faults, sepa.pain_001)


def play(
    sessions: Sessions,
    book: Book,
    tools: Tools,
    key: SigningKey,
    now: datetime,
    progress: Progress,
) -> None:
    """The whole pilot, from its first order to an hour ago."""
    opening = plan.midnight(plan.months(now)[0]) + timedelta(hours=8)
    stage = open_campaign(sessions, book, tools, key, opening)
    firsts = [plan.midnight(first) for first in plan.months(now)]
    pilot, beside = Play(stage), EndedCampaign(stage, firsts[ended.MONTHS])
    events = sorted([*plan.events(now), *ended.beats(firsts)], key=lambda event: event.at)
    for done, event in enumerate(events, start=1):
        beside.step(event) if isinstance(event, ended.Beat) else pilot.step(event)
        progress(done, len(events))
    with sessions() as session, session.begin():
        fees.settle(session, tools, opening, now)
        seal_all(session, now)
        keep_past_months(session, now)


class Play:
    """Does one event after another on a stage that is open."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._scans = 0
        #: By lost booklet: the one that replaces it, and how many passes were spent before.
        self._replaced: dict[int, tuple[int, int]] = {}

    def step(self, event: plan.Event) -> None:
        """Do one event."""
        match event:
            case plan.Given():
                self._give(event)
            case plan.Used():
                self._use(event)
            case plan.Refused():
                self._try(event)
            case plan.Mistaken():
                self._mistake(event)
            case plan.Lost():
                self._lose(event)
            case plan.Replaced():
                self._replace(event)
            case plan.Unmet():
                self._ask_in_vain(event)
            case plan.MonthEnds():
                self._close(event)

    def _give(self, event: plan.Given) -> None:
        stage = self._stage
        # A newcomer or not: clerks ask two people in three.
        newcomer = (None, True, False)[event.booklet % 3]
        with stage.sessions() as session, session.begin():
            distributing.hand_over(
                session,
                serial(stage.first + event.booklet),
                stage.points[event.point],
                newcomer,
                clerk(stage.points[event.point]),
                event.at,
            )

    def _use(self, event: plan.Used) -> None:
        verdict, _ = self._spend(event, event.service, event.at)
        _expect(event, verdict, Accepted)

    def _spend(self, event: plan.Used, service: str, at: datetime) -> tuple[Verdict, str]:
        """Show a pass at a site, as it is read there; gives the verdict and the scan's id."""
        booklet, number = self._holding(event.booklet, event.number)
        code = self._typed(booklet, number) if event.typed else self._code(booklet, number)
        moment = event.moment if event.offline and at == event.at else at
        return self._scan(event.site, code, service, moment, at)

    def _holding(self, booklet: int, number: int) -> tuple[int, int]:
        """The pass that somebody holds: of their booklet, or of the one that replaced it."""
        if booklet in self._replaced:
            new, spent = self._replaced[booklet]
            return new, number - spent
        return self._stage.first + booklet, number

    def _code(self, booklet: int, number: int) -> str:
        printed = self._stage.codes[booklet, number]
        return to_url(self._stage.tools.settings.base_url, printed.token)

    def _typed(self, booklet: int, number: int) -> str:
        return self._stage.codes[booklet, number].typed

    def _scan(
        self, site: tuple[int, int], code: str, service: str, moment: datetime, at: datetime
    ) -> tuple[Verdict, str]:
        phone = self._stage.phones[site]
        self._scans += 1
        scan_id = f"demo-{self._scans:08d}"
        where = (phone.device, phone.site, phone.association)
        scan = Scan(*where, scan_id, code, service, moment, at, offline=moment < at)
        return redeem(self._stage.counter, scan), scan_id

    def _try(self, event: plan.Refused) -> None:
        booklet = self._stage.first + event.booklet
        code = _FAULTS[event.fault](self._code(booklet, event.number))
        verdict, _ = self._scan(event.site, code, event.service, event.at, event.at)
        _expect(event, verdict, Refused)

    def _mistake(self, event: plan.Mistaken) -> None:
        _, scan_id = self._spend(event.use, cast.TOOLS, event.at)
        phone = self._stage.phones[event.use.site]
        later = event.at + timedelta(minutes=10)
        with self._stage.sessions() as session, session.begin():
            reason = "Mauvais carnet scanné"
            undoing.undo(session, phone.site, phone.device, scan_id, reason, later)

    def _lose(self, event: plan.Lost) -> None:
        stage, old = self._stage, serial(self._stage.first + event.booklet)
        point = stage.points[event.point]
        with stage.sessions() as session, session.begin():
            distributing.block(session, old, "Carnet perdu", clerk(point), event.at)

    def _replace(self, event: plan.Replaced) -> None:
        stage, old = self._stage, serial(self._stage.first + event.booklet)
        point, later = stage.points[event.point], event.at
        with stage.sessions() as session, session.begin():
            new = distributing.replace(session, old, "Carnet perdu", OPERATOR, later)
            distributing.hand_over(
                session, new, point, newcomer=None, actor=clerk(point), now=later
            )
        booklet = booklet_of_serial(new) or 0
        with stage.sessions() as session:
            stage.sign(session, range(booklet, booklet + 1))
        spent = sum(1 for at, _ in stage.codes if at == booklet)
        self._replaced[event.booklet] = (booklet, cast.PASSES - spent)

    def _ask_in_vain(self, event: plan.Unmet) -> None:
        point = self._stage.points[event.point]
        with self._stage.sessions() as session, session.begin():
            distributing.hand_over(session, None, point, None, clerk(point), event.at)

    def _close(self, event: plan.MonthEnds) -> None:
        stage = self._stage
        with stage.sessions() as session, session.begin():
            settling.open_period(session, event.label, event.cutoff, event.at)
        numbers, failed = close(
            stage.sessions, stage.tools, event.label, OPERATOR, event.at, lambda _d, _t: None
        )
        if failed:
            raise AssertionError(f"the play went wrong: {failed} papers could not be drawn")
        with stage.sessions() as session, session.begin():
            for number in numbers:
                settling.approve_statement(session, number, FINANCE, event.at)
            contesting.conclude_all(session, event.at)
        if event.paid:
            self._pay(event.label, event.at)
        self._doubt(event)

    def _pay(self, label: str, at: datetime) -> None:
        """One person makes the batch of a month, another lets it go; the bank pays it."""
        sent, executed = at + timedelta(days=1), at + timedelta(days=3)
        debtor = reserved_account(self._stage.tools.settings)
        with self._stage.sessions() as session, session.begin():
            batch = batching.make_batch(session, label, None, debtor, BANK, OPERATOR, sent)
            batching.approve_batch(session, batch.number, FINANCE, sent)
            for payment in batch.payments:
                paying.payout_executed(session, payment.end_to_end, executed)

    def _doubt(self, event: plan.MonthEnds) -> None:
        """Each month one use is contested: found right, or, for the last month, still open."""
        with self._stage.sessions() as session, session.begin():
            use = first_of_period(session, event.label)
            number = contesting.contest(session, use, cast.DOUBT, OPERATOR, event.at)
            if event.paid:
                answered = event.at + timedelta(days=3)
                contesting.answer(session, number, cast.ANSWER, "demo:association", answered)
                decided, why = event.at + timedelta(days=5), cast.FOUND_RIGHT
                contesting.decide(session, number, Outcome.REJECTED, why, FINANCE, decided)


def _expect(event: plan.Event, verdict: Verdict, kind: type) -> None:
    """A play that goes another way than planned is a fault of the plan or of the service."""
    if type(verdict) is not kind:
        raise AssertionError(f"the play went wrong: {event} came to {verdict}")


_FAULTS: dict[str, Callable[[str], str]] = {
    "": lambda code: code,
    "foreign": lambda _code: "https://example.org/menu",
    "spoiled": lambda code: code[:-1] + str((int(code[-1]) + 1) % 10),
}
"""What can be wrong with the code itself."""
