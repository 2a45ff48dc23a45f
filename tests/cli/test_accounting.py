"""``voucher-service fec``: the file, its name, its note, and what it refuses."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import House
from tests.support.autumn import Autumn
from voucher_service.documents.fec import ENCODING


@pytest.fixture
def house_of_yesterday(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Uses of two days ago."""
    monkeypatch.setenv("VOUCHER_ISSUER_SIRET", "43493312300029")
    house.world.now = datetime.now(UTC) - timedelta(days=2)
    autumn = Autumn(house.world)
    autumn.spend(autumn.ping, 4)
    return house


def test_the_file_and_its_note_are_written_under_their_names(house_of_yesterday, tmp_path):
    house, today = house_of_yesterday, datetime.now(UTC).date()
    days = ("--from", "2020-01-01", "--to", today.isoformat())
    facts = house.facts("fec", *days, "--out", tmp_path)
    file = tmp_path / f"434933123FEC{today - timedelta(days=1):%Y%m%d}.txt"
    assert facts["file"] == str(file)
    assert facts["debit_cents"] == facts["credit_cents"] == facts["moved_cents"] == 94_000
    text = file.read_bytes().decode(ENCODING)
    assert text.startswith("JournalCode\tJournalLib\tEcritureNum\t")
    assert text.count("\r\n") == 1 + 2 * 10
    note = (tmp_path / f"{file.stem}_notice.txt").read_text("utf-8")
    assert file.name in note
    assert "total au débit : 940,00" in note
    assert "exists" in house.refused("fec", *days, "--out", tmp_path)
    house.done("fec", *days, "--out", tmp_path, "--force", "--pipe")
    assert file.read_bytes().startswith(b"JournalCode|JournalLib|")


def test_what_cannot_be_written_is_refused_in_a_sentence(house_of_yesterday, tmp_path, monkeypatch):
    house = house_of_yesterday
    assert "--year" in house.refused("fec")
    assert "--year" in house.refused("fec", "--year", "2026", "--from", "2026-01-01")
    assert "over" in house.refused("fec", "--year", "2199")
    chart = tmp_path / "chart.toml"
    chart.write_text("[accounts]\n", encoding="utf-8")
    monkeypatch.setenv("VOUCHER_CHART_FILE", str(chart))
    assert "chart" in house.refused("fec", "--year", "2026", "--out", tmp_path)
    chart.write_text("[accounts]\n[kinds]\n[journals]\nAN='x'\n", encoding="utf-8")
    said = house.refused("fec", "--year", "2026", "--out", tmp_path)
    assert "gives no journal" in said
    assert list(tmp_path.glob("*FEC*")) == []
    monkeypatch.delenv("VOUCHER_CHART_FILE")
    monkeypatch.setenv("VOUCHER_ISSUER_SIRET", "")
    assert "SIRET" in house.refused("fec", "--year", "2026", "--out", tmp_path)


def test_the_account_of_an_association_or_a_funder_is_a_spreadsheet(house_of_yesterday, tmp_path):
    house, file = house_of_yesterday, tmp_path / "account.csv"
    assert "PiNG, 4 lines" in house.done("account", "--association", 1, "--out", file)
    heading, *lines = file.read_text("utf-8-sig").splitlines()
    assert heading.startswith('"Enregistré le";"Date d\'effet";"Nature";"Compte"')
    assert '"Pass utilisés";"Structures, à payer"' in lines[0]
    assert '"00000006";"5";"PiNG Breil";"0,00";"10,00";"10,00"' in lines[0]
    assert lines[-1].endswith('"40,00"')
    assert "exists" in house.refused("account", "--association", 1, "--out", file)
    house.done("account", "--funder", 2, "--out", file, "--force")
    lines = file.read_text("utf-8-sig").splitlines()
    assert [line.split(";")[2] for line in lines[1:]] == [
        '"Appel de fonds"', '"Appel de fonds"', '"Fonds reçus"', '"Pass mis en circulation"',
    ]  # fmt: skip
    day = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
    house.done("account", "--funder", 2, "--to", day, "--out", file, "--force")
    assert len(file.read_text("utf-8-sig").splitlines()) == 1
    assert "--funder" in house.refused("account", "--out", file, "--force")
    assert "no funder 99" in house.refused("account", "--funder", 99, "--out", file, "--force")
