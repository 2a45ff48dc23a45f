"""Payout batches and payouts: made by one person, let go by another, read by those concerned.

The file for the bank is the only call that gives whole IBANs, to those who carry it to the bank.
"""

from flask import Response

from voucher_service.actions import batching, rail
from voucher_service.actions.batching import BankFormat
from voucher_service.actions.identifiers import masked_iban
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items
from voucher_service.api.shapes.common import Items, Numbered, Why
from voucher_service.api.shapes.payouts import (
    BankReason,
    BatchDetail,
    BatchIn,
    BatchOut,
    LeftOutOut,
    PayablesOut,
    PaymentOut,
    PayoutOut,
    PayoutsIn,
)
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.books import held_by_campaign
from voucher_service.core.errors import Conflict
from voucher_service.core.payout_batch import CreditTransfer, LeftOut, PayoutBatch, read
from voucher_service.http.endpoint import Call
from voucher_service.http.wording import BANK_REASONS, HINDRANCES, words
from voucher_service.payments import sepa
from voucher_service.payments.reserved import reserved_account
from voucher_service.store.queries import ledger, payouts
from voucher_service.store.queries.paging import Page, Window
from voucher_service.store.queries.rail import back_by_payout

XML = "application/xml"
BANK = BankFormat(sepa.payment_faults, sepa.pain_001)


@API.get("/periods/<word:label>/payables", roles=OVERSEERS, answer=PayablesOut)
def payables(call: Call, label: str) -> PayablesOut:
    """See what a batch would pay now, and what it would leave out and why."""
    held = held_by_campaign(ledger.net_balances(call.session))
    now = call.services.now()
    payments, left_out = batching.payables(call.session, label, None, BANK, held, now)
    return PayablesOut(
        payments=[_payment(item) for item in payments],
        left_out=[_left_out(item) for item in left_out],
        total_cents=sum(item.cents for item in payments),
    )


@API.post(
    "/payout-batches", roles=MONEY, body=BatchIn, answer=BatchDetail, status=201, problems=(404,)
)
def make_batch(call: Call, body: BatchIn) -> BatchDetail:
    """Freeze the file that pays a period's approved statements. Nothing leaves yet."""
    made = batching.make_batch(
        call.session,
        body.period,
        body.statements,
        reserved_account(call.services.settings),
        BANK,
        call.caller.actor,
        call.services.now(),
    )
    return _detail(call, payouts.batch(call.session, made.number))


@API.get("/payout-batches", roles=OVERSEERS, query=Numbered, answer=Items[BatchOut])
def batches(call: Call, query: Numbered) -> Items[BatchOut]:
    """List payout batches."""
    page = payouts.batches(call.session, Window(query.cursor, query.limit))
    decided = payouts.decisions(call.session, [row.number for row in page.rows])
    return items(page, lambda row: _batch(row, read(row.document), decided.get(row.number)))


@API.get("/payout-batches/<word:number>", roles=OVERSEERS, answer=BatchDetail)
def batch(call: Call, number: str) -> BatchDetail:
    """Read a batch: whom it pays, whom it leaves out and why."""
    return _detail(call, payouts.batch(call.session, number))


@API.get("/payout-batches/<word:number>.xml", roles=MONEY, media_types=(XML,), problems=(409,))
def payout_file(call: Call, number: str) -> Response:
    """Fetch the bank's file of an approved batch: the same bytes for ever."""
    row = payouts.batch(call.session, number)
    if (
        payouts.batch_state(payouts.decisions(call.session, [number]).get(number))
        != batching.APPROVED
    ):
        raise Conflict("not_approved", "A second person must approve this batch first.")
    rail.check_by_bank(call.session, number)
    response = Response(row.file, content_type=XML)
    response.headers["Content-Disposition"] = f'attachment; filename="{number}.xml"'
    return response


@API.post("/payout-batches/<word:number>/approve", roles=MONEY, answer=BatchDetail)
def approve_batch(call: Call, number: str) -> BatchDetail:
    """Let a batch go to the bank, as another person than the one who made it."""
    batching.approve_batch(call.session, number, call.caller.actor, call.services.now())
    return _detail(call, payouts.batch(call.session, number))


@API.post("/payout-batches/<word:number>/cancel", roles=MONEY, body=Why, answer=BatchDetail)
def cancel_batch(call: Call, number: str, body: Why) -> BatchDetail:
    """Call a batch off before it is approved."""
    batching.cancel_batch(call.session, number, body.reason, call.caller.actor, call.services.now())
    return _detail(call, payouts.batch(call.session, number))


def _batch(row: payouts.Batch, frozen: PayoutBatch, decision: payouts.Decision | None) -> BatchOut:
    return BatchOut(
        number=row.number,
        period=frozen.period,
        state=payouts.batch_state(decision),
        execution_day=row.execution_day,
        payments=len(frozen.payments),
        total_cents=row.total_cents,
        sha256=row.sha256,
        file_sha256=row.file_sha256,
        made_at=row.made_at,
        made_by=row.made_by,
        decided_at=decision.at if decision else None,
        decided_by=decision.actor if decision else None,
        reason=decision.reason if decision else None,
    )


def _detail(call: Call, row: payouts.Batch) -> BatchDetail:
    frozen = read(row.document)
    decision = payouts.decisions(call.session, [row.number]).get(row.number)
    return BatchDetail(
        **dict(_batch(row, frozen, decision)),
        lines=[_payment(item) for item in frozen.payments],
        left_out=[_left_out(item) for item in frozen.left_out],
    )


def _payment(item: CreditTransfer) -> PaymentOut:
    return PaymentOut(
        end_to_end=item.end_to_end,
        statement=item.statement,
        association=item.association,
        holder=item.account.holder,
        iban_masked=masked_iban(item.account.iban),
        amount_cents=item.cents,
    )


def _left_out(item: LeftOut) -> LeftOutOut:
    title, next_step = words(HINDRANCES, item.reason)
    return LeftOutOut(
        statement=item.statement,
        association=item.association,
        amount_cents=item.cents,
        reason=item.reason,
        title=title,
        next_step=next_step,
        until=item.until,
    )


@API.get("/payouts", roles=OVERSEERS | {Role.ASSOCIATION}, query=PayoutsIn, answer=Items[PayoutOut])
def payout_list(call: Call, query: PayoutsIn) -> Items[PayoutOut]:
    """List payouts, with the bank's reason for those that came back and what to do."""
    wanted = payouts.Filter(query.association, query.statement, query.batch)
    mine = payouts.Filter(association=call.caller.only(Role.ASSOCIATION))
    page = payouts.payouts(call.session, wanted, mine, Window(query.cursor, query.limit))
    return _payouts(call, page)


def _payouts(call: Call, page: Page[payouts.Payout]) -> Items[PayoutOut]:
    payees = payouts.payees(call.session, [row.statement_number for row in page.rows])
    back = back_by_payout(call.session, [row.end_to_end for row in page.rows])

    def shown(row: payouts.Payout) -> PayoutOut:
        taken_back = sum(part.cents for part in back.get(row.end_to_end, ()))
        return _payout(row, payees[row.statement_number], taken_back)

    return items(page, shown)


def _payout(row: payouts.Payout, association: int, taken_back_cents: int) -> PayoutOut:
    return PayoutOut(
        end_to_end=row.end_to_end,
        number=row.end_to_end,
        statement=row.statement_number,
        association=association,
        batch=row.batch_number,
        amount_cents=row.cents,
        taken_back_cents=taken_back_cents,
        state=payouts.state(row),
        sent_at=row.sent_at,
        settled_at=row.settled_at,
        reason=_reason(row.return_reason) if row.return_reason else None,
    )


def _reason(code: str) -> BankReason:
    title, next_step = words(BANK_REASONS, code)
    return BankReason(code=code, title=title, next_step=next_step)
