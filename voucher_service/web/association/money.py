"""Where the money is: every unpaid amount with its reason and the next step. And debts."""

from flask import Response

from voucher_service.actions.owing import Till, money_of, stated_money_of
from voucher_service.core.dues import ABOUT_THE_ACCOUNT, Money, Waits
from voucher_service.http.wording import BANK_REASONS, words
from voucher_service.payments.sepa import account_faults
from voucher_service.store.queries import debts, documents
from voucher_service.store.queries.paging import Window
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS
from voucher_service.web.desks import Page, Visit
from voucher_service.web.open_books import added_up
from voucher_service.web.papers import document_paper

LIKE = {
    Waits.SENT: "good",
    Waits.READY: "good",
    Waits.CONTESTED: "bad",
    Waits.STOPPED: "bad",
    **dict.fromkeys(ABOUT_THE_ACCOUNT, "bad"),
}
"""How a reason looks; the others are only waiting."""

TO_DO = dict.fromkeys({*ABOUT_THE_ACCOUNT, Waits.ACCOUNT_COOLING_OFF}, "/association/bank")
"""Where a reader can do something about a reason, or see more."""

MOST_NOTES = 20


def where_it_is(visit: Visit) -> Money:
    """The money of this association at this moment."""
    return money_of(visit.session, visit.own, account_faults, visit.now, _till())


def where_it_is_of_statements(visit: Visit) -> Money:
    """The part of it that statements say: what is left to pay of each."""
    return stated_money_of(visit.session, visit.own, account_faults, visit.now, _till())


def _till() -> Till:
    known = added_up()
    return Till(known.held, known.books.solvent)


def proposed(found: Money) -> frozenset[Waits]:
    """The reasons about which an association has done its part."""
    return ABOUT_THE_ACCOUNT if found.account_proposed else frozenset()


def said_by_bank(code: str | None) -> tuple[str, str, str] | None:
    """The code of a bank's refusal, what it means, and what to do."""
    return (code, *words(BANK_REASONS, code)) if code else None


@DESK.page("/money", posts=MANAGERS)
def money(visit: Visit) -> Page:
    """Where is my money."""
    found = where_it_is(visit)
    owes = found.owes_back
    owed = debts.parts(visit.session, visit.own, owes) if owes else []
    notes = documents.documents(
        visit.session, documents.Reader(association=visit.own), Window(None, MOST_NOTES)
    )
    return Page(
        "association/money.html",
        money=found,
        proposed=proposed(found),
        looks=LIKE,
        to_do=TO_DO,
        said_by_bank=said_by_bank,
        debts=owed,
        notes=notes.rows,
    )


@DESK.page("/documents/<word:number>/<word:form>", posts=MANAGERS)
def note(visit: Visit, number: str, form: str) -> Response:
    """A note of debt, as it was signed or drawn."""
    reader = documents.Reader(association=visit.own)
    return document_paper(visit, documents.document(visit.session, number, reader), form)
