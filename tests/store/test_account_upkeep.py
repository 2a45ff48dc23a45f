"""What is forgotten of people, and what stays of what they did."""

from datetime import UTC, datetime, timedelta

from tests.support.desks import add_person, give_post
from voucher_service.actions import accounts, sittings
from voucher_service.actions.sittings import Proofs
from voucher_service.store import account_upkeep, form_acts, tables

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def test_who_left_a_year_ago_becomes_a_number(session):
    left, works, lately = (
        add_person(session, NOW - timedelta(days=900), name=name, email=f"{name}@x.example")
        for name in ("Left", "Works", "Lately")
    )
    for person, ended in ((left, 366), (works, None), (lately, 364)):
        membership = give_post(session, person, "auditor", None, NOW - timedelta(days=900))
        if ended:
            row = session.get(tables.Membership, membership)
            row.ended_at, row.ended_by = NOW - timedelta(days=ended), "person:1"
    session.commit()
    assert account_upkeep.forget_people(session, NOW) == 1
    assert account_upkeep.forget_people(session, NOW) == 0
    session.expire_all()
    names = [session.get(tables.Person, one).name for one in (left, works, lately)]
    assert names == [f"person {left}", "Works", "Lately"]
    gone = session.get(tables.Person, left)
    assert (gone.email, gone.disabled_at) == (f"person-{left}@left.invalid", NOW)
    assert session.query(tables.Membership).count() == 3


def test_old_forms_sittings_and_links_are_forgotten(session):
    person = add_person(session, NOW)
    for days in (0, 100):
        at = NOW - timedelta(days=days)
        form_acts.begin(session, person, f"key {days}", "x", at)
        sittings.begin(session, person, Proofs(complete=True), "Firefox, Linux", at)
        accounts.make_link(session, person, accounts.PASSWORD, "x@y.example", at)
    session.commit()
    assert account_upkeep.forget_forms(session, NOW) == 1
    assert account_upkeep.forget_sittings(session, NOW) == 2
