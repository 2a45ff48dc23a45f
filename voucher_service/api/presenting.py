"""Rows as the API shows them, where more than one module shows them."""

from collections.abc import Callable
from typing import TypeVar

from voucher_service.api.shapes.common import Item, Items, JobOut, Listing
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import work
from voucher_service.store.queries.paging import Page, Window

Row = TypeVar("Row")


def window(listing: Listing) -> Window:
    """The part of a list that was asked for."""
    return Window(listing.cursor, listing.limit)


def items(page: Page[Row], present: Callable[[Row], Item]) -> Items[Item]:
    """A page of rows as a page of a list."""
    return Items(items=[present(row) for row in page.rows], next=page.next)


def job(call: Call, number: int) -> JobOut:
    """A job as it stands."""
    return job_row(work.job(call.session, number))


def job_row(row: work.Job) -> JobOut:
    """A job as a list shows it."""
    return JobOut.model_validate(row, from_attributes=True)
