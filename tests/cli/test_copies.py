import pytest
from sqlalchemy import func, select

from tests.cli.conftest import run
from tests.support.autumn import Autumn
from voucher_service.store import tables


def redemptions(house):
    house.world.session.expire_all()
    return house.world.session.scalar(select(func.count(tables.Redemption.id)))


@pytest.fixture
def autumn(house):
    played = Autumn(house.world)
    played.spend(played.ping, 4)
    return played


def test_a_backup_taken_in_service_brings_everything_back(house, autumn):
    copy = house.path / "copy"
    house.done("backup", copy)
    autumn.spend(autumn.ping, 2)
    assert redemptions(house) == 6
    house.world.session.rollback()
    house.world.close_book()
    house.world.engine.dispose()
    house.done("restore", copy, "--force")
    assert redemptions(house) == 4
    assert house.facts("check-books") == {"problems": []}


@pytest.mark.usefixtures("autumn")
def test_neither_copying_nor_putting_back_overwrites_unasked(house):
    copy = house.path / "copy"
    copy.write_bytes(b"something precious")
    assert "exists" in house.refused("backup", copy)
    assert copy.read_bytes() == b"something precious"
    house.done("backup", copy, "--force")
    assert house.run("restore", copy).exit_code != 0
    assert redemptions(house) == 4


@pytest.mark.usefixtures("autumn")
def test_a_file_that_is_no_backup_is_refused_and_the_data_stay(house):
    wrong = house.path / "wrong"
    for content in (b"", b"hello", b"SQLite format 3\x00 and then nothing"):
        wrong.write_bytes(content)
        house.refused("restore", wrong, "--force")
    assert "does not exist" in house.refused("restore", house.path / "nothing")
    assert redemptions(house) == 4


@pytest.mark.usefixtures("environment")
def test_a_copy_of_nothing_is_refused(tmp_path):
    result = run("backup", tmp_path / "copy")
    assert result.exit_code == 2
    assert "voucher-service init" in result.stderr
    assert not (tmp_path / "copy").exists()
