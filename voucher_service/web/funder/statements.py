"""Statements of a funder: read down to the uses behind an amount, contested, approved."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from flask import Response
from pydantic import Field

from voucher_service.actions import contesting, settling
from voucher_service.core.statements import local
from voucher_service.documents.columns import Column, Row, csv_pieces
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.http.services import Services
from voucher_service.store.queries import funder_papers, statements
from voucher_service.store.queries.statements import Statement
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.funder.desk import APPROVERS, DESK

PAGE = 100
"""Uses on one page."""

PIECE = 1_000
"""Uses of a file that are read and sent at once."""

#: Several lines: why somebody doubts.
Reason = Annotated[str, Field(min_length=1, max_length=2000)]


@DESK.page("/statements")
def statement_list(visit: Visit) -> Page:
    """Every statement of this funder."""
    papers = funder_papers.papers(visit.session, visit.own)
    return Page("funder/statements.html", papers=papers)


def _mine(visit: Visit, number: str) -> tuple[Statement, Any]:
    row = statements.statement(visit.session, number, statements.Filter(funder=visit.own))
    return row, json.loads(row.document)


@DESK.page("/statements/<word:number>")
def statement(visit: Visit, number: str) -> Page:
    """One statement as it was signed."""
    row, document = _mine(visit, number)
    return Page(
        "funder/statement.html",
        row=row,
        document=document,
        agreement=funder_papers.agreement(visit.session, number),
    )


@DESK.form("/statements/<word:number>/approve", again=statement, posts=APPROVERS)
def approve_statement(visit: Visit, number: str) -> See:
    """Find a statement right."""
    _mine(visit, number)
    settling.agree_to_statement(visit.session, number, visit.actor, visit.now)
    return See(f"/funder/statements/{number}", said="statement_approved", number=number)


DETAIL = (
    Column("service_at", "Date du service", "Service at", "moment"),
    Column("serial", "Carnet", "Booklet", "text"),
    Column("number", "Pass", "Pass", "count"),
    Column("association", "Association", "Association", "text"),
    Column("site", "Lieu", "Site", "text"),
    Column("service", "Service", "Service", "text"),
    Column("cents", "Montant (€)", "Amount (€)", "cents"),
    Column("contested", "Contesté", "Contested", "flag"),
    Column("undone", "Annulé", "Cancelled", "flag"),
)
"""What an accountant keeps with a payment: every use, whole; the share is on the paper."""


@DESK.page("/statements/<word:number>/detail.csv")
def statement_detail(visit: Visit, number: str) -> Response:
    """Every use behind a statement, for a spreadsheet."""
    row, _document = _mine(visit, number)
    services, uses = visit.services, funder_papers.uses_on(visit.session, row)
    pages = (_detail(services, uses[at : at + PIECE]) for at in range(0, len(uses), PIECE))
    answer = Response(csv_pieces(DETAIL, pages), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}-detail.csv"'
    return answer


def _detail(services: Services, uses: Sequence[int]) -> list[Row]:
    """Some uses, read in a transaction of their own: a slow line keeps nothing open."""
    with services.reading() as session:
        found = funder_papers.detail(session, uses)
    return [
        {
            "service_at": local(one.at),
            "serial": one.serial,
            "number": one.number,
            "association": association,
            "site": one.site,
            "service": one.service,
            "cents": one.cents,
            "contested": one.contested,
            "undone": one.undone,
        }
        for association, one in found
    ]


class After(Body):
    """Where a list of uses goes on."""

    cursor: Id | None = None


@DESK.page("/statements/<word:number>/lines/<id:association>", query=After)
def lines(visit: Visit, number: str, association: int, query: After) -> Page:
    """The uses behind what an association earned on a statement."""
    row, document = _mine(visit, number)
    found = funder_papers.lines(visit.session, row, association, query.cursor or 0, PAGE + 1)
    known = {int(one["id"]): one for one in document["by_association"]}
    return Page(
        "funder/lines.html",
        row=row,
        document=document,
        line=known.get(association),
        uses=found[:PAGE],
        next=found[PAGE - 1].id if len(found) > PAGE else None,
    )


@DESK.page("/uses/<id:use>/contest", posts=APPROVERS)
def doubt(visit: Visit, use: int) -> Page:
    """One use, and the form to contest it."""
    return Page("funder/doubt.html", use=funder_papers.line(visit.session, visit.own, use))


class Doubt(Body):
    """Why a use is contested."""

    reason: Reason


@DESK.form("/uses/<id:use>/contest", body=Doubt, again=doubt, posts=APPROVERS)
def contest_use(visit: Visit, use: int, given: Doubt) -> See:
    """Contest a use: its association has some days to answer."""
    funder_papers.line(visit.session, visit.own, use)
    number = contesting.contest(visit.session, use, given.reason, visit.actor, visit.now)
    return See(f"/funder/contests/{number}", said="contest_opened")
