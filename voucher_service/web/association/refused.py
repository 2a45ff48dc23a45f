"""What was refused at the counter, and saying that a refusal was wrong."""

from voucher_service.actions.disputing import dispute_refusal
from voucher_service.http.wording import words
from voucher_service.store.queries import refusals
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import PART, Because, Part, seen
from voucher_service.web.desks import Page, See, Visit

VERDICTS = "merchants/verdicts.toml"


def why(code: str) -> tuple[str, str]:
    """What a phone said: the title, and the next step."""
    return words(VERDICTS, code)


@DESK.page("/refusals", query=Part)
def refusal_list(visit: Visit, query: Part) -> Page:
    """Refused scans, the last first."""
    rows, more = refusals.refusals(visit.session, seen(visit), query.cursor, PART)
    return Page("association/refusals.html", rows=rows, more=more, why=why)


@DESK.page("/refusals/<id:number>")
def refusal(visit: Visit, number: int) -> Page:
    """One refused scan: why, and what was said about it."""
    row = refusals.refusal(visit.session, seen(visit), number)
    return Page("association/refusal.html", row=row, why=why)


@DESK.form("/refusals/<id:number>/dispute", body=Because, again=refusal)
def dispute(visit: Visit, number: int, given: Because) -> See:
    """Say why a refusal was wrong."""
    refusals.refusal(visit.session, seen(visit), number)
    dispute_refusal(visit.session, number, given.reason, visit.actor, visit.now)
    return See(f"/association/refusals/{number}", said="said_disputed")
