"""A form clicked twice in the same instant is one act, on two processes as on one.

So is a form that is set aside twice, because its sitting ended.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask import Response
from sqlalchemy.orm import Session

from tests.support.desks import add_person
from tests.support.racing import at_once, meeting_before
from tests.support.service import running_service
from voucher_service.http.form_acts import Act, Sent, once
from voucher_service.store import form_acts, kept_forms, tables
from voucher_service.store.once import insert_row

CLICKS, FORMS = 4, 12


@pytest.fixture
def service(pg_engine, postgres_url, tmp_path):
    with running_service(pg_engine, postgres_url, tmp_path) as service:
        yield service


def click_all(service):
    """Every form is clicked several times at once; how often each was done, and the answers."""
    with service.services.writing() as session:
        person = add_person(session, service.world.now)

    def click(form):
        def work(session: Session) -> Act:
            number = insert_row(
                session,
                tables.Outbox,
                topic=f"form {form}",
                payload={},
                created_at=service.world.now,
            )
            return Act(Response(status=303, headers={"Location": f"/{form}/{number}"}))

        sent = Sent(person, f"key {form}", "the same", "cookie")
        return form, once(service.services, sent, work).headers["Location"]

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = set(pool.map(click, [form for form in range(FORMS) for _ in range(CLICKS)]))
    with service.services.reading() as session:
        return session.query(tables.Outbox).count(), answers


def test_a_double_click_is_one_act_and_both_are_answered_alike(service):
    done, answers = click_all(service)
    assert done == FORMS
    assert len(answers) == FORMS


def test_without_the_key_the_same_clicks_act_more_than_once(service, monkeypatch):
    """The race is real: this is what the unique key prevents."""
    monkeypatch.setattr(form_acts, "begin", lambda *_: True)
    monkeypatch.setattr(form_acts, "complete", lambda *_: None)
    done, _ = click_all(service)
    assert done == FORMS * CLICKS


def set_aside_all(service):
    """One form is set aside several times at once: what went wrong, and the texts that stay."""
    now = service.world.now
    with service.services.writing() as session:
        person = add_person(session, now)

    def keep(text: bytes) -> None:
        with service.services.writing() as session:
            kept_forms.keep(session, b"browser", "/page", "form", person, text, now)

    texts = [str(number).encode() for number in range(CLICKS)]
    told = at_once([partial(keep, text) for text in texts])
    with service.services.reading() as session:
        kept = [row.sealed for row in session.query(tables.KeptForm)]
    return [error for error in told if error is not None], [texts.index(one) for one in kept]


def test_a_form_set_aside_twice_at_once_waits_once(service):
    wrong, kept = set_aside_all(service)
    assert wrong == []
    assert len(kept) == 1


def test_without_the_insert_that_may_lose_the_same_forms_break(service, monkeypatch):
    """The race is real: who only looks whether a text waits finds none, and neither do others."""

    def look_then_insert(session: Session, table: type, **values: object) -> bool:
        if session.query(table).count():
            return False
        insert(session, table, **values)
        return True

    @meeting_before
    def insert(session: Session, table: type, **values: object) -> None:
        session.add(table(**values))
        session.flush()

    monkeypatch.setattr(kept_forms, "insert_once", look_then_insert)
    wrong, kept = set_aside_all(service)
    assert len(wrong) == CLICKS - 1
    assert len(kept) == 1
