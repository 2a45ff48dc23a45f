"""The two calls of the scan API that prepare a phone for the time without network."""

import gzip

from flask import Response, request

from merchants import trust
from merchants.messages import SnapshotIn, SnapshotOut, TrustOut
from merchants.scan_api import API
from voucher_service.http.services import Services
from voucher_service.store.book import Phone

FAST = 5
"""Ids are random and hardly shrink: more effort gains nothing."""


@API.get("/trust", phone=True, answer=TrustOut)
def trust_list(services: Services, phone: Phone) -> Response:
    """Read the keys and rules to judge passes with; 304 while they are the same."""
    with services.reading() as session:
        document = trust.trust_list(session, phone, services.now())
    response = _private(trust.signed(document, services.statement_key))
    response.add_etag()
    response.make_conditional(request)
    return response


@API.get("/snapshot", phone=True, query=SnapshotIn, answer=SnapshotOut)
def snapshot(services: Services, phone: Phone, query: SnapshotIn) -> Response:
    """Read the handed-over booklets and their spent passes, or what changed since."""
    with services.reading() as session:
        document = trust.snapshot_of(session, phone, query.since, services.now())
    content = trust.signed(document, services.statement_key)
    response = _private(content)
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(content, FAST, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _private(content: bytes) -> Response:
    response = Response(content, content_type="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
