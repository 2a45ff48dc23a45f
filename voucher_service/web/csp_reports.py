"""What browsers report when a page tried to load what its policy forbids.

Counted and logged, so that a fault of ours or an attack shows. A report is written by whoever sends
it: it is kept short, without queries, fragments or code, and nothing else is done with it.
"""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request

from voucher_service.http import metrics
from voucher_service.http.body import BadInput
from voucher_service.http.headers import REPORTS, public_part
from voucher_service.http.limits import address, limit
from voucher_service.http.services import services

blueprint = Blueprint("csp_reports", __name__)

LARGEST = 16 * 1024
MOST_AT_ONCE = 10
TRIES_A_MINUTE = 20
LONGEST = 200

DIRECTIVES = frozenset(
    f"{name}-src{part}" for name in ("script", "style") for part in ("", "-elem", "-attr")
) | {
    *("base-uri", "child-src", "connect-src", "default-src", "font-src", "form-action"),
    *("frame-ancestors", "frame-src", "img-src", "manifest-src", "media-src", "object-src"),
    "worker-src",
}
"""What a report may be about: a closed list, so that nobody can make counts without end."""

log = structlog.get_logger()


@blueprint.post(REPORTS)
def receive() -> Response:
    """Take a browser's reports, in the older or the newer form."""
    request.max_content_length = LARGEST
    limit(services(), "csp-reports", address(), TRIES_A_MINUTE, 60)
    for report, _ in zip(_reports(), range(MOST_AT_ONCE), strict=False):
        directive = str(report.get("effectivedirective") or report.get("violateddirective"))
        known = directive if directive in DIRECTIVES else "other"
        metrics.csp_reported(known)
        log.warning(
            "csp_report",
            directive=known,
            page=_address(report.get("documenturl") or report.get("documenturi")),
            blocked=_address(report.get("blockedurl") or report.get("blockeduri")),
            source=_address(report.get("sourcefile")),
        )
    return Response(status=HTTPStatus.NO_CONTENT)


def _reports() -> Iterator[dict[str, Any]]:
    """The violations in a request, their fields named alike in both forms."""
    if request.mimetype not in {"application/csp-report", "application/reports+json"}:
        raise BadInput(415, "not_a_report", "Send application/csp-report or reports+json.")
    try:
        told = json.loads(request.get_data())
    except (ValueError, RecursionError) as error:
        raise BadInput(400, "malformed_json", "The report is not JSON.") from error
    for one in told if isinstance(told, list) else [told]:
        body = one.get("csp-report", one.get("body")) if isinstance(one, dict) else None
        if isinstance(body, dict):
            yield {name.replace("-", "").lower(): value for name, value in body.items()}


def _address(value: object) -> str | None:
    """An address without what could identify: scheme, host and path, or a word like ``inline``."""
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value[:2048])
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "unreadable"
    if parts.scheme not in {"http", "https"}:
        return _printable(parts.scheme or parts.path)
    return _printable(f"{parts.scheme}://{host}{public_part(parts.path)}")


def _printable(text: str) -> str:
    """One line of a log, whatever was sent."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:LONGEST])
