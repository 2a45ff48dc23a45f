"""Paying the associations over HTTP: accounts, batches, the file, and what came of it."""

import hashlib
from dataclasses import replace

import pytest

from tests.support.cast import NAGA
from tests.support.problems import refused
from voucher_service.actions import paying, settling
from voucher_service.config import ReservedAccount
from voucher_service.core.bank_reasons import ABOUT_THE_ACCOUNT
from voucher_service.core.payout_batch import Hindrance
from voucher_service.http.wording import BANK_REASONS, HINDRANCES, sentences
from voucher_service.store import tables

BATCH = "VP-2026-000001"
NOVEMBER = {"period": "2026-11"}
NEW = {
    "iban": "FR76 3000 1007 9412 3456 7890 185",
    "holder": "PiNG",
    "town": "Nantes",
    "country": "FR",
}


@pytest.fixture
def approved(service, nantes):
    """One pass spent at PiNG in November, closed and approved. The number of the statement."""
    world, serial = service.world, nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(nantes.ping, world.codes(serial)[0])
    world.later(days=16)
    number = world.close("2026-11", world.now)[0]
    settling.approve_statement(world.session, number, "token:2", world.now)
    return number


def test_a_batch_goes_through_two_hands_and_its_file_is_the_same_for_ever(nantes, approved):
    seen = nantes.finance.get("/periods/2026-11/payables").json
    assert (seen["total_cents"], seen["left_out"]) == (1_000, [])
    made = nantes.finance.post("/payout-batches", NOVEMBER)
    assert made.status_code == 201
    (line,) = made.json["lines"]
    assert (made.json["number"], made.json["state"], made.json["total_cents"]) == (
        BATCH,
        "made",
        1_000,
    )
    assert line["end_to_end"] == line["statement"] == approved
    assert line["iban_masked"] == "FR76 …0189"
    refused(nantes.operator.get(f"/payout-batches/{BATCH}.xml"), 409, "not_approved")
    refused(nantes.finance.post(f"/payout-batches/{BATCH}/approve"), 409, "four_eyes")
    passed = nantes.operator.post(f"/payout-batches/{BATCH}/approve").json
    assert (passed["state"], passed["decided_by"]) == (
        "approved",
        f"token:{nantes.operator.number}",
    )
    files = [who.get(f"/payout-batches/{BATCH}.xml") for who in (nantes.operator, nantes.finance)]
    assert files[0].content_type == "application/xml"
    assert files[0].data == files[1].data
    assert hashlib.sha256(files[0].data).hexdigest() == made.json["file_sha256"]
    assert nantes.finance.get(f"/payout-batches/{BATCH}").json == passed
    assert nantes.finance.get("/payout-batches").json["items"][0]["payments"] == 1
    (state,) = (item["state"] for item in nantes.finance.get("/payouts").json["items"])
    assert state == "sent"
    refused(nantes.finance.post("/payout-batches", NOVEMBER), 409, "nothing_to_pay")


@pytest.mark.usefixtures("approved")
def test_no_answer_but_the_file_gives_an_iban(nantes):
    nantes.finance.post("/payout-batches", NOVEMBER)
    ping = nantes.ping.association
    for path in (
        "/payout-batches",
        f"/payout-batches/{BATCH}",
        "/payouts",
        f"/associations/{ping}/bank-accounts",
    ):
        assert "FR7630006000011234567890189" not in nantes.finance.get(path).text


def test_who_is_left_out_is_told_why_and_what_to_do_in_the_reader_s_language(
    service, nantes, approved
):
    ping = nantes.ping.association
    refused(nantes.finance.post("/payout-batches", {"period": "2026-12"}), 404, "not_found")
    proposed = service.by("association", ping).post(f"/associations/{ping}/bank-accounts", NEW)
    assert proposed.status_code == 201
    assert proposed.json["state"] == "proposed"
    path = f"/bank-accounts/{proposed.json['id']}/confirm"
    assert nantes.finance.post(path).json["state"] == "current"
    (told,) = nantes.finance.get(
        "/periods/2026-11/payables", headers={"Accept-Language": "en"}
    ).json["left_out"]
    assert told["reason"] == "account_cooling_off"
    assert told["until"] == proposed.json["proposed_at"].replace("-12-02", "-12-05")
    assert told["title"] == "Bank account too new"
    (dit,) = nantes.finance.get("/periods/2026-11/payables").json["left_out"]
    assert dit["title"] == "Compte bancaire trop récent"
    detail = nantes.finance.post("/payout-batches", NOVEMBER)
    refused(detail, 409, "nothing_to_pay")
    assert f"{approved} (account_cooling_off)" in detail.json["detail"]


def test_an_account_is_proposed_confirmed_refused_and_listed(nantes):
    ping = nantes.ping.association
    path = f"/associations/{ping}/bank-accounts"
    number = nantes.finance.post(path, NEW).json["id"]
    refused(nantes.finance.post(f"/bank-accounts/{number}/confirm"), 409, "four_eyes")
    no = nantes.operator.post(f"/bank-accounts/{number}/refuse", {"reason": "inconnu"}).json
    assert (no["state"], no["refusal"]) == ("refused", "inconnu")
    number = nantes.operator.post(path, NEW).json["id"]
    nantes.finance.post(f"/bank-accounts/{number}/confirm")
    states = [item["state"] for item in nantes.operator.get(path).json["items"]]
    assert states == ["replaced", "refused", "current"]


UNFIT: list[tuple[dict, str]] = [
    ({"iban": "FR7630006000011234567890188"}, "bad_iban"),
    ({"iban": "MU17BOMM0101101030300200000MUR"}, "unfit_account"),
    ({"holder": "x" * 71}, "unfit_account"),
    ({"holder": "🎉"}, "unfit_account"),
    ({"town": None}, "unfit_account"),
    ({"country": "France"}, "invalid"),
]


def test_an_account_that_no_bank_would_pay_to_is_not_recorded(service, nantes):
    before = service.checksum()
    for changed, reason in UNFIT:
        path = f"/associations/{nantes.ping.association}/bank-accounts"
        refused(nantes.finance.post(path, NEW | changed), 422, reason)
    assert service.checksum() == before


def test_an_association_reads_why_its_money_came_back(service, nantes, approved):
    world = service.world
    nantes.finance.post("/payout-batches", NOVEMBER)
    nantes.operator.post(f"/payout-batches/{BATCH}/approve")
    paying.payout_executed(world.session, approved, world.now)
    paying.payout_returned(world.session, approved, "AC04", world.now)
    (mine,) = service.by("association", nantes.ping.association).get("/payouts").json["items"]
    assert (mine["state"], mine["reason"]["code"]) == ("returned", "AC04")
    assert mine["reason"]["title"] == "Ce compte est fermé"
    assert "RIB" in mine["reason"]["next_step"]
    assert service.by("association", nantes.alis44.association).get("/payouts").json["items"] == []
    (account,) = nantes.finance.get(f"/associations/{nantes.ping.association}/bank-accounts").json[
        "items"
    ]
    assert (account["state"], account["blocked_reason"]) == ("blocked", "AC04")
    found = nantes.finance.get(f"/payouts?statement={approved}&batch={BATCH}").json["items"]
    assert [item["end_to_end"] for item in found] == [approved]


def test_a_batch_is_called_off(nantes, approved):
    nantes.finance.post("/payout-batches", NOVEMBER)
    off = nantes.finance.post(f"/payout-batches/{BATCH}/cancel", {"reason": "mauvais mois"}).json
    assert (off["state"], off["reason"]) == ("cancelled", "mauvais mois")
    refused(nantes.operator.post(f"/payout-batches/{BATCH}/approve"), 409, "decided_already")
    again = nantes.finance.post("/payout-batches", NOVEMBER | {"statements": [approved]}).json
    assert again["number"] == "VP-2026-000002"
    refused(nantes.operator.get("/payout-batches/VP-2026-000009.xml"), 404, "not_found")


@pytest.mark.usefixtures("approved")
def test_without_a_ring_fenced_account_no_file_is_made(service, nantes):
    service.services.settings = replace(service.services.settings, reserved=ReservedAccount())
    before = service.checksum()
    refused(nantes.finance.post("/payout-batches", NOVEMBER), 409, "no_reserved_account")
    assert service.checksum() == before
    assert service.world.session.query(tables.PayoutBatch).count() == 0


def test_every_reason_has_its_sentences_in_both_languages():
    assert set(sentences(HINDRANCES)) == {reason.value for reason in Hindrance}
    for file in (HINDRANCES, BANK_REASONS):
        for code, by_language in sentences(file).items():
            assert set(by_language) == {"fr", "en"}, code
            for words in by_language.values():
                assert set(words) == {"title", "next_step"}
                assert all(words.values())
    assert "other" in sentences(BANK_REASONS)
    assert {"AC01", "AC04", "AC06"} < ABOUT_THE_ACCOUNT
    assert NAGA[2] == NEW["iban"].replace(" ", "")
