"""What was taken: passes with their site, day, service and what became of them. And taking back."""

from datetime import datetime

from voucher_service.actions.undoing import undo_use
from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id, Serial
from voucher_service.store.queries import association_desk, uses
from voucher_service.store.queries.uses import Filter, State
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import PART, Because, seen
from voucher_service.web.desks import Page, See, Visit


class Wanted(Body):
    """Which uses, and from where on."""

    site: Id | None = None
    campaign: Id | None = None
    since: Day | None = None
    until: Day | None = None
    state: State | None = None
    serial: Serial | None = None
    cursor: Id | None = None


LOOKS = {State.LIVE: "wait", State.CONTESTED: "bad", State.SETTLED: "good", State.UNDONE: "plain"}


@DESK.page("/uses", query=Wanted)
def use_list(visit: Visit, query: Wanted) -> Page:
    """Passes that were taken, the last first."""
    sites, session = seen(visit), visit.session
    wanted = Filter(query.site, query.campaign, query.since, query.until, query.state, query.serial)
    rows, more = uses.uses(session, sites, wanted, query.cursor, PART)
    filtered = wanted != Filter()
    return Page(
        "association/uses.html",
        rows=rows,
        more=more,
        # Of all uses ever it would say little, and ask much.
        total=uses.total(session, sites, wanted) if filtered else None,
        wanted=query,
        filtered=filtered,
        sites=[(site.id, site.name) for site in association_desk.sites(session, sites)],
        campaigns=association_desk.campaigns(session, visit.own),
        looks=LOOKS,
    )


@DESK.page("/uses/<id:number>")
def use(visit: Visit, number: int) -> Page:
    """One pass that was taken, and all that became of it."""
    session = visit.session
    found = uses.use(session, seen(visit), number)
    return Page(
        "association/use.html",
        use=found,
        undo=uses.taken_back(session, number) if found.state is State.UNDONE else None,
        contests=uses.contests_of(session, number),
        may_undo=_may_undo(found, visit.now),
        looks=LOOKS,
    )


def _may_undo(found: uses.Use, now: datetime) -> bool:
    return found.state is State.LIVE and now <= found.undo_until


@DESK.page("/passes/<word:serial>/<id:number>")
def uses_of_pass(visit: Visit, serial: str, number: int) -> Page | See:
    """What became of one pass here: from a line of a statement down to the use."""
    found = uses.of_pass(visit.session, seen(visit), serial, number)
    if len(found) == 1:
        return See(f"/association/uses/{found[0].id}")
    return Page("association/pass.html", rows=found, serial=serial, number=number, looks=LOOKS)


@DESK.form("/uses/<id:number>/undo", body=Because, again=use)
def undo(visit: Visit, number: int, given: Because) -> See:
    """Take a wrong use back."""
    uses.use(visit.session, seen(visit), number)
    undo_use(visit.session, number, given.reason, visit.actor, visit.now)
    return See(f"/association/uses/{number}", said="said_undone")
