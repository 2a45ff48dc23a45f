"""Files of places taken over, and mails looked after, on the command line."""

import json

import pytest

from tests.cli.conftest import House
from tests.support.cast import PING
from tests.support.places_files import good_rows, to_csv
from voucher_service.store import mails
from voucher_service.store.outbox import tell


@pytest.fixture
def file(sqlite_house: House):
    """A file of five places of PiNG's."""
    sqlite_house.world.association(PING)

    def write(**changed: str):
        rows = good_rows(5, [PING[1]])
        rows[2] |= changed
        path = sqlite_house.path / "lieux.csv"
        path.write_bytes(to_csv(rows))
        return path

    return write


def test_places_are_looked_at_and_then_taken_over(sqlite_house, file):
    path = file()
    said = sqlite_house.done("import-sites", path, "--dry-run")
    assert "5 new places, 0 changed, 0 the same." in said
    assert "Nothing was written." in said
    assert sqlite_house.facts("import-sites", path)["new"] == 5
    changed = file(nom="Un autre nom", date_maj="2026-10-30")
    assert "→ 'Un autre nom'" in sqlite_house.done("import-sites", changed)
    assert sqlite_house.facts("import-sites", changed) == {
        "new": 0,
        "changed": 0,
        "same": 5,
        "older": 0,
        "closed": 0,
        "left_out": 0,
        "ignored_columns": [],
        "faults": [],
    }


def test_every_fault_is_named_and_nothing_is_taken_over(sqlite_house, file):
    path = file(code_postal="4400", telephone="12")
    said = sqlite_house.refused("import-sites", path, status=1)
    assert "code_postal: “4400” is no postal code." in said
    assert "telephone: “12” is no number." in said
    result = sqlite_house.run("import-sites", path, "--json")
    facts = json.loads(result.stdout)
    assert [fault["field"] for fault in facts["faults"]] == ["code_postal", "telephone"]
    assert facts["new"] == 0


def test_mails_that_are_stuck_are_named_and_tried_again(sqlite_house):
    session, now = sqlite_house.world.session, sqlite_house.world.now
    assert sqlite_house.done("mails") == "0 mails wait.\n"
    tell(session, "campaign_closed", {"campaign": 1}, now)
    number = mails.to_address(session, 1)[0]
    mails.address(session, number, [mails.Recipient("x@example.org", "fr")], now)
    mail = mails.due(session, now, 1)[0]
    mails.failed(session, mail, "550 unknown", now, for_good=True)
    said = sqlite_house.refused("mails", status=1)
    assert said == "campaign_closed to x@example.org: 550 unknown"
    assert sqlite_house.facts("mails", "--again") == {"again": 1}
    assert sqlite_house.facts("mails")["waiting"] == 1
