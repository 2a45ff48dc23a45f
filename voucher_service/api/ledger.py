"""The ledger as an auditor reads it. Nothing here writes."""

from voucher_service.actions.checking import check_books
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.common import Items
from voucher_service.api.shapes.ledger import (
    BalanceOut,
    BalancesIn,
    BrokenInvariant,
    CheckOut,
    TransferOut,
    TransfersIn,
)
from voucher_service.api.v1 import API, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import ledger


@API.get("/ledger/balances", roles=OVERSEERS, query=BalancesIn, answer=Items[BalanceOut])
def balances(call: Call, query: BalancesIn) -> Items[BalanceOut]:
    """List every account of every campaign, with both its sides."""
    after = _after(query.cursor) if query.cursor else None
    found = ledger.balances(call.session, query.campaign, after, query.limit)
    shown = found[: query.limit]
    more = f"{shown[-1].campaign}@{shown[-1].account}" if len(found) > query.limit else None
    return Items(items=[_balance(row) for row in shown], next=more)


def _after(cursor: str) -> tuple[str, int]:
    campaign, _, account = cursor.partition("@")
    return account, int(campaign)


def _balance(row: ledger.Balance) -> BalanceOut:
    return BalanceOut(
        account=row.account,
        campaign=row.campaign,
        debited_cents=row.debited_cents,
        credited_cents=row.credited_cents,
        balance_cents=row.credited_cents - row.debited_cents,
    )


@API.get("/ledger/transfers", roles=OVERSEERS, query=TransfersIn, answer=Items[TransferOut])
def transfers(call: Call, query: TransfersIn) -> Items[TransferOut]:
    """List transfers as they were written."""
    page = ledger.transfers(call.session, query.campaign, query.account, window(query))
    return items(page, _transfer)


def _transfer(row: ledger.Transfer) -> TransferOut:
    return TransferOut(
        id=row.id,
        event=row.event,
        kind=row.kind,
        campaign=row.campaign_id,
        debit=row.debit,
        credit=row.credit,
        amount_cents=row.cents,
        value_date=row.value_date,
        recorded_at=row.recorded_at,
        reference=row.reference,
        reverses=row.reverses,
    )


@API.get("/ledger/check-books", roles=OVERSEERS, answer=CheckOut)
def check(call: Call) -> CheckOut:
    """Check every invariant of the books."""
    problems = [
        BrokenInvariant(invariant=problem.invariant, detail=problem.detail)
        for problem in check_books(call.session)
    ]
    return CheckOut(in_order=not problems, problems=problems)
