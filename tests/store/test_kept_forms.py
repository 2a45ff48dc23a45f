"""Forms that wait for who was filling them in, as the database keeps them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.desks import add_person
from voucher_service.store import kept_forms, tables
from voucher_service.store.queries import people

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE, THERE = b"this browser", b"another"


@pytest.fixture
def owner(session):
    return add_person(session, NOW)


def test_the_last_text_of_each_form_stays(session, owner):
    kept_forms.keep(session, HERE, "/a", "save", owner, b"first", NOW - HOUR / 2)
    kept_forms.keep(session, HERE, "/a", "save", owner, b"second", NOW)
    kept_forms.keep(session, HERE, "/a", "close", owner, b"of the same page", NOW)
    kept_forms.keep(session, THERE, "/a", "save", owner, b"elsewhere", NOW)
    session.commit()
    for form, text in (("save", b"second"), ("close", b"of the same page"), ("open", None)):
        assert people.kept_form(session, HERE, "/a", form, owner, NOW - HOUR) == text
    kept_forms.forget(session, HERE, "/a", "save")
    session.expire_all()
    assert people.kept_form(session, HERE, "/a", "save", owner, NOW - HOUR) is None
    assert people.kept_form(session, THERE, "/a", "save", owner, NOW - HOUR) == b"elsewhere"


def test_it_is_found_by_its_owner_for_an_hour(session, owner):
    kept_forms.keep(session, HERE, "/a", "save", owner, b"text", NOW)
    almost, over = NOW + HOUR - timedelta(seconds=1), NOW + HOUR
    assert people.kept_form(session, HERE, "/a", "save", owner, almost - HOUR) == b"text"
    assert people.keeps_a_form(session, HERE, almost - HOUR)
    assert people.kept_form(session, HERE, "/a", "save", owner, over - HOUR) is None
    assert not people.keeps_a_form(session, HERE, over - HOUR)
    assert people.kept_form(session, HERE, "/a", "save", owner + 1, almost - HOUR) is None
    assert not people.keeps_a_form(session, THERE, almost - HOUR)
    assert kept_forms.forget_old(session, almost) == 0
    assert kept_forms.forget_old(session, over) == 1
    assert session.query(tables.KeptForm).count() == 0


def test_who_sits_down_leaves_nothing_of_others(session, owner):
    other = add_person(session, NOW)
    for browser, person in ((HERE, owner), (HERE, other), (THERE, owner)):
        kept_forms.keep(session, browser, f"/{person}", "save", person, b"text", NOW)
    kept_forms.forget_browser(session, HERE, other)
    kept = session.query(tables.KeptForm.browser_hash, tables.KeptForm.person_id)
    assert set(kept.all()) == {(HERE, other), (THERE, owner)}
    kept_forms.forget_browser(session, HERE)
    assert kept.all() == [(THERE, owner)]
