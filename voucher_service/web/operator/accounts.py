"""Where associations are paid: an account that one person proposed, another one confirms here."""

from datetime import timedelta

from voucher_service.actions import bank_accounts
from voucher_service.actions.identifiers import masked_iban
from voucher_service.store.queries import names, payouts
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    SEE_MONEY,
    Listed,
    Why,
    numbers,
    oldest,
    who,
)


@DESK.page("/accounts", posts=SEE_MONEY, query=Listed)
def accounts(visit: Visit, query: Listed) -> Page:
    """Bank accounts that wait to be confirmed, the oldest first."""
    page = payouts.proposed_accounts(visit.session, oldest(query.cursor))
    return Page(
        "operator/accounts.html",
        page=page,
        masked=masked_iban,
        days=visit.services.settings.cooling_off_days,
        actor=visit.actor,
        associations=names.associations(visit.session, numbers(page.rows, "association_id")),
        who=who(visit, [row.proposed_by for row in page.rows]),
    )


@DESK.form("/accounts/<id:account>/confirm", posts=FINANCE, again=accounts)
def confirm_account(visit: Visit, account: int) -> See:
    """Find a proposed account right, as another person than the one who proposed it."""
    cooling_off = timedelta(days=visit.services.settings.cooling_off_days)
    bank_accounts.confirm(visit.session, account, visit.actor, cooling_off, visit.now)
    return See("/operator/accounts", said="account_confirmed")


@DESK.form("/accounts/<id:account>/refuse", posts=FINANCE, body=Why, again=accounts)
def refuse_account(visit: Visit, account: int, given: Why) -> See:
    """Refuse a proposed account."""
    bank_accounts.refuse(visit.session, account, given.reason, visit.now)
    return See("/operator/accounts", said="account_refused")
