"""The auditor's report and the accounting file over HTTP: asked for, made by a job, then fetched.

Both take as long as reading the whole books: no request waits for that. Auditors may ask too.
"""

from flask import Response

from voucher_service.actions import books_files as asking
from voucher_service.api.presenting import items, job_row, window
from voucher_service.api.shapes.books_files import (
    AuditIn,
    BooksFileAsked,
    BooksFileOut,
    BooksFilesOut,
    FecIn,
)
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.v1 import API, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.documents.fec_files import exercise, siren_of
from voucher_service.http.books_files import streamed
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import books_files
from voucher_service.store.queries.books_files import Asked

MEDIA = ("application/json", "application/pdf", "text/plain")


@API.post("/ledger/audit", roles=OVERSEERS, body=AuditIn, answer=BooksFileAsked, status=202)
def ask_audit(call: Call, body: AuditIn) -> BooksFileAsked:
    """Have every document, transfer, number, seal and rule checked again."""
    caller, now = call.caller, call.services.now()
    number = asking.ask_audit(call.session, body.since, caller.actor, caller.token, now)
    return _asked(call, number)


@API.post("/ledger/fec", roles=OVERSEERS, body=FecIn, answer=BooksFileAsked, status=202)
def ask_fec(call: Call, body: FecIn) -> BooksFileAsked:
    """Have the accounting file (FEC) of some days that are over made."""
    caller, now = call.caller, call.services.now()
    siren_of(call.services.settings.issuer_siret)
    days = exercise(body.first, body.last, paris_day(now))
    wanted = asking.Fec(days.first, days.last, body.separator, body.books)
    number = asking.ask_fec(call.session, wanted, caller.actor, caller.token, now)
    return _asked(call, number)


@API.get("/ledger/files", roles=OVERSEERS, query=Listing, answer=Items[BooksFilesOut])
def books_file_list(call: Call, query: Listing) -> Items[BooksFilesOut]:
    """List what was asked for."""
    return items(books_files.requests(call.session, window(query)), _out)


@API.get("/ledger/files/<id:number>", roles=OVERSEERS, answer=BooksFilesOut)
def books_file(call: Call, number: int) -> BooksFilesOut:
    """See how far a report or an accounting file has come, and its files."""
    return _out(books_files.request(call.session, number))


@API.get("/ledger/files/<id:number>/<word:name>", roles=OVERSEERS, media_types=MEDIA)
def books_file_content(call: Call, number: int, name: str) -> Response:
    """Fetch one of its files, within ninety days."""
    found = books_files.file(call.session, number, name, call.services.now())
    return streamed(call.services, found)


def _asked(call: Call, number: int) -> BooksFileAsked:
    return BooksFileAsked(file=number, job=job_row(books_files.request(call.session, number).job))


def _out(asked: Asked) -> BooksFilesOut:
    row = asked.row
    facts = {
        "id": row.id,
        "kind": row.kind,
        "asked": row.asked,
        "asked_at": row.asked_at,
        "job": job_row(asked.job),
        "faults": row.faults,
        "files": [BooksFileOut.model_validate(one, from_attributes=True) for one in asked.files],
        "kept_until": asked.kept_until,
    }
    return BooksFilesOut.model_validate(facts)
