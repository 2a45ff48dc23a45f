"""A form clicked twice in the same instant is one act, on two processes as on one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Response
from sqlalchemy.orm import Session

from tests.support.desks import add_person
from tests.support.service import running_service
from voucher_service.http.form_acts import Act, Sent, once
from voucher_service.store import form_acts, tables
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
