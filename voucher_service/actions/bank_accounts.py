"""Where an association is paid: proposed by one person, confirmed by another, payable days later.

A changed IBAN is how associations are robbed. So a change is never alone in one hand, the old
contact is told at once, and nothing is paid to a new account before its cooling-off is over. An
account is never edited: a change is a new row, even when the IBAN is the same.
"""

from datetime import datetime, timedelta

from voucher_service.actions.identifiers import checked_iban, masked_iban
from voucher_service.core.errors import Conflict
from voucher_service.core.payout_batch import Account
from voucher_service.store import bank_accounts, tables
from voucher_service.store.once import find, insert_row
from voucher_service.store.session import Session


def propose(session: Session, association: int, account: Account, actor: str, now: datetime) -> int:
    """Somebody says where an association is to be paid. Gives the account's number.

    It takes the place of an earlier proposal. When it is a change, the contact is told.
    """
    contact = find(session, tables.Association, association, "association").contact_email
    iban = checked_iban(account.iban)
    is_change = bank_accounts.known(session, association)
    bank_accounts.end_proposal(session, association, now)
    number = insert_row(
        session,
        tables.BankAccount,
        association_id=association,
        iban=iban,
        holder=account.holder,
        town=account.town or None,
        country=account.country or None,
        created_at=now,
        proposed_by=actor,
    )
    if is_change:
        _tell(session, "bank_account_proposed", contact, association, iban, None, now)
    return number


def confirm(
    session: Session, number: int, actor: str, cooling_off: timedelta, now: datetime
) -> datetime:
    """A second person found a proposed account right. Gives the moment from which it is payable."""
    account = find(session, tables.BankAccount, number, "bank account")
    association, iban, usable_from = account.association_id, account.iban, now + cooling_off
    _check_proposed(account)
    if account.proposed_by == actor:
        raise Conflict(
            "four_eyes", "Whoever proposed an account cannot confirm it: ask a second person."
        )
    is_change = bank_accounts.end_current(session, association, now)
    if not bank_accounts.confirm(session, number, actor, usable_from, now):
        raise Conflict("changed", "Somebody else decided just now: look again.")
    if is_change:
        contact = find(session, tables.Association, association, "association").contact_email
        _tell(session, "bank_account_confirmed", contact, association, iban, usable_from, now)
    return usable_from


def refuse(session: Session, number: int, reason: str, now: datetime) -> None:
    """A proposed account is wrong, or nobody of the association asked for it."""
    account = find(session, tables.BankAccount, number, "bank account")
    _check_proposed(account)
    if not bank_accounts.refuse(session, number, reason, now):
        raise Conflict("changed", "Somebody else decided just now: look again.")


def _check_proposed(account: tables.BankAccount) -> None:
    if account.confirmed_at is not None or account.replaced_at is not None:
        raise Conflict("not_proposed", "This account is confirmed, replaced or refused already.")


def _tell(
    session: Session,
    topic: str,
    contact: str,
    association: int,
    iban: str,
    usable_from: datetime | None,
    now: datetime,
) -> None:
    """Tell the contact known before; whoever carries it has no other way to know that address."""
    payload = {"to": contact, "association": association, "iban": masked_iban(iban)}
    if usable_from is not None:
        payload["usable_from"] = usable_from.isoformat()
    session.add(tables.Outbox(topic=topic, payload=payload, created_at=now))
