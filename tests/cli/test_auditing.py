"""``voucher-service audit``: in words, for a machine, as a page; and its exit status."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import House
from tests.documents import reading
from tests.support.autumn import Autumn
from tests.support.forging import forge
from voucher_service.core.canonical import sha256_hex
from voucher_service.store import tables

EARLIER = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def closed(house: House) -> House:
    """A period closed, with its papers drawn."""
    autumn = Autumn(house.world)
    autumn.spend(autumn.ping, 4)
    autumn.spend(autumn.alis44, 3)
    house.facts("close-period", "autumn", "--cutoff", EARLIER.isoformat())
    house.done("seal")
    return house


def test_clean_books_are_said_to_be_clean_in_both_languages_and_on_paper(closed, tmp_path):
    french = closed.done("audit", "--pdf", tmp_path / "audit.pdf")
    assert "Documents signés : 5 vérifiés, rien à signaler" in french
    assert "Copies PDF et CSV : 10 vérifiés, rien à signaler" in french
    assert "Conclusion : tout ce qui a été vérifié est intact et concorde." in french
    assert "Signed documents: 5 checked" in closed.done("audit", "--language", "en")
    assert "Documents signés : 5 vérifiés" in reading.text((tmp_path / "audit.pdf").read_bytes())
    facts = closed.facts("audit", "--since", "2020-01-01")
    assert facts["clean"]
    assert facts["books"]["solvent"]
    assert "exists" in closed.refused("audit", "--pdf", tmp_path / "audit.pdf")


def altered(house: House, number: str, media_type: str, before: bytes, after: bytes) -> None:
    """Put other bytes, and their hash, in the place of a kept paper."""
    session = house.world.session
    session.expire_all()
    paper = session.get_one(tables.Rendering, (number, media_type))
    content = paper.content.replace(before, after)
    assert content != paper.content
    written = content.hex()
    literal = (
        f"'\\x{written}'::bytea"
        if house.world.engine.dialect.name == "postgresql"
        else f"x'{written}'"
    )
    forge(
        house.world,
        f"UPDATE rendering SET content = {literal}, sha256 = '{sha256_hex(content)}'"  # noqa: S608
        f" WHERE number = '{number}' AND media_type = '{media_type}'",
    )


def test_a_spreadsheet_altered_with_its_hash_is_named_by_line_and_column(closed):
    altered(closed, "RA-2026-000001", "text/csv", b'"10,00"', b'"10,01"')
    result = closed.run("audit")
    assert result.exit_code == 1
    assert "La copie RA-2026-000001 (text/csv) ne dit pas ce que dit le document" in result.stdout
    assert "line 1, Montant (€) : attendu 10,00, trouvé 10,01" in result.stdout
    assert "Conclusion : 4 anomalies" in result.stdout
