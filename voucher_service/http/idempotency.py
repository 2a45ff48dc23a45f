"""The same request sent twice acts once: the second time, the first answer is given again.

The key is inserted before the work and completed in the work's own transaction, so an answer exists
if and only if what it tells of was written. An answer of 5xx is never kept. Answers may hold a
secret shown once, so each is kept sealed by the token of whoever asked, which is not kept.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from cryptography.fernet import Fernet
from flask import Request, Response

from voucher_service.core.errors import Conflict, Invalid
from voucher_service.http.auth import Caller, bearer
from voucher_service.http.problems import PROBLEM
from voucher_service.http.services import Services
from voucher_service.store import idempotency
from voucher_service.store.session import Session

STALE = timedelta(minutes=2)
"""A request that began longer ago than this and has no answer is taken for dead."""

LONGEST_KEY = 255


def fingerprint(request: Request) -> str:
    """A hash of what was asked: method, path and body."""
    parts = (request.method.encode(), request.full_path.encode(), request.get_data(cache=True))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def key_of(request: Request) -> str:
    """The request's key; raises :class:`Invalid` without one."""
    key = request.headers.get("Idempotency-Key", "")
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid(
            "idempotency_key_missing",
            "Send an Idempotency-Key header: a new random text for each new request.",
        )
    return key


def seal_of(request: Request) -> Fernet:
    """What only the bearer of this request's token can open."""
    secret = hashlib.sha256(b"idempotent answer\0" + bearer(request).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


def once(
    request: Request, services: Services, caller: Caller, work: Callable[[Session], Response]
) -> Response:
    """Do the work in one transaction with its answer, or give the first answer again."""
    key, asked = key_of(request), fingerprint(request)
    now = services.now()
    with services.writing() as session:
        mine = idempotency.begin(session, caller.token, key, asked, now, stale=now - STALE)
        known = None if mine else idempotency.known(session, caller.token, key)
    if known is not None:
        return _again(known, asked, seal_of(request))
    try:
        with services.writing() as session:
            response = work(session)
            sealed = seal_of(request).encrypt(response.get_data()).decode()
            idempotency.complete(session, caller.token, key, response.status_code, sealed)
    except BaseException:
        with services.writing() as session:
            idempotency.forget(session, caller.token, key)
        raise
    return response


def _again(known: idempotency.Known, asked: str, seal: Fernet) -> Response:
    if known.fingerprint != asked:
        raise Invalid("idempotency_key_reused", "This key was used for another request.")
    if known.status is None or known.body is None:
        raise Conflict("still_running", "The first request with this key is still running.")
    content_type = "application/json" if known.status < HTTPStatus.BAD_REQUEST else PROBLEM
    response = Response(seal.decrypt(known.body), known.status, content_type=content_type)
    response.headers["Idempotent-Replayed"] = "true"
    return response
