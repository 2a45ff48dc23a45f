"""Papers at the command line: fetched by number in any form, and drawn at night when nobody did."""

import json

from tests.support.calling import issued, ordered
from tests.support.fees import invoiced
from voucher_service.store import tables


def test_a_paper_is_written_in_the_form_of_its_file(house, tmp_path):
    world = house.world
    order = ordered(world)
    call = issued(world, order)[0]
    invoice = invoiced(world, min(world.calls(order)))
    for number, suffix, start in (
        (call, "pdf", b"%PDF"),
        (call, "csv", b"\xef\xbb\xbf"),
        (invoice, "xml", b"<?xml"),
        (invoice, "pdf", b"%PDF"),
    ):
        house.done("paper", number, "--out", tmp_path / f"{number}.{suffix}")
        assert (tmp_path / f"{number}.{suffix}").read_bytes().startswith(start)
    house.done("paper", call, "--out", tmp_path / "call.json")
    assert json.loads((tmp_path / "call.json").read_bytes())["number"] == call
    assert "no invoice" in house.refused("paper", call, "--out", tmp_path / "call.xml")
    assert "ends in" in house.refused("paper", call, "--out", tmp_path / "call.doc")
    assert "no paper" in house.refused("paper", "AF-1", "--out", tmp_path / "none.pdf")
    assert "exists" in house.refused("paper", call, "--out", tmp_path / "call.json")


def test_what_nobody_read_is_drawn_at_night_and_kept(house):
    world = house.world
    order = ordered(world)
    issued(world, order)
    invoiced(world, min(world.calls(order)))
    assert house.facts("tick")["papers"] == {"drawn": 6, "failed": 0}
    before = [
        row.sha256 for row in world.session.query(tables.FeeDocumentFile).order_by("media_type")
    ]
    assert len(before) == 2
    assert house.facts("tick")["papers"] == {"drawn": 0, "failed": 0}
    world.session.rollback()
    after = world.session.query(tables.FeeDocumentFile).order_by("media_type")
    assert [row.sha256 for row in after] == before
