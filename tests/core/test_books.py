"""The public position: what is in the account, what it owes, and what it still waits for."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voucher_service.core.accounts import STRIPE_FEES
from voucher_service.core.books import Books, position

NOTHING = {
    "bank_reserved": 0,
    "outstanding": 0,
    "payable": 0,
    "contested": 0,
    "deposits": 0,
    "awaiting_funds": 0,
}


@pytest.mark.parametrize(
    ("account", "cents", "word", "value"),
    [
        ("bank_reserved", -500, "bank_reserved", 500),
        ("in_transit", 500, "bank_reserved", -500),
        ("outstanding:campaign:1", 500, "outstanding", 500),
        ("payable:association:5", 500, "payable", 500),
        ("payable:operator", 500, "payable", 500),
        ("contested:association:5", 500, "contested", 500),
        ("funds:funder:3", 500, "deposits", 500),
        ("to_be_funded:campaign:1", -500, "awaiting_funds", 500),
    ],
)
def test_each_account_is_one_word_of_the_position(account: str, cents: int, word: str, value: int):
    assert position([(account, 1, cents)]) == Books(**(NOTHING | {word: value}))


@pytest.mark.parametrize("account", ["receivable:operator", "receivable:association:5"])
def test_what_somebody_must_put_back_covers_nothing_before_it_is_there(account: str):
    assert position([(account, 1, -500)]) == Books(**NOTHING)


def test_a_gift_counts_once_it_is_in_the_account_and_the_fee_only_when_it_is_put_back():
    paid = [("gift:funder:3", 1, 1_000), ("at_stripe", 1, -970), (STRIPE_FEES, 1, -30)]
    assert position(paid) == Books(0, 0, 0, 0, 0, 0)
    there = [("gift:funder:3", 1, 1_000), ("bank_reserved", 1, -970), (STRIPE_FEES, 1, -30)]
    assert position(there).deposits == position(there).bank_reserved == 970
    whole = [("gift:funder:3", 1, 1_000), ("bank_reserved", 1, -1_000)]
    assert position(whole).deposits == 1_000


def test_what_left_for_stripe_stands_for_payouts_on_their_way_and_nothing_beyond():
    sent = [("in_transit", 1, 500), ("bank_reserved", 1, -1_000)]
    funded = [("in_transit", 1, 500), ("bank_reserved", 1, -500), ("in_transit:stripe", 1, -500)]
    paid = [("bank_reserved", 1, -500)]
    taken_back = [("bank_reserved", 1, -500), ("in_transit:stripe", 1, -200)]
    held = [position(found).bank_reserved for found in (sent, funded, paid, taken_back)]
    assert held == [500, 500, 500, 500]


def test_what_stripe_will_hold_off_its_next_payout_is_owed_meanwhile():
    back = [("bank_reserved", 1, -1_000), ("at_stripe", 1, 1_000), ("bank_reserved", 2, 0)]
    assert position(back).owed == position(back).bank_reserved == 1_000


def test_what_a_funder_owes_is_taken_off_its_own_deposit_in_the_same_campaign_only():
    rows = [
        ("funds:funder:3", 1, 1_000),
        ("receivable:funder:3", 1, -400),
        ("receivable:funder:4", 1, -70),
        ("receivable:funder:3", 2, -30),
        ("to_be_funded:campaign:2", 2, 0),
    ]
    for order in permutations(rows):
        books = position(order)
        assert (books.deposits, books.awaiting_funds) == (600, 30)


def test_only_a_post_funded_campaign_waits_for_money_that_was_called():
    called = ("receivable:funder:3", 1, -500)
    assert position([called]) == Books(**NOTHING)
    used = ("to_be_funded:campaign:1", 1, -200)
    assert position([used, called]).awaiting_funds == 700
    sent_back_and_bounced = ("funds:funder:3", 1, -50)
    assert position([used, called, sent_back_and_bounced]).awaiting_funds == 700


accounts = st.sampled_from(
    [
        "bank_reserved",
        "in_transit",
        "outstanding:campaign:1",
        "payable:association:5",
        "payable:operator",
        "contested:association:5",
        "funds:funder:3",
        "funds:funder:4",
        "receivable:funder:3",
        "to_be_funded:campaign:1",
    ]
)
moves = st.lists(st.tuples(accounts, accounts, st.integers(1, 10**9)), max_size=30)


def rows_of(made: list[tuple[str, str, int]]) -> list[tuple[str, int, int]]:
    """Balances of a post-funded campaign after some moves; what funders lack is filled up."""
    rows = [("to_be_funded:campaign:1", 1, 0)]
    rows += [row for debit, credit, c in made for row in ((debit, 1, -c), (credit, 1, c))]
    for funds in ("funds:funder:3", "funds:funder:4"):
        lacking = -sum(cents for account, _, cents in rows if account == funds)
        if lacking > 0:
            rows += [("bank_reserved", 1, -lacking), (funds, 1, lacking)]
    return rows


def test_an_overdrawn_account_is_not_solvent_whoever_is_waited_for():
    paid_out_then_bounced = [("to_be_funded:campaign:1", 1, -500), ("bank_reserved", 1, 500)]
    assert position(paid_out_then_bounced).owed == -500
    assert not position(paid_out_then_bounced).solvent


@given(moves)
def test_what_is_owed_is_what_is_held_however_money_moves_between_these_accounts(made):
    """Only what leaves for other accounts (what the operator owes) can break the rule."""
    books = position(rows_of(made))
    assert books.owed == books.bank_reserved
    assert books.solvent == (books.bank_reserved >= 0)


@given(moves, st.integers(1, 10**6))
def test_what_a_bank_takes_is_missing_to_the_cent_until_it_is_put_back(made, taken: int):
    rows = rows_of(made)
    held, owed = position(rows).bank_reserved, position(rows).owed
    for loser in ("receivable:operator", "funds:funder:5"):
        short = position([*rows, (loser, 1, -taken), ("bank_reserved", 1, taken)])
        assert (short.bank_reserved, short.owed) == (held - taken, owed)
        assert not short.solvent


@given(moves, st.integers(1, 10**6))
def test_a_charge_that_was_put_back_leaves_no_trace_in_the_position(made, charge: int):
    rows = rows_of(made)
    charged = [*rows, ("receivable:operator", 1, -charge), ("bank_reserved", 1, charge)]
    put_back = [*charged, ("bank_reserved", 1, -charge), ("receivable:operator", 1, charge)]
    assert position(put_back) == position(rows)
