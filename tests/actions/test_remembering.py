"""The open books at the end of each month, and reports of wrong sites that end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.autumn import Autumn
from tests.support.cast import PING, World, trust_the_keys
from voucher_service.actions import giving, paying, reporting
from voucher_service.actions.remembering import keep_past_months
from voucher_service.actions.reporting import Topic
from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.statements import books_document
from voucher_service.store import tables, upkeep
from voucher_service.store.queries.public import past_books
from voucher_service.store.queries.site_reports import reports


@pytest.fixture
def world(engine: Engine, session: Session) -> Iterator[World]:
    trust_the_keys(session)
    world = World(engine, session)
    yield world
    world.close_book()


def test_each_month_is_kept_once_as_the_ledger_stood_when_it_ended(world):
    assert keep_past_months(world.session, world.now) == 0
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 3)
    at_the_end = books_document(paying.books(world.session))
    world.now = datetime(2026, 12, 1, 0, 30, tzinfo=PARIS)
    assert keep_past_months(world.session, world.now) == 0  # something may still be written
    autumn.spend(autumn.alis44, 2)
    world.now = datetime(2027, 1, 2, tzinfo=PARIS)
    assert keep_past_months(world.session, world.now) == 2
    assert keep_past_months(world.session, world.now) == 0
    december, november = past_books(world.session)
    assert (november.month, dict(november.figures)) == ("2026-11", at_the_end)
    assert november.as_of == datetime(2026, 12, 1, tzinfo=PARIS)
    assert december.figures["payable_cents"] == november.figures["payable_cents"] + 2000
    assert december.figures == books_document(paying.books(world.session))


def test_a_report_ends_with_what_was_done_by_those_concerned(world):
    ping = world.association(PING)
    site = world.site(ping, "PiNG")
    reporting.report(world.session, site, Topic.PHONE, None, world.now)
    [found] = reports(world.session, ping)
    assert (found.site_name, found.topic, found.times) == ("PiNG", "phone", 1)
    assert reports(world.session, ping + 1) == []
    for answer, own, error in ((" ", ping, Invalid), ("Corrigé", ping + 1, NotFound)):
        with pytest.raises(error):
            reporting.end(world.session, found.number, answer, "person:1", world.now, own)
    reporting.end(world.session, found.number, "Corrigé", "person:1", world.now, ping)
    with pytest.raises(Conflict):
        reporting.end(world.session, found.number, "Corrigé", "person:2", world.now)
    assert reports(world.session, None) == []
    [ended] = reports(world.session, ping, ended=True)
    assert ended.answer == "Corrigé"
    # The same thing may be said again afterwards: it is a new report.
    reporting.report(world.session, site, Topic.PHONE, "Toujours faux", world.now)
    assert len(reports(world.session, None)) == 1


def test_what_visitors_wrote_is_forgotten_and_what_was_wrong_is_not(world):
    """90 days after somebody looked after it; after a year if nobody ever did."""
    site = world.site(world.association(PING), "PiNG")
    reporting.report(world.session, site, Topic.PHONE, "Demandez Mme Martin", world.now)
    reporting.report(world.session, site, Topic.HOURS, "M. Petit est absent", world.now)
    world.later(days=10)
    phone = next(one for one in reports(world.session, None) if one.topic == "phone")
    reporting.end(world.session, phone.number, "Corrigé", "person:1", world.now)

    world.later(days=90)
    assert upkeep.forget_report_words(world.session, world.now) == 0
    world.later(minutes=1)
    assert upkeep.forget_report_words(world.session, world.now) == 1
    world.session.expire_all()
    [ended] = reports(world.session, None, ended=True)
    assert replace(ended, words="Demandez Mme Martin") == replace(
        phone, answer="Corrigé", ended_at=ended.ended_at
    )
    assert ended.words is None

    world.later(days=265)
    [nobody_looked] = reports(world.session, None)
    assert nobody_looked.words == "M. Petit est absent"
    assert upkeep.forget_report_words(world.session, world.now) == 1
    world.session.expire_all()
    assert reports(world.session, None) == [replace(nobody_looked, words=None)]


def test_who_was_about_to_give_and_did_not_is_forgotten(world):
    campaign = world.campaign({world.funder("Nantes Métropole"): 1})
    giving.open_to_gifts(world.session, campaign, "person:1", world.now)
    asked = giving.Asked(campaign, 5000, "Mme Martin", "m@martin.example", "don")
    ways = {
        "left before Stripe's page": {},
        "let the page expire": {"session_id": "cs_1", "outcome": "expired"},
        "is still there": {"session_id": "cs_2", "completed_at": world.now},
        "paid": {"session_id": "cs_3", "paid_at": world.now},
        "paid, and had it back": {
            "session_id": "cs_4",
            "paid_at": world.now,
            "outcome": "given_back",
        },
    }
    rows = {}
    for way, values in ways.items():
        number = giving.ask(world.session, asked, way, giving.PUBLIC, world.now)
        rows[way] = world.session.get_one(tables.Gift, number)
        for name, value in values.items():
            setattr(rows[way], name, value)
    funder = giving.ask(world.session, asked, "a funder's call", "token:1", world.now)
    rows["a funder's call"] = world.session.get_one(tables.Gift, funder)

    world.later(days=90)
    assert upkeep.forget_givers(world.session, world.now) == 0
    world.later(minutes=1)
    assert upkeep.forget_givers(world.session, world.now) == 2
    assert upkeep.forget_givers(world.session, world.now) == 0
    world.session.expire_all()
    forgotten = {way for way, row in rows.items() if not row.name}
    assert forgotten == {"left before Stripe's page", "let the page expire"}
    for way in forgotten:
        row = rows[way]
        assert (row.mail, row.engagement, row.link, row.cents) == ("", "", None, 5000)
