"""Booklets made, printed, stopped and replaced, as machines say it."""

from datetime import timedelta

from tests.support.problems import refused
from voucher_service.store import tables


def test_an_order_that_is_not_funded_is_not_issued(service, nantes):
    before = service.checksum()
    refused(nantes.operator.post(f"/orders/{nantes.msa_order}/issue"), 409, "not_funded")
    refused(nantes.operator.post("/orders/99/issue"), 404, "not_found")
    assert service.checksum() == before


def test_issuing_is_a_job_and_serials_follow_one_another(service, nantes):
    service.world.fund(nantes.msa_order)
    asked = nantes.operator.post(f"/orders/{nantes.msa_order}/issue")
    assert asked.status_code == 202
    job = asked.json["job"]
    assert (job["state"], job["done"], job["total"]) == ("queued", 0, 1)
    service.run_jobs()
    assert nantes.operator.get(f"/jobs/{job['id']}").json["job"]["state"] == "done"
    found = nantes.operator.get(f"/orders/{nantes.msa_order}/booklets").json["items"]
    assert [item["serial"] for item in found] == [f"{len(nantes.serials) + 1:08d}"]


def test_booklets_say_where_they_stand(service, nantes):
    world, operator = service.world, nantes.operator
    given, blocked, voided, _, waiting, stopped = nantes.serials
    world.hand_over(given, nantes.ccas)
    world.redeem(nantes.ping, world.codes(given)[0])
    why = {"reason": "perdu"}
    assert operator.post(f"/booklets/{blocked}/block", why).json["status"] == "blocked"
    assert operator.post(f"/booklets/{voided}/void", why).json["status"] == "voided"
    operator.post(f"/booklets/{stopped}/block", why)
    assert operator.post(f"/booklets/{stopped}/unblock", why).json["status"] == "issued"
    found = {
        item["serial"]: item
        for item in operator.get(f"/orders/{nantes.order}/booklets").json["items"]
    }
    assert found[given] == {
        "serial": given,
        "passes": 5,
        "status": "handed_over",
        "started": True,
        "point": str(nantes.ccas),
        "replaces": None,
    }
    assert found[waiting]["status"] == "issued"
    assert found[waiting]["point"] is None
    assert found[blocked]["started"] is False


def test_a_booklet_keeps_its_history(service, nantes):
    serial, operator = nantes.serials[0], nantes.operator
    service.world.hand_over(serial, nantes.ccas)
    operator.post(f"/booklets/{serial}/block", {"reason": "perdu dans le bus"})
    found = operator.get(f"/booklets/{serial}").json
    assert [event["kind"] for event in found["events"]] == ["handed_over", "blocked"]
    assert found["events"][1]["reason"] == "perdu dans le bus"
    assert found["events"][1]["actor"] == f"token:{operator.number}"
    assert found["valid_until"] == "2027-12-31"


def test_nothing_is_done_to_a_booklet_without_saying_why(service, nantes):
    before = service.checksum()
    for deed in ("block", "unblock", "void", "replace"):
        path = f"/booklets/{nantes.serials[0]}/{deed}"
        refused(nantes.operator.post(path, {}), 422, "invalid", "reason")
        refused(nantes.operator.post(path, {"reason": " "}), 422, "invalid", "reason")
        refused(nantes.operator.post(f"/booklets/99/{deed}", {"reason": "x"}), 404, "not_found")
        refused(nantes.operator.post(f"/booklets/x/{deed}", {"reason": "x"}), 404, "not_found")
    assert service.checksum() == before


def test_what_cannot_be_done_to_a_booklet_changes_nothing(service, nantes):
    serial, why = nantes.serials[0], {"reason": "perdu"}
    refused(nantes.operator.post(f"/booklets/{serial}/unblock", why), 409, "not_blocked")
    nantes.operator.post(f"/booklets/{serial}/void", why)
    before = service.checksum()
    refused(nantes.operator.post(f"/booklets/{serial}/block", why), 409, "not_blockable")
    refused(nantes.operator.post(f"/booklets/{serial}/void", why), 409, "voided")
    refused(nantes.operator.post(f"/booklets/{serial}/replace", why), 409, "voided")
    assert service.checksum() == before


def test_a_replacement_holds_the_passes_that_were_left(service, nantes):
    world, serial = service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    new = nantes.operator.post(f"/booklets/{serial}/replace", {"reason": "abîmé"}).json
    assert new["replaces"] == serial
    assert (new["passes"], new["status"], new["point"]) == (4, "in_stock", str(nantes.ccas))
    assert nantes.operator.get(f"/booklets/{serial}").json["status"] == "voided"


def test_a_point_stops_its_own_booklets_and_nothing_more(service, nantes):
    ccas, why = service.by("distributor", nantes.ccas), {"reason": "volé"}
    own, elsewhere = nantes.serials[0], nantes.serials[-1]
    assert ccas.post(f"/booklets/{own}/block", why).status_code == 200
    refused(ccas.post(f"/booklets/{elsewhere}/block", why), 404, "not_found")
    refused(ccas.post(f"/booklets/{own}/unblock", why), 403, "role_not_allowed")


def test_a_print_is_asked_for_and_fetched_by_a_printer_only(service, nantes):
    printer = service.by("printer")
    asked = printer.post(f"/orders/{nantes.order}/prints", {"format": "ndjson"})
    assert asked.status_code == 202
    number, job = asked.json["print"], asked.json["job"]
    assert (job["kind"], job["total"]) == ("print", len(nantes.serials))
    refused(printer.get(f"/prints/{number}"), 404, "not_found")
    content = put_in_place(service, int(number), "codes.ndjson")
    fetched = printer.get(f"/prints/{number}")
    assert fetched.data == content
    assert fetched.content_type == "application/x-ndjson"
    fetched.close()
    refused(nantes.operator.get(f"/prints/{number}"), 403, "role_not_allowed")
    service.world.later(days=7)
    refused(printer.get(f"/prints/{number}"), 404, "not_found")


def put_in_place(service, number: int, name: str) -> bytes:
    """What the process that signs would have made."""
    content = b'{"serial": "00000001"}\n'
    prints = service.services.prints
    prints.mkdir(parents=True)
    (prints / name).write_bytes(content)
    service.world.session.get(tables.PrintRequest, number).file_name = name
    return content


def test_some_booklets_of_an_order_are_printed_by_their_serials(service, nantes):
    body = {"format": "pdf", "first_serial": nantes.serials[2], "count": 2}
    asked = service.by("printer").post(f"/orders/{nantes.order}/prints", body)
    assert asked.json["job"]["total"] == 2


BAD_PRINTS = [
    ({}, "invalid", "format"),
    ({"format": "docx"}, "invalid", "format"),
    ({"format": "pdf", "count": 0}, "invalid", "count"),
    ({"format": "pdf", "count": 7}, "bad_range", "first_serial"),
    ({"format": "pdf", "first_serial": "first"}, "invalid", "first_serial"),
    ({"format": "pdf", "first_serial": "99999999"}, "bad_range", "first_serial"),
]


def test_what_cannot_be_printed_is_not_asked_for(service, nantes):
    before = service.checksum()
    for body, reason, field in BAD_PRINTS:
        answer = service.by("printer").post(f"/orders/{nantes.order}/prints", body)
        refused(answer, 422, reason, field)
    assert service.checksum() == before


def test_an_order_without_booklets_is_not_printed(service, nantes):
    answer = service.by("printer").post(f"/orders/{nantes.msa_order}/prints", {"format": "pdf"})
    refused(answer, 409, "not_issued")


def test_a_print_is_kept_for_seven_days(service, nantes):
    service.by("printer").post(f"/orders/{nantes.order}/prints", {"format": "pdf"})
    row = service.world.session.query(tables.PrintRequest).one()
    assert row.expires_at - row.created_at == timedelta(days=7)
