"""Where associations are paid: proposed by one, confirmed by another, payable some days later."""

from datetime import timedelta

from voucher_service.actions import bank_accounts
from voucher_service.actions.identifiers import checked_iban, masked_iban
from voucher_service.actions.tokens import Role
from voucher_service.api.shapes.common import Items, Why
from voucher_service.api.shapes.payouts import BankAccountIn, BankAccountOut
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.errors import Invalid
from voucher_service.core.payout_batch import Account
from voucher_service.http.endpoint import Call
from voucher_service.payments import sepa
from voucher_service.store.queries import payouts, places

ASSOCIATION = frozenset({Role.ASSOCIATION})


@API.post(
    "/associations/<id:association>/bank-accounts",
    roles=MONEY | ASSOCIATION,
    body=BankAccountIn,
    answer=BankAccountOut,
    status=201,
)
def propose_account(call: Call, association: int, body: BankAccountIn) -> BankAccountOut:
    """Say where an association is to be paid. Another person confirms it."""
    places.association(call.session, association, call.caller.only(Role.ASSOCIATION))
    number = bank_accounts.propose(
        call.session, association, account_of(body), call.caller.actor, call.services.now()
    )
    return _account(payouts.account(call.session, number))


@API.get(
    "/associations/<id:association>/bank-accounts",
    roles=OVERSEERS | ASSOCIATION,
    answer=Items[BankAccountOut],
)
def account_list(call: Call, association: int) -> Items[BankAccountOut]:
    """List the accounts of an association, oldest first."""
    places.association(call.session, association, call.caller.only(Role.ASSOCIATION))
    rows = payouts.accounts(call.session, association)
    return Items(items=[_account(row) for row in rows], next=None)


@API.post("/bank-accounts/<id:account>/confirm", roles=MONEY, answer=BankAccountOut)
def confirm_account(call: Call, account: int) -> BankAccountOut:
    """Find a proposed account right, as another person than the one who proposed it."""
    cooling_off = timedelta(days=call.services.settings.cooling_off_days)
    bank_accounts.confirm(
        call.session, account, call.caller.actor, cooling_off, call.services.now()
    )
    return _account(payouts.account(call.session, account))


@API.post("/bank-accounts/<id:account>/refuse", roles=MONEY, body=Why, answer=BankAccountOut)
def refuse_account(call: Call, account: int, body: Why) -> BankAccountOut:
    """Refuse a proposed account."""
    bank_accounts.refuse(call.session, account, body.reason, call.services.now())
    return _account(payouts.account(call.session, account))


def account_of(body: BankAccountIn) -> Account:
    """An account as it was given; raises :class:`Invalid` when no bank would pay to it."""
    iban = checked_iban(body.iban)
    account = Account(body.holder, iban, body.town or "", body.country or "")
    faults = list(sepa.account_faults(account))
    if faults:
        raise Invalid("unfit_account", f"No bank would pay to this: {'; '.join(faults)}.", "bank")
    return account


def _account(row: payouts.BankAccount) -> BankAccountOut:
    return BankAccountOut(
        id=row.id,
        association=row.association_id,
        iban_masked=masked_iban(row.iban),
        holder=row.holder,
        state=payouts.account_state(row),
        proposed_at=row.created_at,
        proposed_by=row.proposed_by,
        confirmed_at=row.confirmed_at,
        confirmed_by=row.confirmed_by,
        usable_from=row.usable_from,
        blocked_reason=row.blocked_reason,
        refusal=row.refusal,
    )
