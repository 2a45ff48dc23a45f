"""The books: solvency, every account down to its transfers, the seals, and every rule again.

Changes nothing. What takes as long as reading everything again is asked for, and done by a job.
"""

from typing import Annotated

from pydantic import StringConstraints

from voucher_service.actions.checking import CHECK, request_check
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.store.queries import ledger, names, work
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.open_books import added_up
from voucher_service.web.operator.desk import (
    ADMIN,
    DESK,
    FINANCE,
    SEE_MONEY,
    Listed,
    newest,
)

AccountName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}(:[a-z0-9_]{1,20}){0,4}$")]


class AccountIn(Body):
    """Which account, in which campaign."""

    account: AccountName = "bank_reserved"
    campaign: Id | None = None
    cursor: Id | None = None


@DESK.page("/books", posts=SEE_MONEY)
def books(visit: Visit) -> Page:
    """Solvency, and the balance of every account, campaign by campaign."""
    known = added_up()
    campaigns = names.campaigns(visit.session, {row[1] for row in known.balances})
    numbered = [account.split(":") for account, _, _ in known.balances]
    funders = {int(parts[2]) for parts in numbered if parts[1:2] == ["funder"]}
    associations = {int(parts[2]) for parts in numbered if parts[1:2] == ["association"]}
    return Page(
        "operator/books.html",
        books=known.books,
        as_of=known.as_of,
        balances=[row for row in known.balances if row[2]],
        campaigns=campaigns,
        owners={"funder": names.funders(visit.session, funders)}
        | {"association": names.associations(visit.session, associations)}
        | {"campaign": campaigns},
        unsealed=ledger.unsealed(visit.session),
    )


@DESK.page("/books/account", posts=SEE_MONEY, query=AccountIn)
def account(visit: Visit, query: AccountIn) -> Page:
    """The transfers of an account, the latest first."""
    page = ledger.transfers(visit.session, query.campaign, query.account, newest(query.cursor))
    return Page(
        "operator/book_account.html",
        page=page,
        query=query,
        campaigns=names.campaigns(visit.session, {row.campaign_id for row in page.rows}),
    )


@DESK.page("/books/check", posts=SEE_MONEY)
def check(visit: Visit) -> Page:
    """What came of the last time that every rule of the books was looked at."""
    return Page("operator/books_check.html", last=work.latest(visit.session, CHECK))


@DESK.form("/books/check", posts=FINANCE | ADMIN, again=check)
def check_again(visit: Visit) -> See:
    """Ask for every rule of the books to be looked at now; a worker does it."""
    job = request_check(visit.session, visit.actor, visit.now)
    return See(f"/operator/jobs/{job}", said="check_asked")


@DESK.page("/seals", posts=SEE_MONEY, query=Listed)
def seals(visit: Visit, query: Listed) -> Page:
    """The chain over the ledger, its last link first."""
    return Page(
        "operator/seals.html",
        page=ledger.seals(visit.session, newest(query.cursor)),
        unsealed=ledger.unsealed(visit.session),
    )
