"""Errors as machines read them: RFC 9457 problems, made in one place.

Every error of ours becomes one here. What was sent is never repeated, so that no code, token or
IBAN comes back in an error or a log.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json
from werkzeug.exceptions import HTTPException

from voucher_service.core.errors import (
    Away,
    Conflict,
    DomainError,
    Invalid,
    Mismatch,
    NotAllowed,
    NotFound,
    TooMany,
)
from voucher_service.http.body import BadInput
from voucher_service.store.engine import (
    GUARDED,
    REFUSED,
    UNAVAILABLE,
    UNHOLDABLE,
    is_ceded,
    is_duplicate,
)

PROBLEM = "application/problem+json"

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    Away: 503,
    Mismatch: 500,
    TooMany: 429,
}


AWAY_SECONDS = "30"
"""When to ask again after another house's service did not answer."""


def problem(
    status: int,
    reason: str,
    detail: str,
    errors: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """A problem as a response. ``reason`` is for machines, ``detail`` says what to do."""
    body: dict[str, Any] = {
        "type": f"urn:pass-numerique:problem:{reason}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:request:{g.get('request_id', 'none')}",
        "reason": reason,
    }
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body, ensure_ascii=False), status, headers, content_type=PROBLEM)


def status_of(error: DomainError) -> int:
    """The HTTP status of one of our own errors."""
    return 401 if error.reason in UNAUTHENTICATED else _status(type(error))


def _status(kind: type[DomainError]) -> int:
    """That of the nearest kind of error that is known here."""
    return next(STATUS[known] for known in kind.__mro__ if known in STATUS)


def of_domain_error(error: DomainError) -> Response:
    """The problem behind one of our own errors."""
    status = status_of(error)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Away):
        headers["Retry-After"] = AWAY_SECONDS
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    fields = (
        [{"field": error.field, "message": error.detail}]
        if isinstance(error, Invalid) and error.field
        else []
    )
    return problem(status, error.reason, error.detail, fields, headers)


UNAUTHENTICATED = frozenset({"token_missing", "token_unknown", "device_revoked"})
"""Reasons that mean: we do not know who you are."""


def of_http_exception(error: HTTPException) -> Response:
    """Flask's own errors, keeping the headers that matter, such as ``Allow``."""
    status = error.code or 500
    reason = error.name.lower().replace(" ", "_")
    kept = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return problem(status, reason, error.description or HTTPStatus(status).phrase, (), kept)


def _of_bad_input(error: BadInput) -> Response:
    return problem(error.status, error.reason, error.detail, error.errors)


def _of_unavailable(_error: Exception) -> Response:
    detail = "The database is away or busy: nothing was lost, send the same request again."
    return problem(503, "unavailable", detail, headers={"Retry-After": "1"})


def _of_guarded(error: Exception) -> Response:
    """This house ceded its scheme: its database takes nothing any more."""
    if not is_ceded(error):
        raise error
    detail = "This scheme was ceded to another operator: nothing is written here any more."
    return problem(409, "ceded", detail)


def _of_refused(error: REFUSED) -> Response:
    """Two requests made the same thing at the same time, and the other one came first."""
    if is_ceded(error):
        return _of_guarded(error)
    if not is_duplicate(error):
        raise error
    return problem(409, "exists_already", "Somebody else wrote the same just now: look again.")


def _of_unholdable(_error: Exception) -> Response:
    return problem(422, "invalid", "What was sent holds a sign or a number that cannot be kept.")


def register(app: Flask) -> None:
    """Turn every error of the application into a problem."""
    app.register_error_handler(DomainError, of_domain_error)
    app.register_error_handler(BadInput, _of_bad_input)
    app.register_error_handler(HTTPException, of_http_exception)
    app.register_error_handler(REFUSED, _of_refused)
    for guarded in GUARDED:
        app.register_error_handler(guarded, _of_guarded)
    for unholdable in UNHOLDABLE:
        app.register_error_handler(unholdable, _of_unholdable)
    for error in UNAVAILABLE:
        app.register_error_handler(error, _of_unavailable)
