"""The accounting manual, line by line, and the position it adds up to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core import (
    accounts,
    ledger,
    ledger_end,
    ledger_out,
    ledger_rail,
    ledger_stripe,
)
from voucher_service.core.books import Books, position
from voucher_service.core.campaign import Funding
from voucher_service.core.corrections import Correcting, correction, fee_returned, offset
from voucher_service.core.gifts import Effect
from voucher_service.core.transfer import Kind, Transfer

DAY = date(2026, 11, 16)
FUNDER, CAMPAIGN, PING = 3, 1, 5
USE = ledger.use(9, CAMPAIGN, Funding.PREPAID, PING, 1_000, DAY)

RECEIVABLE, FUNDS = "receivable:funder:3", "funds:funder:3"
OUTSTANDING, PAYABLE, CONTESTED = (
    "outstanding:campaign:1",
    "payable:association:5",
    "contested:association:5",
)

GIFT, FEES = "gift:funder:3", "receivable:operator:stripe"


def stripe(effect: Effect, cents: int, fee: int) -> list[Transfer]:
    return ledger_stripe.moved("txn_1", effect, CAMPAIGN, FUNDER, cents, fee, DAY)


MANUAL = [
    (ledger.call("AF-1", CAMPAIGN, FUNDER, 5, DAY), RECEIVABLE, FUNDS),
    (ledger.receipts(1, CAMPAIGN, FUNDER, 5, 5, DAY, "VIR")[0], "bank_reserved", RECEIVABLE),
    (ledger.receipts(1, CAMPAIGN, FUNDER, 5, 0, DAY, "VIR")[0], "bank_reserved", FUNDS),
    (ledger.activation("1.1", CAMPAIGN, {FUNDER: 5}, DAY)[0], FUNDS, OUTSTANDING),
    (USE, OUTSTANDING, PAYABLE),
    (
        ledger.use(9, CAMPAIGN, Funding.POSTPAID, PING, 5, DAY),
        "to_be_funded:campaign:1",
        PAYABLE,
    ),
    (ledger.undo(USE, DAY), PAYABLE, OUTSTANDING),
    (ledger.contest(1, USE, PING, DAY), PAYABLE, CONTESTED),
    (ledger.contest_upheld(1, USE, PING, DAY), CONTESTED, OUTSTANDING),
    (ledger.contest_rejected(1, USE, PING, DAY), CONTESTED, PAYABLE),
    (
        ledger.cancelled_after_payment(1, USE, PING, DAY),
        "receivable:association:5",
        OUTSTANDING,
    ),
    (ledger_out.fee_kept("RA-1", CAMPAIGN, PING, 5, DAY), PAYABLE, "payable:operator"),
    (ledger_out.payout_sent("RA-1", CAMPAIGN, PING, 5, DAY), PAYABLE, "in_transit"),
    (ledger_out.payout_executed("RA-1", CAMPAIGN, 5, DAY), "in_transit", "bank_reserved"),
    (ledger_out.payout_returned("RA-1", CAMPAIGN, PING, 5, DAY), "bank_reserved", PAYABLE),
    (ledger_out.payout_rejected("RA-1", CAMPAIGN, PING, 5, DAY), "in_transit", PAYABLE),
    (ledger_end.expiry("x", CAMPAIGN, {FUNDER: 5}, DAY)[0], OUTSTANDING, FUNDS),
    (ledger_end.call_cancelled("AF-1", CAMPAIGN, FUNDER, 5, DAY), FUNDS, RECEIVABLE),
    (ledger_end.refund("RB-1", CAMPAIGN, FUNDER, 5, DAY), FUNDS, "in_transit"),
    (ledger_end.refund_executed("RB-1", CAMPAIGN, 5, DAY), "in_transit", "bank_reserved"),
    (ledger_end.refund_rejected("RB-1", CAMPAIGN, FUNDER, 5, DAY), "in_transit", FUNDS),
    (ledger_end.refund_returned("RB-1", CAMPAIGN, FUNDER, 5, DAY), "bank_reserved", FUNDS),
    (ledger_end.carried_over("RP-1", CAMPAIGN, FUNDER, 5, DAY), FUNDS, "bank_reserved"),
    (ledger_end.fees_paid("F", CAMPAIGN, 5, DAY), "payable:operator", "bank_reserved"),
    (ledger_end.withdrawn("W", CAMPAIGN, 5, DAY), "receivable:operator", "bank_reserved"),
    (
        ledger_out.postpaid_calls("2026-11", CAMPAIGN, {FUNDER: 5}, DAY)[0],
        RECEIVABLE,
        "to_be_funded:campaign:1",
    ),
    (
        ledger_out.postpaid_calls("2026-11", CAMPAIGN, {FUNDER: -1}, DAY)[0],
        "to_be_funded:campaign:1",
        RECEIVABLE,
    ),
    (ledger_out.bank_charge("F", CAMPAIGN, 5, DAY), "receivable:operator", "bank_reserved"),
    (ledger_out.top_up("V", CAMPAIGN, 5, DAY), "bank_reserved", "receivable:operator"),
    (
        correction(1, Correcting.CHARGED, CAMPAIGN, PING, 5, DAY),
        "receivable:association:5",
        "bank_reserved",
    ),
    (correction(1, Correcting.GRANTED, CAMPAIGN, PING, 5, DAY), "receivable:operator", PAYABLE),
    (correction(1, Correcting.EXCESS, CAMPAIGN, PING, 5, DAY), "bank_reserved", PAYABLE),
    (
        correction(1, Correcting.REPAID, CAMPAIGN, PING, 5, DAY),
        "bank_reserved",
        "receivable:association:5",
    ),
    (
        correction(1, Correcting.WRITTEN_OFF, CAMPAIGN, PING, 5, DAY),
        "receivable:operator",
        "receivable:association:5",
    ),
    (
        correction(1, Correcting.RAIL_REPAID, CAMPAIGN, PING, 5, DAY, "RA-1"),
        "in_transit:stripe",
        "receivable:association:5",
    ),
    (
        correction(1, Correcting.RAIL_OWED, CAMPAIGN, PING, 5, DAY, "RA-1"),
        "in_transit:stripe",
        PAYABLE,
    ),
    (offset("RA-1", CAMPAIGN, PING, 5, DAY), PAYABLE, "receivable:association:5"),
    (fee_returned("RA-1", CAMPAIGN, PING, 5, DAY), "payable:operator", PAYABLE),
    (stripe(Effect.GIFT, 5, 1)[0], "at_stripe", GIFT),
    (stripe(Effect.GIFT, 5, 1)[1], FEES, "at_stripe"),
    (stripe(Effect.GIFT, 5, -1)[1], "at_stripe", FEES),
    (stripe(Effect.BACK, -5, 0)[0], GIFT, "at_stripe"),
    (stripe(Effect.BORNE, -5, 0)[0], FEES, "at_stripe"),
    (stripe(Effect.BORNE, 5, 0)[0], "at_stripe", FEES),
    (ledger_stripe.paid_out("po_1", CAMPAIGN, 5, DAY), "bank_reserved", "at_stripe"),
    (ledger_stripe.paid_out("po_1", CAMPAIGN, -5, DAY), "at_stripe", "bank_reserved"),
    (ledger_stripe.fee_restored("line:1:1", CAMPAIGN, 5, DAY), "bank_reserved", FEES),
    (ledger_rail.funded("VP-1", CAMPAIGN, 5, DAY), "in_transit:stripe", "bank_reserved"),
    (ledger_rail.paid("RA-1", CAMPAIGN, 5, DAY), "in_transit", "in_transit:stripe"),
    (ledger_rail.taken_back("RA-1", CAMPAIGN, PING, 5, DAY), "in_transit:stripe", PAYABLE),
    (ledger_rail.emptied("line:1", CAMPAIGN, 5, DAY), "bank_reserved", "in_transit:stripe"),
]


@pytest.mark.parametrize(("transfer", "debit", "credit"), MANUAL)
def test_the_manual(transfer: Transfer, debit: str, credit: str):
    assert (transfer.debit, transfer.credit) == (debit, credit)
    assert transfer.cents > 0


def test_every_kind_of_event_stands_in_the_manual():
    assert {transfer.kind for transfer, _, _ in MANUAL} == set(Kind) - {Kind.REVERSAL}


def test_what_takes_a_use_back_names_it_and_can_do_so_once():
    for entry in (
        ledger.undo(USE, DAY),
        ledger.contest_upheld(1, USE, PING, DAY),
        ledger.cancelled_after_payment(1, USE, PING, DAY),
        ledger.reversal(USE, DAY),
    ):
        assert entry.reverses == USE.event
        assert entry.event != USE.event
    assert ledger.contest(1, USE, PING, DAY).reverses is None


def test_a_receipt_covers_what_is_owed_first():
    parts = ledger.receipts(1, CAMPAIGN, FUNDER, 100, 60, DAY, "VIR")
    assert [(part.credit, part.cents) for part in parts] == [(RECEIVABLE, 60), (FUNDS, 40)]


@pytest.mark.parametrize("cents", [0, -1, True, 1.0, "1"])
def test_a_transfer_is_a_positive_whole_number_of_cents(cents: object):
    with pytest.raises(ValueError, match="positive number of cents"):
        Transfer(Kind.USE, "use:1", 1, "a", "b", cents, DAY, "x")  # type: ignore[arg-type]


def test_a_transfer_goes_somewhere():
    with pytest.raises(ValueError, match="goes somewhere"):
        Transfer(Kind.USE, "use:1", 1, "a", "a", 1, DAY, "x")


def balances(*transfers: Transfer) -> list[tuple[str, int, int]]:
    sums: dict[tuple[str, int], int] = {}
    for transfer in transfers:
        for account, sign in ((transfer.credit, 1), (transfer.debit, -1)):
            key = (account, transfer.campaign)
            sums[key] = sums.get(key, 0) + sign * transfer.cents
    return [(account, campaign, cents) for (account, campaign), cents in sums.items()]


def test_a_call_that_nobody_paid_is_no_deposit():
    called = ledger.call("AF-1", CAMPAIGN, FUNDER, 100, DAY)
    assert position(balances(called)) == Books(0, 0, 0, 0, 0, 0)
    part = ledger.receipts(1, CAMPAIGN, FUNDER, 40, 100, DAY, "VIR")
    assert position(balances(called, *part)) == Books(40, 0, 0, 0, 40, 0)


def test_money_of_one_campaign_never_covers_another():
    rich = ledger.receipts(1, 1, FUNDER, 100, 0, DAY, "VIR")
    poor = ledger.use(9, 2, Funding.POSTPAID, PING, 30, DAY)
    books = position(balances(*rich, poor))
    assert (books.deposits, books.payable, books.awaiting_funds) == (100, 30, 30)
    assert books.solvent


def test_one_cent_less_at_the_bank_and_the_scheme_is_not_solvent():
    funded = [
        *ledger.receipts(1, CAMPAIGN, FUNDER, 1_000, 0, DAY, "VIR"),
        *ledger.activation("1.1", CAMPAIGN, {FUNDER: 1_000}, DAY),
    ]
    assert position(balances(*funded)).solvent
    charged = ledger_out.bank_charge("F", CAMPAIGN, 1, DAY)
    assert not position(balances(*funded, charged)).solvent


@given(st.lists(st.sampled_from([entry for entry, _, _ in MANUAL]), max_size=40))
def test_whatever_is_posted_debits_and_credits_are_equal(entries: list[Transfer]):
    assert sum(cents for _, _, cents in balances(*entries)) == 0


def test_accounts_carry_their_meaning():
    assert accounts.value_account(1, Funding.PREPAID) == OUTSTANDING
    assert accounts.value_account(1, Funding.POSTPAID) == "to_be_funded:campaign:1"
