"""Checking the books: whatever is altered behind our back, the invariant that breaks is named."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import World
from tests.support.ending import end
from tests.support.paying import pay, send
from voucher_service.actions import paying, sealing, settling
from voucher_service.actions.checking import INVARIANTS, check_books
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.errors import Conflict


@pytest.fixture
def closed(world: World) -> Autumn:
    """A November that was closed, approved, paid in part, and sealed."""
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    (ping, *_) = world.close("2026-11", END_OF_NOVEMBER)
    settling.approve_statement(world.session, ping, "token:2", world.now)
    pay(world, "2026-11")
    sealing.seal(world.session, world.now)
    world.session.commit()
    assert check_books(world.session) == []
    return autumn


ALTERATIONS = [
    ("transfers_are_sound", "UPDATE transfer SET debit = 'outstanding:campaign:99' WHERE id = 8"),
    ("deposits_meet_uses", "UPDATE receipt SET amount_cents = amount_cents + 1 WHERE id = 1"),
    ("outstanding_is_passes_alive", "UPDATE campaign_order SET booklets = booklets + 1"),
    ("outstanding_is_passes_alive", "DELETE FROM transfer WHERE event = 'use:1'"),
    ("uses_meet_redemptions", "DELETE FROM transfer WHERE event = 'use:1'"),
    ("uses_meet_redemptions", "UPDATE redemption SET cents = 1001 WHERE id = 3"),
    ("uses_meet_redemptions", "UPDATE transfer SET cents = 2000 WHERE event = 'use:2'"),
    ("associations_are_owed_what_is_stated", "DELETE FROM payout"),
    ("associations_are_owed_what_is_stated", "UPDATE redemption SET contested_at = moment"),
    (
        "associations_are_owed_what_is_stated",
        (
            "INSERT INTO correction (kind, campaign_id, association_id, cents, reason, actor, at)"
            " SELECT 'granted', campaign_id, association_id, 1, 'x', 'x', moment FROM redemption"
            " WHERE id = 1"
        ),
    ),
    (
        "account_covers_what_is_owed",
        (
            "INSERT INTO transfer (event, kind, campaign_id, debit, credit, cents, value_date,"
            " recorded_at, reference) SELECT 'charge:x', 'bank_charge', campaign_id,"
            " 'receivable:operator', 'bank_reserved', 1, value_date, recorded_at, 'x'"
            " FROM transfer WHERE id = 1"
        ),
    ),
    ("seals_chain", "UPDATE transfer SET cents = cents + 1 WHERE event = 'use:2'"),
    ("seals_chain", "UPDATE transfer SET reference = 'redemption:99' WHERE event = 'use:2'"),
    ("seals_chain", "DELETE FROM seal_item WHERE seal_number = 1 AND position = 0"),
    ("seals_chain", "DELETE FROM seal WHERE number = 1"),
    (
        "documents_verify",
        (
            "UPDATE statement SET document = (SELECT other.document FROM statement other"
            " WHERE other.number = 'RA-2026-000002') WHERE number = 'RA-2026-000001'"
        ),
    ),
    ("documents_verify", "UPDATE statement SET sha256 = 'x'"),
    ("documents_verify", "UPDATE statement SET kid = 'beef'"),
    ("series_have_no_hole", "DELETE FROM statement WHERE number = 'RA-2026-000002'"),
    ("series_have_no_hole", "UPDATE counter SET value = value + 1 WHERE series = 'AF-2026'"),
    ("closed_periods_stay_closed", "UPDATE redemption SET period_id = NULL WHERE id = 1"),
    (
        "closed_periods_stay_closed",
        "UPDATE redemption SET recorded_at = (SELECT max(sealed_at) FROM seal) WHERE id = 1",
    ),
    ("money_on_its_way", "UPDATE payout SET rejected_at = sent_at"),
    ("money_on_its_way", "UPDATE payout SET cents = cents + 1"),
    ("batches_are_frozen", "UPDATE payout SET end_to_end = end_to_end || 'x'"),
    ("batches_are_frozen", "UPDATE payout_batch SET total_cents = total_cents + 1"),
    ("batches_are_frozen", "UPDATE payout_batch SET file = document"),
    ("batches_are_frozen", "UPDATE payout_batch SET sha256 = file_sha256"),
    ("batches_are_frozen", "DELETE FROM payout_batch_decision"),
    ("batches_are_frozen", "UPDATE payout_batch_decision SET actor = 'token:1'"),
    ("batches_are_frozen", "UPDATE payout SET batch_number = NULL"),
    ("series_have_no_hole", "UPDATE counter SET value = value + 1 WHERE series = 'VP-2026'"),
]


@pytest.mark.parametrize(("invariant", "statement"), ALTERATIONS)
def test_what_was_altered_behind_the_triggers_is_named(
    closed: Autumn, forge: Callable[[str], None], invariant: str, statement: str
):
    if "sealed_at" in statement:
        closed.world.later(hours=1)
        closed.spend(closed.ping, 1)
        sealing.seal(closed.world.session, closed.world.now)
    forge(statement)
    problems = check_books(closed.world.session)
    assert invariant in {problem.invariant for problem in problems}
    assert all(problem.detail for problem in problems)


def test_every_invariant_has_an_alteration_that_breaks_it():
    covered = {invariant for invariant, _ in ALTERATIONS}
    elsewhere = {"splits_are_exact", "once_is_once", "payouts_are_settled_once"}  # below
    elsewhere.add("double_uses_are_incidents")  # in test_double_uses
    elsewhere |= {name for name in INVARIANTS if name.startswith("bank_")}  # in test_checking_bank
    elsewhere |= {"campaigns_end_as_stated", "deposits_go_home_once"}  # in test_refunding
    elsewhere |= {"stripe_and_ledger_agree", "gifts_become_passes_once"}  # in test_gifts
    elsewhere.add("transfers_by_stripe_once")  # in test_rail
    elsewhere |= {"fees_are_explained", "books_stay_apart", "fee_seals_chain"}  # in test_invoicing
    assert covered | elsewhere == set(INVARIANTS)


def test_a_pass_spent_twice_is_named_when_the_guard_is_gone(
    closed: Autumn, forge: Callable[[str], None]
):
    forge("DROP INDEX uq_redemption_live_pass")
    forge("UPDATE redemption SET booklet_id = 1, number = 1")
    assert "once_is_once" in {problem.invariant for problem in check_books(closed.world.session)}


def test_a_statement_paid_twice_is_named_when_the_guard_is_gone(
    closed: Autumn, forge: Callable[[str], None]
):
    forge("DROP INDEX uq_payout_live")
    forge(
        "INSERT INTO payout (end_to_end, statement_number, cents, planned_at, sent_at)"
        " SELECT end_to_end || '-2', statement_number, cents, planned_at, sent_at FROM payout"
    )
    problems = {problem.invariant for problem in check_books(closed.world.session)}
    assert "payouts_are_settled_once" in problems


def test_a_wrong_split_at_the_end_is_named(closed: Autumn, forge: Callable[[str], None]):
    world = closed.world
    world.now = datetime(2028, 2, 9, 9, 0, tzinfo=PARIS)
    end(world, closed.campaign)
    assert check_books(world.session) == []
    forge("UPDATE transfer SET cents = cents + 1 WHERE event = 'expiry:closing:1.1:1'")
    assert "splits_are_exact" in {problem.invariant for problem in check_books(world.session)}


@pytest.mark.parametrize(
    "table", ["transfer", "statement", "seal", "seal_item", "rendering", "payout_batch"]
)
@pytest.mark.parametrize(
    "change", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"]
)
def test_money_rows_can_be_neither_changed_nor_deleted(closed: Autumn, table: str, change: str):
    column = {"transfer": "cents", "seal_item": "position", "seal": "hash"}.get(table, "sha256")
    if table == "rendering":
        closed.world.session.execute(
            text(
                "INSERT INTO rendering (number, media_type, content, sha256, rendered_at)"
                " SELECT number, 'text/csv', document, sha256, issued_at FROM statement"
            )
        )
        closed.world.session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        closed.world.session.execute(text(change.format(table=table, column=column)))
    closed.world.session.rollback()


def test_nothing_is_paid_while_the_books_are_not_solvent(closed: Autumn):
    world = closed.world
    alis44 = "RA-2026-000002"
    settling.approve_statement(world.session, alis44, "token:2", world.now)
    paying.bank_charge(world.session, closed.campaign, "FRAIS 12", 1, world.now)
    with pytest.raises(Conflict, match="not_solvent"):
        send(world, alis44)
    paying.top_up(world.session, closed.campaign, "VIR 13", 1, world.now)
    assert send(world, alis44) == alis44
    with pytest.raises(Conflict, match="all is paid"):
        send(world, alis44)


def test_a_statement_is_paid_only_once_approved(closed: Autumn):
    with pytest.raises(Conflict, match="not_approved"):
        send(closed.world, "RA-2026-000002")


def test_a_post_funded_association_is_paid_once_the_funders_have_paid(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 3)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    (number, *_) = world.close("2026-11", END_OF_NOVEMBER)
    settling.approve_statement(world.session, number, "token:2", world.now)
    with pytest.raises(Conflict, match="funds_not_arrived"):
        send(world, number)
    world.session.commit()
    for funder in autumn.funders:
        world.receive(1, funder, 1_000, f"VIR {funder}")
    assert send(world, number) == number
    assert check_books(world.session) == []
