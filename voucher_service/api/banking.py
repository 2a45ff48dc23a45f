"""What the bank says: its files in, the chain of its statements, its lines, and what they are."""

from collections.abc import Callable
from typing import Any

from flask import Response

from voucher_service.actions import assigning, banking, unassigning
from voucher_service.actions.assigning import Meant
from voucher_service.actions.identifiers import masked_iban
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.banking import (
    AssignIn,
    BankFileOut,
    BankLineOut,
    BankLinesIn,
    BankStatementOut,
    ChargeMeant,
    FromStripeMeant,
    MatchOut,
    OverpaymentMeant,
    PayoutMeant,
    ProposalOut,
    ReceiptsMeant,
    RefundMeant,
    RepaymentMeant,
    SetAgainstMeant,
    StripeFeesMeant,
    StripePayoutMeant,
    TakenBackMeant,
    TopUpMeant,
    ToStripeMeant,
    WithdrawalMeant,
)
from voucher_service.api.shapes.common import Items, Listing, Why
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.bank_file import Direction, MatchKind
from voucher_service.http.endpoint import Call
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import banking as bank
from voucher_service.store.queries.paging import Page

FILES = ("application/octet-stream", "application/xml", "text/plain")
LARGEST_FILE = 8 * 1024 * 1024
"""Bytes. A day of 5,000 payments is about 5 MB of camt.053."""


@API.post(
    "/bank-statements",
    roles=MONEY,
    raw=FILES,
    largest=LARGEST_FILE,
    answer=BankFileOut,
    status=201,
    also=(200,),
)
def import_bank_file(call: Call, content: bytes) -> BankFileOut | Response:
    """Give a file of the bank: camt.053, camt.054, pain.002, MT940 or CFONB-120. Twice is once."""
    account = reserved_account(call.services.settings).iban
    file = read_bank_file(content)
    done = banking.import_file(
        call.session, file, content, account, call.caller.actor, call.services.now()
    )
    told = BankFileOut(
        id=done.message,
        form=done.form,
        new=done.new,
        matched=done.counts.matched,
        returned=done.counts.returned,
        rejected=done.rejected,
        unknown=done.counts.unknown,
    )
    if done.new:
        return told
    return Response(told.model_dump_json(), 200, content_type="application/json")


@API.get("/bank-statements", roles=OVERSEERS, query=Listing, answer=Items[BankStatementOut])
def bank_statements(call: Call, query: Listing) -> Items[BankStatementOut]:
    """List the bank's statements, each opening where the one before it closed."""
    page = bank.statements(call.session, window(query))
    files = bank.messages(call.session, [row.message_id for row in page.rows])

    def present(row: bank.Statement) -> BankStatementOut:
        form, sha256 = files[row.message_id]
        return BankStatementOut(
            id=row.id,
            number=row.number,
            reference=row.reference,
            form=form,
            sha256=sha256,
            opening_day=row.opening_day,
            opening_cents=row.opening_cents,
            closing_day=row.closing_day,
            closing_cents=row.closing_cents,
        )

    return items(page, present)


@API.get("/bank-lines", roles=OVERSEERS, query=BankLinesIn, answer=Items[BankLineOut])
def bank_lines(call: Call, query: BankLinesIn) -> Items[BankLineOut]:
    """List the bank's lines; ``state=unknown`` are those that wait for a person."""
    wanted = bank.Filter(query.state, query.statement)
    return _lines(call, bank.lines(call.session, wanted, window(query)))


@API.post(
    "/bank-lines/<id:line>/assign", roles=MONEY, body=AssignIn, answer=BankLineOut, problems=(404,)
)
def assign_line(call: Call, line: int, body: AssignIn) -> BankLineOut:
    """Say what a line is that the service could not know by itself."""
    said = assigning.meant(call.session, line, call.caller.actor, call.services.now())
    MEANS[type(body.to)](said, body.to)
    return _lines(call, Page([bank.line(call.session, line)], None)).items[0]


@API.post(
    "/bank-lines/<id:line>/unassign", roles=MONEY, body=Why, answer=BankLineOut, problems=(404,)
)
def unassign_line(call: Call, line: int, body: Why) -> BankLineOut:
    """Take back what a line was said to be by mistake; it waits for a person again."""
    now = call.services.now()
    unassigning.undo_assignment(call.session, line, body.reason, call.caller.actor, now)
    return _lines(call, Page([bank.line(call.session, line)], None)).items[0]


def _is_receipts(said: Meant, to: ReceiptsMeant) -> None:
    assigning.is_receipts(said, [(part.order, part.funder, part.amount_cents) for part in to.parts])


MEANS: dict[type, Callable[[Meant, Any], None]] = {
    PayoutMeant: lambda said, to: assigning.is_payout(said, to.end_to_end, to.reason, to.incident),
    ReceiptsMeant: _is_receipts,
    TakenBackMeant: lambda said, to: assigning.is_taken_back(said, to.receipt),
    RefundMeant: lambda said, to: assigning.is_refund(said, to.number),
    ChargeMeant: lambda said, to: assigning.is_charge(said, to.campaign),
    TopUpMeant: lambda said, to: assigning.is_top_up(said, to.campaign),
    RepaymentMeant: lambda said, to: assigning.is_repayment(
        said, to.association, to.campaign, to.reference
    ),
    OverpaymentMeant: lambda said, to: assigning.is_overpayment(said, to.incident),
    WithdrawalMeant: lambda said, to: assigning.is_withdrawal(said, to.campaign),
    StripePayoutMeant: lambda said, to: assigning.is_stripe_payout(said, to.payout),
    StripeFeesMeant: lambda said, _to: assigning.is_stripe_fees(said),
    ToStripeMeant: lambda said, to: assigning.is_to_stripe(said, to.batch),
    FromStripeMeant: lambda said, to: assigning.is_from_stripe(said, to.campaign),
    SetAgainstMeant: lambda said, to: assigning.is_set_against(said, to.line),
}
"""What each kind of thing does that a person can say of a line."""


def _lines(call: Call, page: Page[bank.Line]) -> Items[BankLineOut]:
    matches = bank.matches(call.session, [row.id for row in page.rows])
    return items(page, lambda row: _line(call, row, matches.get(row.id, [])))


def _line(call: Call, row: bank.Line, matches: list[bank.Match]) -> BankLineOut:
    return BankLineOut(
        id=row.id,
        statement=row.statement_id,
        booked_on=row.booked_on,
        value_on=row.value_on,
        amount_cents=row.cents,
        direction=Direction(row.direction),
        bank_reference=row.bank_reference,
        end_to_end=row.end_to_end,
        creditor_reference=row.creditor_reference,
        text=row.text,
        name=row.name,
        iban_masked=masked_iban(row.iban) if row.iban else "",
        return_reason=row.return_reason,
        matched_at=row.matched_at,
        matched_by=row.matched_by,
        matches=[
            MatchOut(kind=MatchKind(item.kind), target=item.target, amount_cents=item.cents)
            for item in matches
        ],
        proposals=[
            ProposalOut(
                amount_cents=item.cents,
                end_to_end=item.end_to_end,
                order=item.order,
                funder=item.funder,
            )
            for item in bank.proposals(call.session, row)
        ],
    )
