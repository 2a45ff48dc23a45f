import json
import stat

import pytest
from sqlalchemy import func, select

from tests.cli.conftest import House
from tests.documents import reading
from tests.support.cast import TYPED_CODES
from voucher_service.actions.trusting import pass_keyring
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import Opened
from voucher_service.store import tables

THREE = 3


@pytest.fixture
def funded(house: House) -> int:
    """An order of three booklets whose money has arrived."""
    world = house.world
    order = world.order(world.campaign({world.funder("Métropole"): 1}), THREE)
    world.fund(order)
    return order


def test_an_order_is_issued_and_issuing_it_again_changes_nothing(house, funded):
    issued = house.facts("issue", funded)
    assert issued == {"booklets": 3, "first_serial": "00000001", "last_serial": "00000003"}
    assert house.facts("issue", funded) == issued
    assert house.world.session.scalar(select(func.count(tables.Booklet.id))) == THREE


def test_an_order_without_its_money_is_not_issued(house):
    world = house.world
    order = world.order(world.campaign({world.funder("Métropole"): 1}), 3)
    assert "receipts first" in house.refused("issue", order)
    assert "no order 99" in house.refused("issue", 99)
    assert "no order 99" in house.refused("print", 99, "--codes", house.path / "codes.ndjson")
    assert world.session.scalar(select(func.count(tables.Booklet.id))) == 0


def test_a_trial_page_has_a_code_of_the_right_size_that_is_worth_nothing(sqlite_house):
    out = sqlite_house.path / "trial.pdf"
    assert "print it at 100 %" in sqlite_house.done("print-trial", "--out", out)
    (picture,) = reading.pictures(out.read_bytes(), 150)
    (text,) = reading.codes(picture)
    assert text == "http://127.0.0.1:8000/p#" + "0" * 256
    assert pass_keyring(sqlite_house.world.session).open(text) is Reason.UNREADABLE
    assert "exists" in sqlite_house.refused("print-trial", "--out", out)


def test_printed_codes_open_with_the_public_keys_and_are_always_the_same(house, funded):
    house.done("issue", funded)
    out, again = house.path / "codes.ndjson", house.path / "again.ndjson"
    house.done("print", funded, "--codes", out)
    house.done("print", funded, "--codes", again)
    assert out.read_bytes() == again.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    keyring = pass_keyring(house.world.session)
    for line in lines:
        opened = keyring.open(line["code"])
        assert isinstance(opened, Opened)
        assert opened.token.number == line["number"]
        assert TYPED_CODES.read(line["typed"]) == (int(line["serial"]), line["number"])
    assert len({line["code"] for line in lines}) == THREE * 5


def test_a_pass_printed_again_after_a_new_key_bears_the_same_code(house, funded):
    house.done("issue", funded)
    out, again = house.path / "codes.ndjson", house.path / "again.ndjson"
    house.done("print", funded, "--codes", out)
    house.done("keys", "new", "--kid", "2602")
    house.done("print", funded, "--codes", again)
    assert out.read_bytes() == again.read_bytes()


def test_a_part_of_an_order_is_printed_by_serial(house, funded):
    house.done("issue", funded)
    out = house.path / "part.ndjson"
    house.done("print", funded, "--first", "00000002", "--count", 1, "--codes", out)
    lines = out.read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["serial"] for line in lines} == {"00000002"}
    for first in ("00000009", "nonsense", "00000003"):
        arguments = ("--first", first, "--count", 2, "--codes", house.path / "no.ndjson")
        assert "serials begin at 00000001" in house.refused("print", funded, *arguments)
    assert not (house.path / "no.ndjson").exists()


def test_sheets_are_a_pdf_and_a_file_is_not_overwritten_unasked(house, funded):
    house.done("issue", funded)
    out = house.path / "booklets.pdf"
    out.write_bytes(b"something precious")
    assert "exists" in house.refused("print", funded, "--out", out)
    assert out.read_bytes() == b"something precious"
    house.done("print", funded, "--out", out, "--force")
    assert out.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in house.path.iterdir() if path.name.endswith(".part")] == []


def test_nothing_is_printed_before_issuing_nor_without_a_place(house, funded):
    assert "Issue the order" in house.refused("print", funded, "--out", house.path / "no.pdf")
    assert "--out" in house.refused("print", funded)
    away = house.path / "nowhere" / "no.pdf"
    assert "does not exist" in house.refused("print", funded, "--out", away)


def test_a_wrong_passphrase_a_missing_and_a_retired_key_are_named(house, funded):
    house.done("issue", funded)
    out = house.path / "no.ndjson"
    file = house.path / "passphrase"
    right = file.read_bytes()
    file.write_bytes(b"another passphrase")
    assert "does not open" in house.refused("print", funded, "--codes", out)
    file.write_bytes(right)
    key = house.path / "keys" / "pass-2601.pem"
    key.rename(key.with_suffix(".away"))
    assert "cannot print with key 2601" in house.refused("print", funded, "--codes", out)
    key.with_suffix(".away").rename(key)
    house.done("keys", "retire", "2601")
    assert "No pass key may sign" in house.refused("print", funded, "--codes", out)
    assert not out.exists()
