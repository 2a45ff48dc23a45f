"""The trail of desk acts: one row with each act, none without, and nothing of what was typed."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.support.cast import MIDDLE_OF_NOVEMBER
from tests.support.operators import operator, refused
from tests.support.service import Service
from voucher_service.actions.trailing import Done, note
from voucher_service.store import jobs, tables
from voucher_service.store.queries import trail
from voucher_service.store.queries.paging import Window

FUNDER = {"name": "Département", "kind": "public", "siret": "20000002400014"}


def test_an_act_and_its_trail_are_one_and_a_refused_act_leaves_none(service: Service) -> None:
    admin, auditor = operator(service, "operator_admin"), operator(service, "auditor")
    admin.done("/funders", "/funders", FUNDER)
    refused(admin, "/funders", "/funders", 409, FUNDER)
    refused(auditor, "/funders", "/funders", 403, FUNDER)
    row = service.world.session.query(tables.DeskAct).one()
    assert (row.desk, row.act, row.actor) == ("operator", "add_funder", admin.clerk.actor)
    assert (row.post, row.target, row.led_to) == (
        "operator_admin",
        "/operator/funders",
        "/operator/funders",
    )
    assert "Département" not in str(vars(row))


def test_long_work_says_about_how_long_it_still_takes(service: Service) -> None:
    world = service.world
    job = jobs.enqueue(world.session, jobs.ISSUE, {"order": 1}, 100, None, world.now)
    jobs.claim(world.session, (jobs.ISSUE,), "worker 1", world.now)
    jobs.keep(world.session, job, "worker 1", 25, 100, world.now)
    world.later(minutes=5)
    page = operator(service, "operator_support").text(f"/jobs/{job}")
    assert "25 sur 100" in page
    assert "Reste environ 15 min." in page
    jobs.end(world.session, job, "worker 1", "done", "")
    assert "Reste environ" not in operator(service, "operator_support").text(f"/jobs/{job}")


def test_the_trail_is_read_by_person_and_desk_and_nobody_changes_it(engine: Engine) -> None:
    with Session(engine) as session:
        for desk, person in (("operator", 1), ("point", 2), ("operator", 2)):
            done = Done(desk, "act", f"person:{person}", "auditor", None, f"/{desk}")
            note(session, done, MIDDLE_OF_NOVEMBER)
        session.commit()
        window = Window(None, 10, newest_first=True)
        assert [row.id for row in trail.acts(session, None, None, window).rows] == [3, 2, 1]
        assert [row.id for row in trail.acts(session, 2, None, window).rows] == [3, 2]
        assert [row.id for row in trail.acts(session, 2, "point", window).rows] == [2]
        for change in ("UPDATE desk_act SET act = 'x'", "DELETE FROM desk_act"):
            with pytest.raises(DBAPIError):
                session.execute(text(change))
            session.rollback()
