"""Files of places in the national schema: looked at, taken over whole or not, and given out."""

import threading
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.support.cast import ALIS44, MIDDLE_OF_NOVEMBER, PING, World
from tests.support.places_files import complaints, from_csv, good_rows, to_csv
from tests.support.racing import at_once
from voucher_service.actions import importing
from voucher_service.actions.importing import Terms
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.places import Plan
from voucher_service.documents.places import to_csv as published
from voucher_service.store import places, tables, upkeep
from voucher_service.store.queries.public import places as shown

PRODUCER = "43493312300029"
OPERATOR = Terms(PRODUCER)


@pytest.fixture
def world(engine: Engine, session: Session) -> World:
    return World(engine, session)


@pytest.fixture
def pivots(world: World) -> list[str]:
    """Two associations that take passes, known by their RNA numbers."""
    world.association(PING)
    world.association(ALIS44)
    return [PING[1], ALIS44[1]]


def take(world: World, content: bytes, terms: Terms = OPERATOR) -> Plan:
    number = importing.bring(world.session, "lieux.csv", content, terms, "person:1", world.now)
    world.session.commit()
    decided = importing.take_over(
        world.session, number, terms.producer, terms.own, "person:1", world.now
    )
    world.session.commit()
    return decided


def look(world: World, content: bytes, terms: Terms = OPERATOR) -> Plan:
    return importing.look(world.session, content, terms, world.now)


def sites(world: World) -> int:
    return world.session.scalar(select(func.count()).select_from(tables.Site)) or 0


def give_out(world: World) -> bytes:
    return published(shown(world.session), PRODUCER)


def summary(decided: Plan) -> tuple[int, ...]:
    parts = (decided.new, decided.changed, decided.older, decided.closed, decided.left_out)
    return (*map(len, parts), decided.same, len(decided.faults))


def test_a_thousand_places_come_in_go_out_and_come_in_again_unchanged(world, pivots):
    rows = good_rows(1000, pivots)
    content = to_csv(rows)
    assert summary(look(world, content)) == (1000, 0, 0, 0, 0, 0, 0)
    assert sites(world) == 0
    take(world, content)
    assert sites(world) == 1000
    given = give_out(world)
    out = from_csv(given)
    assert list(complaints(out)) == []
    for row, one in zip(
        rows, sorted(out, key=lambda row: int(row["id"].split("-")[1])), strict=True
    ):
        changed = {name for name in row if row[name] != one[name]}
        assert changed <= {
            "id",
            "frais_a_charge",
            "autres_formations_labels",
            "presentation_detail",
        }
        assert one["autres_formations_labels"].endswith("Accepte le pass numérique")
    # Our own file, and theirs once more, say nothing new.
    assert summary(look(world, given)) == (0, 0, 0, 0, 0, 1000, 0)
    assert summary(look(world, content)) == (0, 0, 0, 0, 0, 1000, 0)


def test_one_fault_and_nothing_is_taken_over(world, pivots):
    rows = good_rows(20, pivots)
    rows[13]["code_postal"] = "44"
    before = sites(world)
    with pytest.raises(Invalid):
        take(world, to_csv(rows))
    world.session.rollback()
    assert sites(world) == before
    assert world.session.scalars(select(tables.PlacesFile.taken_at)).all() == [None]


def test_what_would_change_is_said_before_and_is_what_changes(world, pivots):
    rows = good_rows(3, pivots)
    take(world, to_csv(rows))
    rows[0] |= {"horaires": "Mo 10:00-12:00", "date_maj": "2026-11-01"}
    rows[1] |= {"nom": "Un autre nom", "telephone": "", "date_maj": "2026-11-01"}
    decided = look(world, to_csv(rows))
    assert summary(decided) == (0, 2, 0, 0, 0, 1, 0)
    assert decided.changed[0].changes["horaires"][1] == "Mo 10:00-12:00"
    assert decided.changed[1].changes["nom"][1] == "Un autre nom"
    take(world, to_csv(rows))
    world.session.expire_all()
    first, second, _ = world.session.scalars(select(tables.Site).order_by(tables.Site.id))
    assert first.horaires == "Mo 10:00-12:00"
    assert (second.name, second.telephone) == ("Un autre nom", None)
    assert sites(world) == 3


def test_a_column_that_a_file_does_not_have_stays_as_it_is(world, pivots):
    row = good_rows(1, pivots)[0] | {"horaires": "Mo 10:00-12:00", "typologie": "ASSO"}
    take(world, to_csv([row]))
    short = row | {"nom": "Nouveau nom", "date_maj": "2026-11-01"}
    columns = [
        name for name in row if name not in {"horaires", "typologie", "latitude", "longitude"}
    ]
    take(world, to_csv([short], columns))
    world.session.expire_all()
    site = world.session.scalars(select(tables.Site)).one()
    assert (site.name, site.horaires) == ("Nouveau nom", "Mo 10:00-12:00")
    assert site.details["typologie"] == ["ASSO"]
    assert str(site.latitude or "") == row["latitude"]


def test_a_line_older_than_what_is_known_changes_nothing(world, pivots):
    row = good_rows(1, pivots)[0]
    take(world, to_csv([row]))
    old = row | {"nom": "Ancien nom", "date_maj": "2020-01-01"}
    assert summary(take(world, to_csv([old]))) == (0, 0, 1, 0, 0, 0, 0)
    assert world.session.scalars(select(tables.Site.name)).one() == row["nom"]


def test_a_place_that_closed_here_stays_closed(world, pivots):
    row = good_rows(1, pivots)[0]
    take(world, to_csv([row]))
    world.session.scalars(select(tables.Site)).one().closed_at = world.now
    again = row | {"nom": "Un autre nom", "date_maj": "2026-11-10"}
    assert summary(take(world, to_csv([again]))) == (0, 0, 0, 1, 0, 0, 0)


def test_a_place_is_known_by_its_name_and_address_even_under_another_id(world):
    association = world.association(("Médias", "W442009999", PING[2]))
    world.site(association, "Médiathèque, Saint-Nazaire")
    row = good_rows(1, ["W442009999"])[0] | {
        "id": "anything",
        "nom": "mediatheque saint nazaire",
        "adresse": "1, RUE DU PORT",
        "code_postal": "44000",
        "date_maj": "2026-11-16",
    }
    assert summary(look(world, to_csv([row]))) == (0, 1, 0, 0, 0, 0, 0)
    twice = [row, row | {"id": "other"}]
    decided = look(world, to_csv(twice))
    assert [(fault.line, fault.reason, fault.expected) for fault in decided.faults] == [
        (3, "place_twice", "2")
    ]


def test_places_of_unknown_associations_are_a_fault_or_left_out_as_asked(world, pivots):
    rows = good_rows(12, [*pivots, "W999999999"])
    unknown = [row for row in rows if row["pivot"] == "W999999999"]
    assert unknown
    decided = look(world, to_csv(rows))
    assert {fault.reason for fault in decided.faults} == {"association_unknown"}
    assert len(decided.faults) == len(unknown)
    terms = replace(OPERATOR, leave_out_others=True)
    decided = take(world, to_csv(rows), terms)
    assert len(decided.left_out) == len(unknown)
    assert sites(world) == 12 - len(unknown)


def test_another_establishment_of_the_same_company_is_known_by_its_siren(world):
    number = world.association(PING)
    world.session.get_one(tables.Association, number).siret = "43493312300029"
    row = good_rows(1, ["43493312300037"])[0]
    take(world, to_csv([row]))
    assert world.session.scalars(select(tables.Site.association_id)).one() == number
    assert from_csv(give_out(world))[0]["pivot"] == "43493312300037"


def test_an_association_speaks_of_its_own_places_only(world, pivots):
    own = world.session.scalars(
        select(tables.Association.id).where(tables.Association.rna == PING[1])
    ).one()
    terms = replace(OPERATOR, own=own)
    rows = good_rows(6, pivots)
    others = [row for row in rows if row["pivot"] != PING[1]]
    decided = look(world, to_csv(rows), terms)
    assert [fault.reason for fault in decided.faults] == ["association_other"] * len(others)
    number = importing.bring(world.session, "x", to_csv(rows), terms, "person:2", world.now)
    with pytest.raises(NotFound):
        importing.look_again(world.session, number, PRODUCER, own + 1, world.now)


def test_a_file_is_taken_over_once_and_forgotten_after_some_weeks(world, pivots):
    content = to_csv(good_rows(2, pivots))
    number = importing.bring(world.session, "x.csv", content, OPERATOR, "person:1", world.now)
    importing.take_over(world.session, number, PRODUCER, None, "person:2", world.now)
    with pytest.raises(Conflict):
        importing.take_over(world.session, number, PRODUCER, None, "person:3", world.now)
    row = world.session.get_one(tables.PlacesFile, number)
    assert (row.brought_by, row.taken_by, row.added, row.changed) == ("person:1", "person:2", 2, 0)
    world.later(days=31)
    assert upkeep.forget_places_files(world.session, world.now) == 1
    world.session.expire_all()
    assert row.content is None
    assert row.added == 2


@pytest.fixture
def two_files(pg_engine: Engine) -> list[int]:
    """The same new places, brought twice."""
    with Session(pg_engine) as session:
        world = World(pg_engine, session)
        world.association(PING)
        content = to_csv(good_rows(5, [PING[1]]))
        numbers = [
            importing.bring(session, "x", content, OPERATOR, f"person:{who}", world.now)
            for who in range(4)
        ]
        session.commit()
    return numbers


def all_at_once(engine: Engine, numbers: list[int]) -> int:
    """Everybody takes their file over; how many sites there are then."""

    def take_one(number: int) -> None:
        with Session(engine) as session, session.begin():
            importing.take_over(session, number, PRODUCER, None, "x", MIDDLE_OF_NOVEMBER)

    assert at_once([partial(take_one, number) for number in numbers]) == [None] * len(numbers)
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(tables.Site)) or 0


def test_the_same_places_taken_over_by_several_at_once_come_in_once(pg_engine, two_files):
    assert all_at_once(pg_engine, two_files) == 5


def test_without_the_lock_they_would_come_in_several_times(pg_engine, two_files, monkeypatch):
    together, known = threading.Barrier(len(two_files)), places.known

    def known_together(*arguments):
        found = known(*arguments)
        together.wait()
        return found

    monkeypatch.setattr(places, "lock", lambda _session: None)
    monkeypatch.setattr(places, "known", known_together)
    assert all_at_once(pg_engine, two_files) > 5


def test_the_day_of_a_line_is_the_day_of_the_place(world, pivots):
    row = good_rows(1, pivots)[0] | {"date_maj": "2026-10-25"}
    take(world, to_csv([row]))
    assert shown(world.session)[0].updated_on == date(2026, 10, 25)
