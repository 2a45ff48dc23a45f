"""Closing months: a period is opened, closed by a job, compared from two sides, approved.

Whoever closed a period does not approve it. Nothing is paid here.
"""

import json
from datetime import datetime
from typing import Annotated

from flask import Response
from pydantic import StringConstraints

from voucher_service.actions import settling
from voucher_service.core.campaign import PARIS, add_months, paris_day
from voucher_service.core.errors import NotFound
from voucher_service.http.body import Body
from voucher_service.store.queries import grid as grids
from voucher_service.store.queries import names, payouts, settlement, statements
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    ROWS,
    SEE_MONEY,
    Listed,
    Numbered,
    newest,
    numbers,
    who,
)
from voucher_service.web.papers import statement_paper

MONTHS_OFFERED = 12
ALL = statements.Filter()


class MonthIn(Body):
    """The month to settle."""

    month: Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@DESK.page("/periods", posts=SEE_MONEY, query=Listed)
def periods(visit: Visit, query: Listed) -> Page:
    """Months, and how far each has come."""
    page = statements.periods(visit.session, newest(query.cursor))
    progress = settlement.progress(visit.session, [row.id for row in page.rows])
    known = settlement.labels(visit.session)
    return Page(
        "operator/periods.html",
        page=page,
        progress=progress,
        nothing=settlement.Progress(),
        months=[month for month in _months(visit.now) if month not in known],
        now=visit.now,
    )


def _months(now: datetime) -> list[str]:
    """The last months, the one that ended last first."""
    this = paris_day(now).replace(day=1)
    return [add_months(this, -ago).strftime("%Y-%m") for ago in range(1, MONTHS_OFFERED + 1)]


@DESK.form("/periods", posts=FINANCE, body=MonthIn, again=periods)
def open_period(visit: Visit, given: MonthIn) -> See:
    """Name a month: what was used before its end belongs to it."""
    first = datetime.strptime(given.month, "%Y-%m").replace(tzinfo=PARIS).date()
    ends = add_months(first, 1)
    cutoff = datetime(ends.year, ends.month, ends.day, tzinfo=PARIS)
    settling.open_period(visit.session, given.month, cutoff, visit.now)
    return See(f"/operator/periods/{given.month}", said="period_opened")


@DESK.page("/periods/<word:label>", posts=SEE_MONEY)
def period(visit: Visit, label: str) -> Page:
    """A month, step by step."""
    row = _period(visit, label)
    closed = row.closed_at is not None
    batches = settlement.batches_of(visit.session, row.id)
    far = settlement.progress(visit.session, [row.id]).get(row.id, settlement.Progress())
    # Adding everything up again is for those who still have to approve; others open the grid.
    waits = closed and far.approved < far.statements
    return Page(
        "operator/period.html",
        period=row,
        progress=far,
        grid=grids.grid_of(visit.session, row) if waits else None,
        job=None if closed else settlement.close_job(visit.session, label),
        batches=[batch for batch, _ in batches],
        decisions={batch.number: decided for batch, decided in batches},
        who=who(visit, [row.closed_by]),
        mine=closed and row.closed_by == visit.actor,
        over=row.cutoff <= visit.now,
    )


def _period(visit: Visit, label: str) -> settlement.Period:
    row = settlement.period(visit.session, label)
    if row is None:
        raise NotFound("not_found", f"There is no period {label}.")
    return row


@DESK.form("/periods/<word:label>/close", posts=FINANCE, again=period)
def close_period(visit: Visit, label: str) -> See:
    """Ask for a month that is over to be settled, and its statements frozen."""
    job = settling.request_close(visit.session, label, visit.actor, None, visit.now)
    return See(f"/operator/jobs/{job}", said="close_asked")


@DESK.page("/periods/<word:label>/grid", posts=SEE_MONEY)
def grid(visit: Visit, label: str) -> Page:
    """A closed month from two sides: associations down, funders across."""
    found = grids.grid(visit.session, label)
    rows = [row for campaign in found.campaigns for row in campaign.rows]
    funders = {funder for campaign in found.campaigns for funder in campaign.funders}
    return Page(
        "operator/grid.html",
        label=label,
        grid=found,
        associations=names.associations(visit.session, numbers(rows, "association")),
        funders=names.funders(visit.session, funders),
        campaigns=names.campaigns(visit.session, numbers(found.campaigns, "campaign")),
    )


@DESK.page("/periods/<word:label>/statements", posts=SEE_MONEY, query=Numbered)
def period_statements(visit: Visit, label: str, query: Numbered) -> Page:
    """The statements of a month."""
    row = _period(visit, label)
    wanted = statements.Filter(period=label)
    page = statements.statements(visit.session, wanted, ALL, Window(query.cursor, ROWS))
    return Page(
        "operator/statements.html",
        period=row,
        page=page,
        states=statements.states(visit.session, [item.number for item in page.rows]),
        associations=names.associations(visit.session, numbers(page.rows, "association_id")),
        funders=names.funders(visit.session, numbers(page.rows, "funder_id")),
        campaigns=names.campaigns(visit.session, numbers(page.rows, "campaign_id")),
        waiting=settlement.progress(visit.session, [row.id]).get(row.id),
        mine=row.closed_by == visit.actor,
    )


@DESK.form("/periods/<word:label>/approve", posts=FINANCE, again=period)
def approve_period(visit: Visit, label: str) -> See:
    """Find every statement of a month right, as another person than the one who closed it."""
    count = settling.approve_period(visit.session, label, visit.actor, visit.now)
    return See(f"/operator/periods/{label}", said="period_approved", count=count)


@DESK.page("/statements/<word:number>", posts=SEE_MONEY)
def statement(visit: Visit, number: str) -> Page:
    """A statement as it was signed, and how far it has come."""
    row = statements.statement(visit.session, number, ALL)
    approval = settlement.approval(visit.session, number)
    paid = payouts.payouts(
        visit.session, payouts.Filter(statement=number), payouts.Filter(), Window(None, ROWS)
    ).rows
    closed_by = settlement.closer(visit.session, row.period_id)
    return Page(
        "operator/statement.html",
        statement=row,
        document=json.loads(row.document),
        state_now=statements.states(visit.session, [number])[number],
        label=statements.labels(visit.session, [row.period_id])[row.period_id],
        approval=approval,
        payouts=[(payout, payouts.state(payout)) for payout in paid],
        who=who(visit, [approval.actor if approval else None]),
        mine=closed_by == visit.actor,
    )


@DESK.form("/statements/<word:number>/approve", posts=FINANCE, again=statement)
def approve_statement(visit: Visit, number: str) -> See:
    """Find one statement right, as another person than the one who closed its period."""
    settling.approve_statement(visit.session, number, visit.actor, visit.now)
    return See(f"/operator/statements/{number}", said="statement_approved")


@DESK.page("/statements/<word:number>/<any(json,csv,pdf):form>", posts=SEE_MONEY)
def statement_file(visit: Visit, number: str, form: str) -> Response:
    """A statement as a file: as it was signed, or drawn."""
    return statement_paper(visit, statements.statement(visit.session, number, ALL), form)
