"""Fees in books apart: never with face value, never on the ring-fenced account, never undone."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.autumn import Autumn
from tests.support.cast import World
from tests.support.fees import FEES, OFFICE, OWN_ACCOUNT, RING_FENCED, invoiced, payer
from tests.support.forging import forged
from voucher_service.actions import invoicing, sealing
from voucher_service.actions.auditing import audit
from voucher_service.actions.checking import check_books
from voucher_service.config import BadSettings, read_settings
from voucher_service.core import fees
from voucher_service.core.documents import PayTo
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.fees import FeeKind, FeeTransfer
from voucher_service.core.findings import Finding
from voucher_service.core.invoices import Order
from voucher_service.core.transfer import Kind, Transfer
from voucher_service.store import fees as books
from voucher_service.store import tables
from voucher_service.store.postings import balances
from voucher_service.store.seals import FEES as FEES_CHAIN

TODAY = date(2026, 11, 16)
FIRST = "FS-2026-000001"


def read(world: World, number: str) -> Any:
    return json.loads(world.session.get_one(tables.FeeDocument, number).document)


def test_an_invoice_is_owed_in_the_operators_books_and_moves_nothing_in_the_schemes(world: World):
    Autumn(world)
    before = balances(world.session)
    funder = payer(world)
    assert invoiced(world, funder) == FIRST
    assert books.balances(world.session) == {
        "fees:income": 100_003,
        f"fees:receivable:funder:{funder}": -120_004,
        "fees:vat": 20_001,
    }
    assert balances(world.session) == before
    assert read(world, FIRST)["pay_to"]["iban"] == OWN_ACCOUNT.iban
    assert "face_value" not in json.dumps(read(world, FIRST))
    assert check_books(world.session) == []


def test_a_payment_settles_it_once_and_never_above_what_is_left(world: World):
    number = invoiced(world)
    pay = (world.session, number)
    invoicing.record_payment(*pay, 100_000, TODAY, "VIR 1", world.now)
    with pytest.raises(Conflict, match="already"):
        invoicing.record_payment(*pay, 10, TODAY, "VIR 1", world.now)
    with pytest.raises(Invalid, match="20004"):
        invoicing.record_payment(*pay, 20_005, TODAY, "VIR 2", world.now)
    invoicing.record_payment(*pay, 20_004, TODAY, "VIR 2", world.now)
    assert books.balances(world.session)[fees.BANK] == -120_004
    assert check_books(world.session) == []


def test_credit_notes_take_back_at_most_the_invoice_and_just_its_vat(world: World):
    number = invoiced(world)
    notes = [
        invoicing.issue_credit_note(world.session, number, cents, "Remise", OFFICE, world.now)
        for cents in (33_334, 33_334, 33_335)
    ]
    assert notes == [f"AS-2026-00000{n}" for n in (1, 2, 3)]
    assert books.credited(world.session, number) == (100_003, 20_001)
    assert read(world, notes[0])["corrects"] == {"number": number, "issued_on": "2026-11-16"}
    with pytest.raises(Invalid, match="0 cents"):
        invoicing.issue_credit_note(world.session, number, 1, "Remise", OFFICE, world.now)
    with pytest.raises(Conflict):
        invoicing.issue_credit_note(world.session, notes[0], 1, "Remise", OFFICE, world.now)
    assert set(books.balances(world.session).values()) == {0}
    assert check_books(world.session) == []


def test_an_invoice_needs_what_its_platform_finds_parties_by(world: World):
    unknown = world.funder("Sans SIRET")
    with pytest.raises(Conflict) as refused:
        invoicing.issue_invoice(world.session, unknown, FEES, Order(), OFFICE, world.now)
    assert refused.value.reason == "siret_missing"
    strict = payer(world)
    world.session.get_one(tables.Funder, strict).needs_engagement = True
    with pytest.raises(Conflict) as refused:
        invoicing.issue_invoice(world.session, strict, FEES, Order(), OFFICE, world.now)
    assert refused.value.reason == "engagement_number_missing"
    with pytest.raises(Invalid):
        invoicing.issue_invoice(world.session, strict, [], Order("E"), OFFICE, world.now)


def test_fees_are_never_paid_on_the_ring_fenced_account(tmp_path):
    with pytest.raises(Conflict, match="ring-fenced"):
        fees.terms(2_000, "", PayTo(RING_FENCED, "", "Opérateur"), RING_FENCED)
    with pytest.raises(Conflict):
        fees.terms(2_000, "", PayTo("", "", "Opérateur"), RING_FENCED)
    environment = {
        "VOUCHER_HOME": str(tmp_path),
        "VOUCHER_RESERVED_IBAN": RING_FENCED,
        "VOUCHER_FEES_IBAN": "FR76 3000 1007 9412 3456 7890 185",
    }
    with pytest.raises(BadSettings, match="ring-fenced"):
        read_settings(environment)


def test_neither_books_take_an_account_or_a_movement_of_the_other():
    kind, day = FeeKind.PAID, TODAY
    with pytest.raises(ValueError, match="own books"):
        FeeTransfer(kind, "e", "bank_reserved", fees.INCOME, 1, day, FIRST)
    wrong: tuple[Any, ...] = (0, -1, True, 1.0)
    for cents in wrong:
        with pytest.raises(ValueError, match="positive"):
            FeeTransfer(kind, "e", fees.BANK, fees.INCOME, cents, day, FIRST)
    with pytest.raises(ValueError, match="itself"):
        FeeTransfer(kind, "e", fees.BANK, fees.BANK, 1, day, FIRST)
    with pytest.raises(ValueError, match="books of fees"):
        Transfer(Kind.RECEIPT, "e", 1, "bank_reserved", fees.receivable(1), 1, day, "x")


IN_THE_DATABASE = {
    "an account of the scheme": "UPDATE fee_transfer SET debit = 'bank_reserved'",
    "no money": "UPDATE fee_transfer SET cents = 0",
    "a document of face value": "UPDATE fee_document SET kind = 'credit_note'",
    "a total that does not add up": "UPDATE fee_document SET total_cents = total_cents + 1",
}


def test_the_database_itself_refuses(world: World):
    invoiced(world)
    for meant, statement in IN_THE_DATABASE.items():
        with pytest.raises(DBAPIError, match=r"(?i)check"), forged(world.session, statement):
            pytest.fail(f"it was written: {meant}")


def test_a_movement_of_fees_is_never_changed(world: World):
    invoiced(world)
    for statement in ("UPDATE fee_transfer SET cents = 1", "DELETE FROM fee_transfer"):
        with pytest.raises(DBAPIError, match="never changed"):
            world.session.execute(text(statement))
        world.session.rollback()


FORGERIES = {
    "UPDATE fee_transfer SET cents = cents - 1 WHERE kind = 'fee_invoiced'": "fees_are_explained",
    "DELETE FROM fee_transfer WHERE kind = 'fee_vat_invoiced'": "fees_are_explained",
    "UPDATE fee_payment SET cents = 1": "fees_are_explained",
    "UPDATE fee_document SET net_cents = 1, total_cents = vat_cents + 1": "net_cents",
    "UPDATE fee_document SET sha256 = 'x'": "sha256",
    "DELETE FROM fee_payment": "fees_are_explained",
    "UPDATE transfer SET credit = 'fees:income' WHERE id = 1": "books_stay_apart",
}


ADDED = (
    "INSERT INTO fee_transfer (event, kind, debit, credit, cents, value_date, recorded_at,"
    " reference) SELECT 'fee_invoiced:X', kind, debit, credit, cents, value_date,"
    " recorded_at, reference FROM fee_transfer WHERE id = 1"
)
UNDER_A_SEAL = (
    "INSERT INTO fee_seal_item (transfer_id, seal_number, position, leaf)"
    " SELECT (SELECT max(id) FROM fee_transfer), 1, 9, leaf FROM fee_seal_item"
    " WHERE position = 0 AND seal_number = 1"
)

#: What is forged under the seals of fees, and how the auditor says it: code and subject.
UNDER_SEALS: list[tuple[list[str], str, str]] = [
    (["UPDATE fee_transfer SET recorded_at = '2026-11-16 12:00:00+00:00' WHERE id = 1"],
     "sealed_transfer_altered", f"fee_invoiced:{FIRST}"),
    (["UPDATE fee_transfer SET cents = cents + 1 WHERE id = 3"],
     "sealed_transfer_altered", "fee_paid:1"),
    (["DELETE FROM fee_transfer WHERE id = 2"], "sealed_transfer_missing", "#2"),
    ([ADDED], "invariant", "fees_are_explained"),
    ([ADDED, UNDER_A_SEAL], "sealed_transfer_added", "fee_invoiced:X"),
    (["DELETE FROM fee_seal_item WHERE position = 1"], "seal_item_missing", "1"),
    (["UPDATE fee_seal SET cents = cents + 1"], "seal_field", "1"),
    (["UPDATE fee_seal SET hash = root WHERE number = 2"], "register_differs", "AS-2026-000001"),
    (["DELETE FROM fee_seal WHERE number = 1"], "seal_missing", "1"),
]  # fmt: skip


def test_the_auditor_names_what_was_forged_under_the_seals_of_fees(world: World):
    funder = payer(world)
    number = invoiced(world, funder)
    assert read(world, number)["fees_seal"] is None
    invoicing.record_payment(world.session, number, 5, TODAY, "VIR 1", world.now)
    sealing.seal(world.session, world.now, FEES_CHAIN)
    assert read(world, invoiced(world, funder))["fees_seal"]["no"] == 1
    link = sealing.seal(world.session, world.now, FEES_CHAIN)
    assert link is not None
    note = invoicing.issue_credit_note(world.session, number, 9, "Remise", OFFICE, world.now)
    assert read(world, note)["fees_seal"] == {"no": 2, "hash": link.hash}
    assert sealing.seal(world.session, world.now) is None  # nothing moved in the scheme's books
    assert audited(world) == []
    for statements, code, subject in UNDER_SEALS:
        with forged(world.session, *statements):
            found = audited(world)
            nightly = {problem.invariant for problem in check_books(world.session)}
        assert (code, subject) in {(item.code, item.subject) for item in found}, (statements, found)
        assert ("fees_are_explained" if code == "invariant" else "fee_seals_chain") in nightly


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fee_seal SET cents = 1",
        "DELETE FROM fee_seal",
        "UPDATE fee_seal_item SET position = 7",
        "DELETE FROM fee_seal_item",
    ],
)
def test_seals_are_never_changed(world: World, statement: str):
    invoiced(world)
    sealing.seal(world.session, world.now, FEES_CHAIN)
    world.session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        world.session.execute(text(statement))
    world.session.rollback()


def test_the_auditor_names_what_was_altered_in_the_books_of_fees(world: World):
    Autumn(world)
    number = invoiced(world)
    invoicing.record_payment(world.session, number, 5, TODAY, "VIR 1", world.now)
    assert audited(world) == []
    for statement, named in FORGERIES.items():
        with forged(world.session, statement):
            found = audited(world)
        assert named in {name for item in found for name in (item.field, item.subject)}, statement


def audited(world: World) -> list[Finding]:
    report = audit(world.session, lambda *_: iter(()), None, world.now)
    return [item for chapter in report.chapters for item in chapter.findings]
