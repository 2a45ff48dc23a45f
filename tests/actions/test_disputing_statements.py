"""An association says that its statement is wrong, reads the answer, and finds its correction."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.support.autumn import END_OF_DECEMBER, END_OF_NOVEMBER, Autumn
from tests.support.cast import World, trust_the_keys
from tests.support.contesting import in_order
from voucher_service.actions import judging, paying
from voucher_service.actions.disputing_statements import (
    answer_statement_dispute,
    dispute_statement,
)
from voucher_service.core.campaign import PARIS
from voucher_service.core.disputes import Line, Wrong, last_day
from voucher_service.core.errors import Conflict, DomainError, Invalid, NotFound
from voucher_service.store import tables, upkeep
from voucher_service.store.engine import make_engine
from voucher_service.store.queries import statement_disputes

MANAGER, SUPPORT = "person:1", "person:7"


class House:
    """PiNG after November: a statement of three passes, and a fourth that it says is missing."""

    def __init__(self, world: World) -> None:
        self.world, self.autumn = world, Autumn(world)
        self.autumn.spend(self.autumn.ping, 3)
        self.ping = self.autumn.ping.association
        self.statement, self.of_a_funder = self.close("2026-11", END_OF_NOVEMBER)
        (first, *_) = self.autumn.statement(self.statement)["lines"]
        self.line = Line(first["serial"], first["number"])
        code = self.autumn.codes.pop()
        world.redeem(self.autumn.ping, code)
        (late,) = world.session.query(tables.Redemption).filter_by(period_id=None)
        self.missing = Line(f"{late.booklet_id:08d}", late.number)

    def close(self, label: str, cutoff: datetime) -> tuple[str, str]:
        self.world.now = cutoff + timedelta(hours=9)
        numbers = self.world.close(label, cutoff)
        return (
            next(number for number in numbers if number.startswith("RA")),
            next(number for number in numbers if number.startswith("RF")),
        )

    def say(self, wrong: Wrong, line: Line, reason: str = "Regardez.", actor: str = MANAGER) -> int:
        session, now = self.world.session, self.world.now
        return dispute_statement(session, self.statement, wrong, line, reason, actor, now).id

    def answer(self, number: int, *, upheld: bool, incident: int | None = None) -> None:
        answer_statement_dispute(
            self.world.session,
            number,
            upheld=upheld,
            answer="Vu.",
            incident=incident,
            actor=SUPPORT,
            now=self.world.now,
        )

    def told(self, topic: str) -> list[dict[str, object]]:
        rows = self.world.session.query(tables.Outbox).filter_by(topic=topic)
        return [row.payload for row in rows]


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    engine = make_engine(sqlite_url)
    with Session(engine) as session:
        trust_the_keys(session)
        world = World(engine, session)
        yield House(world)
        world.close_book()
    engine.dispose()


def test_of_what_is_said_twice_of_a_line_the_first_counts(house: House):
    first = house.say(Wrong.AMOUNT, house.line)
    assert house.say(Wrong.AMOUNT, house.line, "encore", "person:2") == first
    row = house.world.session.get_one(tables.StatementDispute, first)
    assert (row.reason, row.opened_by, row.outcome) == ("Regardez.", MANAGER, None)
    short = Line(house.line.serial.lstrip("0") if house.line.serial else "", house.line.number)
    assert house.say(Wrong.AMOUNT, short) == first
    assert house.say(Wrong.AMOUNT, Line()) != first
    assert house.say(Wrong.ACCOUNT, Line()) != house.say(Wrong.USE_MISSING, Line())
    told = {"statement": house.statement, "association": house.ping}
    assert house.told("statement_disputed") == [told] * 4


def test_what_is_said_must_fit_the_statement(house: House):
    nonsense = [
        (Wrong.AMOUNT, Line("00000001"), "pass_incomplete", "number"),
        (Wrong.AMOUNT, Line(number=2), "pass_incomplete", "serial"),
        (Wrong.AMOUNT, Line("99999999", 1), "serial_unknown", "serial"),
        (Wrong.AMOUNT, house.missing, "not_on_statement", "serial"),
        (Wrong.USE_MISSING, house.line, "on_this_statement", "serial"),
        (Wrong.CORRECTION, Line(), "which_correction", "correction"),
        (Wrong.CORRECTION, Line(correction=1), "which_correction", "correction"),
        (Wrong.CORRECTION, house.line, "not_this_line", "serial"),
        (Wrong.ACCOUNT, house.line, "not_this_line", "serial"),
        (Wrong.AMOUNT, Line(correction=1), "not_this_line", "correction"),
    ]
    for wrong, line, reason, field in nonsense:
        with pytest.raises(Invalid) as refused:
            house.say(wrong, line)
        assert (refused.value.reason, refused.value.field) == (reason, field), (wrong, line)
    with pytest.raises(Invalid, match="reason_missing"):
        house.say(Wrong.ACCOUNT, Line(), " ")
    house.statement = house.of_a_funder
    with pytest.raises(NotFound):
        house.say(Wrong.ACCOUNT, Line())
    assert house.world.session.query(tables.StatementDispute).count() == 0


def test_a_statement_is_disputed_for_five_years(house: House):
    issued = house.world.now
    house.world.now = issued.replace(year=issued.year + 5)
    house.say(Wrong.ACCOUNT, Line())
    house.world.later(days=1)
    with pytest.raises(Conflict, match="dispute_too_late"):
        house.say(Wrong.AMOUNT, Line())


def test_a_leap_day_s_last_day_exists():
    assert last_day(datetime(2028, 2, 29, tzinfo=PARIS).date()).isoformat() == "2033-02-28"


def test_who_is_right_is_paid_by_a_correction_that_the_next_statement_says(house: House):
    world, session = house.world, house.world.session
    signed = session.get_one(tables.Statement, house.statement).document
    number = house.say(Wrong.USE_MISSING, house.missing)
    paying.top_up(session, house.autumn.campaign, "VIR op", 1_000, world.now)
    incident = judging.open_goodwill(
        session, house.autumn.campaign, house.ping, 1_000, "lettre", "oubli", SUPPORT, world.now
    )
    for guess, reason in ((99, "incident_unknown"), (incident, "not_corrected_yet")):
        with pytest.raises(DomainError, match=reason):
            house.answer(number, upheld=True, incident=guess)
    judging.accept(session, incident, "vu", "person:8", world.now)
    with pytest.raises(Invalid, match="nothing_to_correct"):
        house.answer(number, upheld=False, incident=incident)
    house.answer(number, upheld=True, incident=incident)
    with pytest.raises(Conflict, match="answered_already"):
        house.answer(number, upheld=False)
    told = {"dispute": number, "statement": house.statement, "association": house.ping}
    assert house.told("statement_dispute_answered") == [told]
    found = statement_disputes.corrections(session, [incident])[incident]
    assert (found.cents, found.outcome, found.statement) == (1_000, "accepted", None)
    december, _ = house.close("2026-12", END_OF_DECEMBER)
    found = statement_disputes.corrections(session, [incident])[incident]
    assert found.statement == december
    assert house.autumn.statement(december)["totals"]["granted_cents"] == 1_000
    assert session.get_one(tables.Statement, house.statement).document == signed
    in_order(world)


def test_whoever_answers_sees_the_line_and_what_became_of_its_pass(house: House):
    session = house.world.session

    def facts(wrong: Wrong, line: Line) -> statement_disputes.Facts:
        row = session.get_one(tables.StatementDispute, house.say(wrong, line))
        return statement_disputes.facts(session, row)

    missing = facts(Wrong.USE_MISSING, house.missing)
    assert [use.statement for use in missing.uses] == [None]
    assert (missing.line, missing.campaign, missing.cents) == (None, house.autumn.campaign, 1_000)
    amount = facts(Wrong.AMOUNT, house.line)
    assert amount.line is not None
    assert (amount.line["cents"], amount.cents) == (1_000, None)
    whole = facts(Wrong.ACCOUNT, Line())
    assert (whole.association, whole.campaign) == (house.ping, house.autumn.campaign)


def test_the_words_of_a_dispute_are_forgotten_a_year_after_its_answer(house: House):
    session, now = house.world.session, house.world.now
    answered, open_ = house.say(Wrong.ACCOUNT, Line()), house.say(Wrong.AMOUNT, Line())
    house.answer(answered, upheld=False)
    assert upkeep.forget_dispute_words(session, now + timedelta(days=365)) == 0
    assert upkeep.forget_dispute_words(session, now + timedelta(days=366)) == 1
    assert upkeep.forget_dispute_words(session, now + timedelta(days=366)) == 0
    row = session.get_one(tables.StatementDispute, answered)
    assert (row.reason, row.answer, row.outcome) == ("", "", "rejected")
    assert session.get_one(tables.StatementDispute, open_).reason == "Regardez."
