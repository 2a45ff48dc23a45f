"""The accounts of parties over HTTP. Nothing here writes."""

from datetime import UTC, datetime

from flask import Response, request

from voucher_service.actions.tokens import Role
from voucher_service.api.shapes.accounting import DaysIn, ExtractOut
from voucher_service.api.v1 import API, OVERSEERS
from voucher_service.core.errors import NotFound
from voucher_service.documents import extract
from voucher_service.documents.fec_files import Exercise, chart_of
from voucher_service.documents.statement_files import CSV
from voucher_service.http.endpoint import Call
from voucher_service.http.problems import problem
from voucher_service.store.queries import extracts
from voucher_service.store.queries.extracts import Who

JSON = "application/json"
MEDIA = (JSON, CSV)


@API.get(
    "/associations/<id:association>/account",
    roles=OVERSEERS | {Role.ASSOCIATION},
    query=DaysIn,
    answer=ExtractOut,
    media_types=MEDIA,
    problems=(406,),
)
def association_account(call: Call, association: int, query: DaysIn) -> ExtractOut | Response:
    """Read an association's account, movement by movement and pass by pass."""
    return _account(call, "association", association, call.caller.only(Role.ASSOCIATION), query)


@API.get(
    "/funders/<id:funder>/account",
    roles=OVERSEERS | {Role.FUNDER},
    query=DaysIn,
    answer=ExtractOut,
    media_types=MEDIA,
    problems=(406,),
)
def funder_account(call: Call, funder: int, query: DaysIn) -> ExtractOut | Response:
    """Read a funder's account, movement by movement."""
    return _account(call, "funder", funder, call.caller.only(Role.FUNDER), query)


def _account(
    call: Call, who: Who, number: int, only: int | None, query: DaysIn
) -> ExtractOut | Response:
    if only not in {None, number}:
        raise NotFound("not_found", f"There is no {who} {number}.")
    accepted = request.accept_mimetypes
    media_type = accepted.best_match(MEDIA) if accepted else JSON
    if media_type is None:
        return problem(406, "not_acceptable", f"An account comes as {', '.join(MEDIA)}.")
    name = extracts.party_name(call.session, who, number)
    begins, ends = _stretch(query)
    opening = extracts.balance_before(call.session, who, number, begins)
    postings = extracts.postings(call.session, who, number, begins, ends)
    if media_type == CSV:
        chart = chart_of(call.services.settings.chart_file)
        response = Response(extract.to_csv(opening, postings, chart), content_type=CSV)
        response.headers["Vary"] = "Accept"
        return response
    lines = list(extract.rows(opening, postings))
    facts = {"name": name, "opening_cents": opening, "lines": lines}
    return ExtractOut.model_validate(facts, strict=False)


def _stretch(query: DaysIn) -> tuple[datetime, datetime]:
    """From the first day asked for, or ever, to the last one, or now."""
    begins = Exercise(query.first, query.first).begins if query.first else EVER
    return begins, Exercise(query.last, query.last).ends if query.last else FOR_EVER


EVER, FOR_EVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
