"""A person says what a line is, once, and it has the effects it would have had by itself."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.support.autumn import Autumn
from tests.support.bank_files import CREDIT, DEBIT, entry
from tests.support.banking import ALIS44, PING, Bank, executed, november_paid, payout, unknown
from tests.support.cast import World
from tests.support.contesting import in_order
from tests.support.ending import send_refund
from voucher_service.actions import assigning, correcting, judging
from voucher_service.actions.assigning import Meant
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.errors import Conflict, DomainError, Invalid
from voucher_service.store import tables
from voucher_service.store.queries.banking import Proposal, proposals

PING_IBAN = "FR7630006000011234567890189"
FUNDER_IBAN = "FR7630001007941234567890185"


@pytest.fixture
def paid(world: World) -> Autumn:
    return november_paid(world)


def say(world: World, line: int, how: Callable[[Meant], None]) -> None:
    """A person says what a line is; nothing is written when it cannot be."""
    try:
        how(assigning.meant(world.session, line, "token:5", world.now))
        world.session.commit()
    except BaseException:
        world.session.rollback()
        raise


def test_what_amount_and_account_suggest_is_proposed_and_done_by_a_person(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    bank.day(entry(7_000, DEBIT, text="VIREMENT", iban=PING_IBAN))
    (line,) = unknown(world)
    assert proposals(world.session, line) == [Proposal(7_000, end_to_end=PING)]
    number = line.id
    say(world, number, lambda said: assigning.is_payout(said, PING, None))
    assert payout(world, PING).settled_at == world.now
    bank.day(entry(7_000, text="RETOUR", iban=PING_IBAN))
    (back,) = unknown(world)
    say(world, back.id, lambda said: assigning.is_payout(said, PING, "AC06"))
    assert payout(world, PING).return_reason == "AC06"
    assert world.session.get_one(tables.BankLine, number).matched_by == "token:5"
    with pytest.raises(Conflict, match="matched_already"):
        say(world, number, lambda said: assigning.is_payout(said, PING, None))
    assert check_books(world.session) == []


def test_one_transfer_for_two_orders_is_split_by_a_person_to_the_cent(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    first, second = (world.order(paid.campaign, 1) for _ in range(2))
    payer = paid.funders[0]
    parts = [(order, payer, world.calls(order)[payer]) for order in (first, second)]
    total = sum(cents for *_, cents in parts)
    bank.day(entry(total, text="AF-2026-000004 ET AF-2026-000007", iban=FUNDER_IBAN))
    (line,) = unknown(world)
    assert proposals(world.session, line) == []
    number = line.id
    with pytest.raises(Invalid, match="parts_differ"):
        say(world, number, lambda said: assigning.is_receipts(said, parts[:1]))
    assert world.session.query(tables.Receipt).filter_by(order_id=first).count() == 0
    say(world, number, lambda said: assigning.is_receipts(said, parts))
    assert world.session.query(tables.BankMatch).filter_by(line_id=number).count() == 2
    # From now on its account is known: a call that lacks just this much is proposed.
    third = world.order(paid.campaign, 1)
    lacking = world.calls(third)[payer]
    bank.day(entry(lacking, text="VIREMENT", iban=FUNDER_IBAN))
    (line,) = unknown(world)
    assert proposals(world.session, line) == [Proposal(lacking, order=third, funder=payer)]
    assert check_books(world.session) == []


def test_a_payment_that_the_funder_s_bank_takes_back_puts_the_passes_to_sleep(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    order = world.order(paid.campaign, 1)
    payer = paid.funders[0]
    cents = world.calls(order)[payer]
    bank.day(entry(cents, text="AF-2026-000004"))
    bank.day(entry(cents, DEBIT, text="REJET"))
    receipt = world.session.query(tables.Receipt).filter_by(order_id=order).one().id
    (line,) = unknown(world)
    say(world, line.id, lambda said: assigning.is_taken_back(said, receipt))
    assert world.session.get_one(tables.Receipt, receipt).reversed_at == world.now
    assert check_books(world.session) == []


def test_a_charge_stops_the_payouts_until_the_operator_has_put_it_back(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    bank.day(entry(500, DEBIT, text="COTISATION"))
    (charge,) = unknown(world)
    say(world, charge.id, lambda said: assigning.is_charge(said, paid.campaign))
    assert not books(world.session).solvent
    bank.day(entry(500, text="VIREMENT OPERATEUR"))
    (top_up,) = unknown(world)
    say(world, top_up.id, lambda said: assigning.is_top_up(said, paid.campaign))
    assert books(world.session).solvent
    assert check_books(world.session) == []


def test_money_of_somebody_else_that_came_and_went_is_not_the_scheme_s(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    before = books(world.session)
    bank.day(entry(1_234, name="Inconnu"), entry(1_234, DEBIT, name="Inconnu"), entry(99))
    came, went, other = (line.id for line in unknown(world))
    for wrong in (other, came):
        with pytest.raises(Invalid, match="not_opposite"):
            say(world, came, lambda said, wrong=wrong: assigning.is_set_against(said, wrong))  # type: ignore[misc]
    say(world, came, lambda said: assigning.is_set_against(said, went))
    with pytest.raises(Conflict, match="matched_already"):
        say(world, other, lambda said: assigning.is_set_against(said, went))
    assert books(world.session) == before
    assert check_books(world.session) == []


def test_a_refund_to_a_funder_is_known_by_its_number_or_by_a_person(world: World):
    funders = [world.funder("Métropole"), world.funder("Département")]
    campaign = world.campaign(dict.fromkeys(funders, 1))
    order = world.order(campaign, 1)
    for funder in funders:
        world.receive(order, funder, 3_000, f"VIR {funder}")  # 5.00 € more than was asked
    for funder in funders:
        send_refund(world, campaign, funder)
    world.session.commit()
    bank = Bank(world, 6_000)
    bank.day(entry(500, DEBIT, text="REMBOURSEMENT RB-2026-000001"))
    bank.day(entry(500, DEBIT, text="REMBOURSEMENT RB-2026-000001"))  # not twice
    (line,) = unknown(world)
    say(world, line.id, lambda said: assigning.is_refund(said, "RB-2026-000002"))
    outcomes = {row.number: row.outcome for row in world.session.query(tables.Refund)}
    assert outcomes == {"RB-2026-000001": "settled", "RB-2026-000002": "settled"}
    in_order(world)


def test_a_refund_that_comes_back_is_known_and_asked_anew(world: World):
    campaign = world.campaign({world.funder("Métropole"): 1})
    world.receive(world.order(campaign, 1), 1, 5_500)
    send_refund(world, campaign, 1)
    world.session.commit()
    bank = Bank(world, 5_500)
    bank.day(entry(500, DEBIT, end_to_end="RB-2026-000001"))
    bank.day(entry(500, end_to_end="RB-2026-000001", return_reason="AC04"))
    (row,) = world.session.query(tables.Refund)
    assert (row.outcome, row.outcome_reason) == ("returned", "AC04")
    send_refund(world, campaign, 1)
    world.session.commit()
    bank.day(entry(500, DEBIT, text="RB-2026-000002"))
    assert unknown(world) == []
    in_order(world)


def test_the_operator_lends_and_takes_back_no_more_than_its_own(paid: Autumn):
    """The bank paid PiNG once too often; the operator fills the hole until PiNG pays it back."""
    world, session, bank = paid.world, paid.world.session, Bank(paid.world)
    bank.day(entry(700, DEBIT, name="PiNG"))
    (line,) = unknown(world)
    whose = (session, paid.campaign, paid.ping.association)
    number = judging.open_overpayment(*whose, 700, "DEB 7", "En double", "token:1", world.now)
    judging.accept(session, number, "En double", "token:2", world.now)
    say(world, line.id, lambda said: assigning.is_overpayment(said, number))
    bank.day(entry(700, name="Opérateur"))
    (line,) = unknown(world)
    say(world, line.id, lambda said: assigning.is_top_up(said, paid.campaign))
    bank.day(entry(700, name="PiNG"), entry(701, DEBIT), entry(700, DEBIT))
    back, too_much, line = sorted(unknown(world), key=lambda row: (row.direction, -row.cents))
    with pytest.raises(Conflict, match="more_than_own"):
        say(world, line.id, lambda said: assigning.is_withdrawal(said, paid.campaign))
    ping = paid.ping.association
    say(world, back.id, lambda said: assigning.is_repayment(said, ping, paid.campaign, None))
    with pytest.raises(Conflict, match="more_than_own"):
        say(world, too_much.id, lambda said: assigning.is_withdrawal(said, paid.campaign))
    say(world, line.id, lambda said: assigning.is_withdrawal(said, paid.campaign))
    with pytest.raises(Conflict, match="line_known"):
        say(world, too_much.id, lambda said: assigning.is_overpayment(said, number))
    assert check_books(session) == []


def test_an_association_pays_back_what_it_owes_and_more(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    ping = paid.ping.association
    bank.day(executed(PING, 7_000), entry(4_300, DEBIT, end_to_end=ALIS44))
    # The bank paid Alis44 3.00 € too much; two persons say so.
    incident = judging.open_overpayment(
        world.session, paid.campaign, paid.alis44.association, 300, "B7", "?", "token:1", world.now
    )
    judging.accept(world.session, incident, "vu", "token:2", world.now)
    world.session.commit()
    (line,) = unknown(world)
    with pytest.raises(Invalid, match="parts_differ"):
        say(world, line.id, lambda said: assigning.is_payout(said, ALIS44))
    (line,) = unknown(world)
    say(world, line.id, lambda said: assigning.is_payout(said, ALIS44, incident=incident))
    # Alis44 pays back 5.00 €, and PiNG 1.00 € that was written down before.
    correcting.repay(world.session, ping, paid.campaign, 100, "chèque 12", "token:1", world.now)
    world.session.commit()
    bank.day(entry(500, text="TROP PERCU"), entry(100, text="CHEQUE 12"))
    back, cheque = (line.id for line in unknown(world))
    alis44 = paid.alis44.association
    say(world, back, lambda said: assigning.is_repayment(said, alis44, paid.campaign, None))
    say(world, cheque, lambda said: assigning.is_repayment(said, ping, paid.campaign, "chèque 12"))
    kinds = [
        row.kind for row in world.session.query(tables.BankMatch).order_by("line_id", "position")
    ]
    assert kinds == ["executed", "executed", "charged", "repaid", "excess", "excess"]
    bank.day(entry(100, text="CHEQUE 12"))
    (line,) = unknown(world)
    with pytest.raises(Conflict, match="line_known"):
        say(world, line.id, lambda said: assigning.is_repayment(said, ping, 1, "chèque 12"))
    assert check_books(world.session) == []


WRONG: list[tuple[str, Callable[[Meant], None], str]] = [
    (CREDIT, lambda said: assigning.is_payout(said, PING, None), "not_returnable"),
    (DEBIT, lambda said: assigning.is_payout(said, PING, None), "parts_differ"),
    (DEBIT, lambda said: assigning.is_payout(said, "RA-2026-000009", None), "not_found"),
    (DEBIT, lambda said: assigning.is_receipts(said, [(1, 1, 5)]), "wrong_direction"),
    (CREDIT, lambda said: assigning.is_taken_back(said, 1), "wrong_direction"),
    (DEBIT, lambda said: assigning.is_repayment(said, 1, 1, None), "wrong_direction"),
    (CREDIT, lambda said: assigning.is_repayment(said, 1, 1, "jamais"), "parts_differ"),
    (DEBIT, lambda said: assigning.is_refund(said, "RB-2026-000001"), "not_found"),
    (CREDIT, lambda said: assigning.is_withdrawal(said, 1), "wrong_direction"),
    (DEBIT, lambda said: assigning.is_withdrawal(said, 1), "more_than_own"),
    (CREDIT, lambda said: assigning.is_overpayment(said, 1), "wrong_direction"),
    (DEBIT, lambda said: assigning.is_overpayment(said, 1), "parts_differ"),
    (CREDIT, lambda said: assigning.is_charge(said, 1), "wrong_direction"),
    (DEBIT, lambda said: assigning.is_top_up(said, 1), "wrong_direction"),
    (DEBIT, lambda said: assigning.is_charge(said, 99), "not_found"),
    (CREDIT, lambda said: assigning.is_receipts(said, [(1, 99, 5)]), "not_a_funder"),
]


def test_what_a_line_cannot_be_is_refused_and_it_waits_on(paid: Autumn):
    world = paid.world
    Bank(world).day(entry(5), entry(5, DEBIT))
    lines = {line.direction: line.id for line in unknown(world)}
    for direction, how, reason in WRONG:
        with pytest.raises(DomainError, match=reason):
            say(world, lines[direction], how)
    assert len(unknown(world)) == 2
    assert payout(world, PING).settled_at is None
    assert check_books(world.session) == []


def test_a_receipt_of_which_the_bank_never_spoke_is_named_after_a_week(paid: Autumn):
    world, bank = paid.world, Bank(paid.world)
    bank.day(executed(PING, 7_000))
    world.now = world.now.replace(day=4)
    world.receive(1, paid.funders[0], 100, "chèque")
    assert check_books(world.session) == []
    for _ in range(9):
        bank.day()
    assert bank.days == 10
    (problem,) = check_books(world.session)
    assert problem.invariant == "bank_and_ledger_agree"
    assert str(date(2026, 12, 4)) in problem.detail
