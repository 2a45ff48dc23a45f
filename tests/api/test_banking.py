"""The bank's files over HTTP: taken once, listed, and explained by a person where needed."""

import hashlib

import pytest

from tests.support.bank_files import CREDIT, DEBIT, camt_053, cfonb_120, entry, statement
from tests.support.problems import refused
from voucher_service.actions import settling
from voucher_service.api.banking import LARGEST_FILE
from voucher_service.core.references import creditor_reference

XML = {"Content-Type": "application/xml"}
TEXT = {"Content-Type": "text/plain"}


def send(caller, content, headers=XML):
    return caller.post("/bank-statements", data=content, headers=headers)


@pytest.fixture
def sent(service, nantes):
    """10.00 € on their way to PiNG. The reference of the payment."""
    world, serial = service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    world.later(days=16)
    number = world.close("2026-11", world.now)[0]
    settling.approve_statement(world.session, number, "token:2", world.now)
    nantes.finance.post("/payout-batches", {"period": "2026-11"})
    nantes.operator.post("/payout-batches/VP-2026-000001/approve")
    return number


def test_a_file_is_taken_once_and_says_what_became_of_its_lines(service, nantes, sent):
    lines = [
        entry(1_000, DEBIT, end_to_end=sent),
        entry(1_000, CREDIT, end_to_end=sent, return_reason="AC04"),
        entry(7, DEBIT, text="COTISATION"),
    ]
    content = camt_053(statement(lines, 30_000))
    first = send(nantes.finance, content)
    assert first.status_code == 201, first.text
    assert first.json == {
        "id": first.json["id"],
        "form": "camt.053.001.08",
        "new": True,
        "matched": 1,
        "returned": 1,
        "rejected": 0,
        "unknown": 1,
    }
    again = send(nantes.operator, content)
    assert again.status_code == 200
    assert again.json == first.json | {"new": False}
    (item,) = nantes.finance.get("/bank-statements").json["items"]
    assert item["sha256"] == hashlib.sha256(content).hexdigest()
    assert (item["number"], item["opening_cents"], item["closing_cents"]) == (1, 30_000, 29_993)
    (mine,) = service.by("association", nantes.ping.association).get("/payouts").json["items"]
    assert mine["reason"]["title"] == "Ce compte est fermé"
    listed = nantes.finance.get("/bank-lines?state=matched").json["items"]
    assert [line["matches"][0]["kind"] for line in listed] == ["executed", "returned"]
    assert nantes.finance.get(f"/bank-lines?statement={item['id']}&limit=2").json["next"] == "2"


def test_the_same_key_gives_the_first_answer_again(nantes):
    content = camt_053(statement([entry(5)]))
    answers = [
        nantes.finance.post("/bank-statements", key="k", data=content, headers=XML) for _ in "12"
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    other = nantes.finance.post("/bank-statements", key="k", data=content + b" ", headers=XML)
    refused(other, 422, "idempotency_key_reused")


def test_a_funder_s_short_payment_and_the_rest_of_it(service, nantes):
    funder, order = nantes.msa, nantes.msa_order
    call = nantes.finance.get(f"/orders/{order}").json["calls"][0]
    short = entry(4_999, creditor_reference=creditor_reference(call["number"]))
    assert send(nantes.finance, camt_053(statement([short]))).json["matched"] == 1
    assert nantes.finance.get(f"/orders/{order}").json["funded"] is False
    rest = entry(1, text="RESTE", iban="FR7630006000011234567890189")
    on = statement([rest], 4_999, "next")
    assert send(nantes.finance, cfonb_120(on), TEXT).json["unknown"] == 1
    (line,) = nantes.finance.get("/bank-lines?state=unknown").json["items"]
    assert (line["amount_cents"], line["direction"], line["matches"]) == (1, "credit", [])
    part: dict = {"order": str(order), "funder": str(funder)}
    meant = {"kind": "receipts", "parts": [part]}
    path = f"/bank-lines/{line['id']}/assign"
    refused(nantes.finance.post(path, {"to": meant}), 422, "invalid")
    part["amount_cents"] = 2
    before = service.checksum()
    refused(nantes.finance.post(path, {"to": meant}), 422, "parts_differ", "to")
    assert service.checksum() == before
    part["amount_cents"] = 1
    known = nantes.finance.post(path, {"to": meant}).json
    assert known["matched_by"] == f"token:{nantes.finance.number}"
    assert nantes.finance.get(f"/orders/{order}").json["funded"] is True
    refused(nantes.finance.post(path, {"to": meant}), 409, "matched_already")


def test_an_unknown_line_comes_with_what_it_might_be_and_no_whole_iban(nantes, sent):
    iban = "FR7630006000011234567890189"
    send(nantes.finance, camt_053(statement([entry(1_000, DEBIT, iban=iban)], 5_000)))
    answer = nantes.finance.get("/bank-lines?state=unknown")
    assert iban not in answer.text
    (line,) = answer.json["items"]
    assert line["iban_masked"] == "FR76 …0189"
    (proposal,) = line["proposals"]
    assert proposal == {"amount_cents": 1_000, "end_to_end": sent, "order": None, "funder": None}
    meant = {"kind": "payout", "end_to_end": sent}
    known = nantes.finance.post(f"/bank-lines/{line['id']}/assign", {"to": meant}).json
    assert known["proposals"] == []
    assert known["matches"] == [{"kind": "executed", "target": sent, "amount_cents": 1_000}]


@pytest.mark.usefixtures("sent")
def test_what_a_line_was_said_to_be_by_mistake_is_taken_back(nantes):
    send(nantes.finance, camt_053(statement([entry(500, DEBIT)], 5_000)))
    (line,) = nantes.finance.get("/bank-lines?state=unknown").json["items"]
    path, why = f"/bank-lines/{line['id']}", {"reason": "ce sont des frais"}
    refused(nantes.finance.post(f"{path}/unassign", why), 409, "not_matched")
    meant = {"kind": "charge", "campaign": str(nantes.campaign)}
    assert nantes.finance.post(f"{path}/assign", {"to": meant}).json["matched_at"]
    back = nantes.finance.post(f"{path}/unassign", why).json
    assert (back["matched_at"], back["matches"]) == (None, [])
    refused(nantes.finance.post("/bank-lines/99/unassign", why), 404, "not_found")


MEANT = [
    ({"kind": "taken_back", "receipt": "99"}, 404, "not_found"),
    ({"kind": "refund", "number": "RB-2026-000001"}, 404, "not_found"),
    ({"kind": "withdrawal", "campaign": "1"}, 409, "more_than_own"),
    ({"kind": "charge", "campaign": "99"}, 404, "not_found"),
    ({"kind": "top_up", "campaign": "1"}, 422, "wrong_direction"),
    ({"kind": "set_against", "line": "99"}, 404, "not_found"),
    ({"kind": "payout", "end_to_end": "RA-2026-000099"}, 404, "not_found"),
    ({"kind": "gift"}, 422, "invalid"),
    ({}, 422, "invalid"),
]


def test_what_a_line_cannot_be_is_refused(service, nantes):
    send(nantes.finance, camt_053(statement([entry(5, DEBIT)])))
    before = service.checksum()
    for meant, status, reason in MEANT:
        refused(nantes.finance.post("/bank-lines/1/assign", {"to": meant}), status, reason)
    refused(nantes.finance.post("/bank-lines/9/assign", {"to": MEANT[2][0]}), 404, "not_found")
    assert service.checksum() == before


GOOD = statement([entry(5)])
BAD = [
    (b"", XML, 422, "unknown_form"),
    (b"<a/>", XML, 422, "unknown_form"),
    (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", XML, 422, "document_type"),
    (b"<a>", XML, 422, "not_xml"),
    (b"{}", {"Content-Type": "application/json"}, 415, "not_a_file"),
    (camt_053(statement([], account="FR7630006000011234567890189")), XML, 422, "other_account"),
    (camt_053(GOOD).replace(b"0.05", b"0.06", 1), XML, 422, "statement_does_not_add_up"),
    (camt_053(GOOD) + b" " * LARGEST_FILE, XML, 413, "request_entity_too_large"),
]


def test_a_file_that_cannot_be_taken_changes_nothing(service, nantes):
    before = service.checksum()
    for content, headers, status, reason in BAD:
        refused(send(nantes.finance, content, headers), status, reason)
    assert service.checksum() == before
    # Larger than any other body, and good all the same.
    assert send(nantes.finance, camt_053(GOOD) + b" " * 1_000_000).status_code == 201
