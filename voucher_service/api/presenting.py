"""Rows as the API shows them, where more than one module shows them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Response, request

from voucher_service.actions.calling import House
from voucher_service.api.shapes.common import Item, Items, JobOut, Listing
from voucher_service.documents.statement_files import CSV, PDF
from voucher_service.http.endpoint import Call
from voucher_service.http.problems import problem
from voucher_service.payments.reserved import pay_to
from voucher_service.store.queries import work
from voucher_service.store.queries.paging import Page, Window

Row = TypeVar("Row")

JSON = "application/json"
MEDIA = (JSON, CSV, PDF)
"""The forms of a signed paper: as it was signed first, then as it is drawn."""


def window(listing: Listing) -> Window:
    """The part of a list that was asked for."""
    return Window(listing.cursor, listing.limit)


def items(page: Page[Row], present: Callable[[Row], Item]) -> Items[Item]:
    """A page of rows as a page of a list."""
    return Items(items=[present(row) for row in page.rows], next=page.next)


def house(call: Call) -> House:
    """Who signs, and the account that papers ask to be paid on; refused when none is set."""
    return House(call.services.signatory, pay_to(call.services.settings))


def job(call: Call, number: int) -> JobOut:
    """A job as it stands."""
    return job_row(work.job(call.session, number))


def job_row(row: work.Job) -> JobOut:
    """A job as a list shows it."""
    return JobOut.model_validate(row, from_attributes=True)


def signed_or_drawn(
    signed: bytes, drawn: Callable[[str], bytes], forms: Sequence[str] = MEDIA
) -> Response:
    """A paper as it was signed, or drawn in the media type that Accept asks for."""
    accepted = request.accept_mimetypes
    media_type = accepted.best_match(forms) if accepted else JSON
    if media_type is None:
        return problem(406, "not_acceptable", f"It comes as {', '.join(forms)}.")
    content = signed if media_type == JSON else drawn(media_type)
    response = Response(content, content_type=media_type)
    response.headers["Vary"] = "Accept"
    return response
