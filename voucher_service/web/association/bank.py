"""Where the association is paid: the account, how far a change has come, and proposing one."""

from typing import Annotated

from pydantic import Field, StringConstraints

from voucher_service.actions import bank_accounts
from voucher_service.actions.identifiers import checked_iban, masked_iban
from voucher_service.core.errors import Invalid
from voucher_service.core.payout_batch import Account
from voucher_service.http.body import Body
from voucher_service.http.wording import BANK_REASONS, words
from voucher_service.payments import sepa
from voucher_service.store.queries import payouts
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS
from voucher_service.web.desks import Page, See, Visit

LOOKS = {"proposed": "wait", "refused": "bad", "current": "good", "blocked": "bad",
         "replaced": "plain", "cooling_off": "wait"}  # fmt: skip


class Proposal(Body):
    """An account as it stands on the bank's paper."""

    holder: Annotated[str, StringConstraints(max_length=140)]
    iban: Annotated[str, StringConstraints(max_length=50)]
    town: Annotated[str | None, Field(max_length=70)] = None


def state_of(row: payouts.BankAccount, visit: Visit) -> str:
    """How far an account has come; a confirmed one may still be cooling off."""
    state = payouts.account_state(row)
    waits = row.usable_from is not None and row.usable_from > visit.now
    return "cooling_off" if state == "current" and waits else state


@DESK.page("/bank", posts=MANAGERS)
def bank(visit: Visit) -> Page:
    """The accounts, the last first."""
    rows = payouts.accounts(visit.session, visit.own)
    return Page(
        "association/bank.html",
        rows=[
            (row, masked_iban(row.iban), state_of(row, visit), _said_by_bank(row))
            for row in reversed(rows)
        ],
        looks=LOOKS,
        days=visit.services.settings.cooling_off_days,
    )


def _said_by_bank(row: payouts.BankAccount) -> tuple[str, str, str] | None:
    code = row.blocked_reason
    return (code, *words(BANK_REASONS, code)) if code else None


@DESK.form("/bank", posts=MANAGERS, body=Proposal, again=bank)
def propose_account(visit: Visit, given: Proposal) -> See:
    """Say where the association is to be paid."""
    iban = checked_iban(given.iban)
    account = Account(given.holder, iban, given.town or "", iban[:2] if given.town else "")
    if any(sepa.account_faults(account)):
        raise Invalid("unfit_account", "No bank would pay to this.", "holder")
    bank_accounts.propose(visit.session, visit.own, account, visit.actor, visit.now)
    return See("/association/bank", said="said_account_proposed")
