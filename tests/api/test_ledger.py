"""The ledger as an auditor reads it."""

import pytest

from tests.support.problems import refused


@pytest.fixture
def auditor(service):
    return service.by("auditor")


def every(caller, path: str) -> list[dict]:
    """All items of a list, two by two."""
    found, cursor = [], ""
    joint = "&" if "?" in path else "?"
    while cursor is not None:
        page = caller.get(f"{path}{joint}limit=2{cursor and '&cursor='}{cursor}").json
        found += page["items"]
        cursor = page["next"]
    return found


def test_both_sides_of_every_account_are_shown(nantes, auditor):
    whole = auditor.get("/ledger/balances").json["items"]
    assert every(auditor, "/ledger/balances") == whole
    by_name = {(row["account"], row["campaign"]): row for row in whole}
    bank = by_name["bank_reserved", str(nantes.campaign)]
    assert (bank["debited_cents"], bank["credited_cents"]) == (30_000, 0)
    assert bank["balance_cents"] == -30_000
    alive = by_name[f"outstanding:campaign:{nantes.campaign}", str(nantes.campaign)]
    assert alive["balance_cents"] == 30_000
    assert sum(row["balance_cents"] for row in whole) == 0
    one = auditor.get(f"/ledger/balances?campaign={nantes.msa_campaign}").json["items"]
    assert {row["campaign"] for row in one} == {str(nantes.msa_campaign)}


def test_every_transfer_is_shown_as_it_was_written(nantes, auditor):
    whole = auditor.get("/ledger/transfers").json["items"]
    assert every(auditor, "/ledger/transfers") == whole
    assert [row["kind"] for row in whole].count("activation") == 3
    first = whole[0]
    assert first == {
        "id": first["id"],
        "event": "call:AF-2026-000001",
        "kind": "call",
        "campaign": str(nantes.campaign),
        "debit": f"receivable:funder:{nantes.metropole}",
        "credit": f"funds:funder:{nantes.metropole}",
        "amount_cents": 10_000,
        "value_date": "2026-11-16",
        "recorded_at": "2026-11-16T09:00:00Z",
        "reference": "AF-2026-000001",
        "reverses": None,
    }


def test_transfers_are_found_by_campaign_and_account(nantes, auditor):
    account = f"receivable:funder:{nantes.msa}"
    found = every(auditor, f"/ledger/transfers?account={account}")
    assert found
    assert all(account in {row["debit"], row["credit"]} for row in found)
    of_campaign = every(auditor, f"/ledger/transfers?campaign={nantes.msa_campaign}")
    assert of_campaign == found


def test_books_in_order_are_said_to_be(nantes, auditor):
    assert nantes.order
    assert auditor.get("/ledger/check-books").json == {"in_order": True, "problems": []}


def test_books_that_are_not_say_where(auditor, monkeypatch):
    problem = type("Problem", (), {"invariant": "series_have_no_hole", "detail": "RA stands at 2"})
    monkeypatch.setattr("voucher_service.api.ledger.check_books", lambda _session: [problem])
    assert auditor.get("/ledger/check-books").json == {
        "in_order": False,
        "problems": [{"invariant": "series_have_no_hole", "detail": "RA stands at 2"}],
    }


def test_a_cursor_that_is_none_is_refused(auditor):
    refused(auditor.get("/ledger/balances?cursor=x"), 422, "invalid", "cursor")
    refused(auditor.get("/ledger/transfers?account=Robert'--"), 422, "invalid", "account")


def test_a_party_reads_its_own_account_to_the_last_cent(service, nantes):
    funder = service.by("funder", nantes.metropole)
    account = funder.get(f"/funders/{nantes.metropole}/account").json
    assert (account["name"], account["opening_cents"]) == ("Nantes Métropole", 0)
    assert [line["kind"] for line in account["lines"]] == ["call", "call", "receipt", "activation"]
    assert [line["balance_cents"] for line in account["lines"]] == [-10_000, 0, 10_000, 0]
    after = funder.get(f"/funders/{nantes.metropole}/account?from=2026-12-01").json
    assert after == {"name": "Nantes Métropole", "opening_cents": 0, "lines": []}
    sheet = funder.get(f"/funders/{nantes.metropole}/account", headers={"Accept": "text/csv"})
    assert sheet.mimetype == "text/csv"
    assert len(sheet.data.splitlines()) == 5
    png = {"Accept": "image/png"}
    refused(funder.get(f"/funders/{nantes.metropole}/account", headers=png), 406, "not_acceptable")
