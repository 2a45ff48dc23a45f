import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from tests.cli.conftest import House
from tests.support.autumn import Autumn
from voucher_service.cli import books
from voucher_service.documents import statement_files
from voucher_service.store import tables
from voucher_service.store.once import insert_row

EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def autumn(house: House) -> Autumn:
    """Uses of two associations, two hours ago."""
    played = Autumn(house.world)
    played.spend(played.ping, 4)
    played.spend(played.alis44, 3)
    return played


def close(house: House) -> list[str]:
    """Close a period that ended an hour ago."""
    facts = house.facts("close-period", "autumn", "--cutoff", EARLIER.isoformat())
    numbers: list[str] = facts["statements"]
    return numbers


def renderings(house: House) -> int:
    return house.world.session.scalar(select(func.count(tables.Rendering.number))) or 0


@pytest.mark.usefixtures("autumn")
def test_a_period_is_closed_and_its_statements_are_drawn(house):
    numbers = close(house)
    assert [number[:2] for number in numbers] == ["RA", "RA", "RF", "RF", "RF"]
    assert renderings(house) == 2 * len(numbers)
    pdf = house.world.session.get_one(tables.Rendering, (numbers[0], "application/pdf"))
    assert pdf.content.startswith(b"%PDF-")
    assert house.facts("check-books") == {"problems": []}


@pytest.mark.usefixtures("autumn")
def test_closing_again_gives_the_same_statements_and_the_same_bytes(house):
    numbers = close(house)
    pdf = house.world.session.get_one(tables.Rendering, (numbers[0], "application/pdf")).content
    assert house.facts("close-period", "autumn")["statements"] == numbers
    house.world.session.expire_all()
    again = house.world.session.get_one(tables.Rendering, (numbers[0], "application/pdf"))
    assert again.content == pdf
    assert renderings(house) == 2 * len(numbers)


@pytest.mark.usefixtures("autumn")
def test_a_paper_that_cannot_be_drawn_never_undoes_the_close(house, monkeypatch):
    def broken(*_arguments: object, **_named: object) -> bytes:
        raise ValueError("no such font")

    with monkeypatch.context() as patched:
        patched.setattr(statement_files, "to_pdf", broken)
        result = house.run("close-period", "autumn", "--cutoff", EARLIER.isoformat())
    assert result.exit_code == 1
    assert "5 papers could not be drawn" in result.stderr
    assert renderings(house) == 5  # the spreadsheets
    assert house.facts("close-period", "autumn")["drawings_failed"] == 0
    assert renderings(house) == 10


@pytest.mark.parametrize(
    ("label", "ends"),
    [
        ("2026-11", "2026-12-01T00:00:00+01:00"),
        ("2026-12", "2027-01-01T00:00:00+01:00"),
        ("2026-06", "2026-07-01T00:00:00+02:00"),
        ("2026-02", "2026-03-01T00:00:00+01:00"),
    ],
)
def test_a_month_ends_at_the_first_instant_of_the_next_one_in_paris(label, ends):
    assert books.end_of_month(label).isoformat() == ends


@pytest.mark.usefixtures("autumn")
def test_a_period_that_cannot_be_closed_is_named(house):
    assert "ends on 2999-02-01" in house.refused("close-period", "2999-01")
    assert "YYYY-MM" in house.refused("close-period", "2026-13")
    assert "not a moment" in house.refused("close-period", "x", "--cutoff", "tomorrow")
    close(house)
    assert "another cut-off" in house.refused(
        "close-period", "autumn", "--cutoff", "2026-01-01T00:00:00+01:00"
    )


@pytest.mark.usefixtures("autumn")
def test_books_that_were_touched_exit_with_1_and_the_invariants_name(house):
    house.world.session.execute(text("UPDATE redemption SET cents = 900 WHERE id = 1"))
    said = house.refused("check-books", status=1)
    assert "uses_meet_redemptions" in said
    assert "outstanding_is_passes_alive" in said
    machine = house.run("check-books", "--json")
    assert machine.exit_code == 1
    assert '"invariant": "uses_meet_redemptions"' in machine.stdout


@pytest.mark.usefixtures("autumn")
def test_the_ledger_is_sealed_once(house):
    [sealed] = house.facts("seal")["seals"]
    assert sealed["number"] == 1
    assert house.facts("seal") == {"seals": [], "fee_seals": []}


@pytest.mark.usefixtures("autumn")
def test_the_nightly_round_forgets_what_has_ended_and_keeps_the_rest(house):
    world = house.world
    now = datetime.now(UTC)
    token = int(house.facts("token", "create", "--role", "printer")["id"])
    prints = house.path / "prints"
    prints.mkdir()
    for number, expires_at in ((1, now - timedelta(hours=1)), (2, now + timedelta(days=1))):
        name = f"print-{number}.pdf"
        (prints / name).write_bytes(b"%PDF-")
        job = insert_row(
            world.session,
            tables.Job,
            kind="print",
            arguments={},
            state="done",
            done=1,
            total=1,
            note="",
            created_at=now,
        )
        insert_row(
            world.session,
            tables.PrintRequest,
            order_id=1,
            format="pdf",
            first_booklet=1,
            booklets=1,
            job_id=job,
            created_at=now,
            file_name=name,
            expires_at=expires_at,
        )
        world.session.add(
            tables.IdempotencyKey(
                token_id=token,
                key=f"key {number}",
                fingerprint="",
                started_at=now - timedelta(days=8 if number == 1 else 6),
            )
        )
    insert_row(
        world.session,
        tables.SiteReport,
        site_id=1,
        topic="hours",
        words="M. Petit est absent",
        times=1,
        first_at=now - timedelta(days=366),
        last_at=now,
    )
    stray = prints / ".print-3.pdf.1.part"
    stray.write_bytes(b"half")
    os.utime(stray, (0, 0))
    facts = house.facts("tick")
    assert facts["forgotten"]["prints"] == 1
    assert facts["forgotten"]["idempotency keys"] == 1
    assert facts["forgotten"]["words of reports"] == 1
    assert facts["problems"] == []
    assert [path.name for path in prints.iterdir()] == ["print-2.pdf"]
    assert world.session.scalar(select(func.count(tables.IdempotencyKey.key))) == 1


@pytest.mark.usefixtures("autumn")
def test_the_nightly_round_says_when_the_books_are_wrong(house):
    house.world.session.execute(text("UPDATE redemption SET cents = 900 WHERE id = 1"))
    assert "uses_meet_redemptions" in house.refused("tick", status=1)
