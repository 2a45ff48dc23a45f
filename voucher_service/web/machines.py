"""What machines ask without a token: health, metrics, public keys, files, a pass's status."""

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from flask import Blueprint, Response, abort, jsonify, request
from pydantic import StringConstraints

from voucher_service.actions import redeeming
from voucher_service.core.signing import to_jwk
from voucher_service.http import metrics
from voucher_service.http.body import Body
from voucher_service.http.endpoint import Api
from voucher_service.http.headers import allow_everybody
from voucher_service.http.limits import address, limit
from voucher_service.http.problems import problem
from voucher_service.http.services import Services, services
from voucher_service.store.queries import public

blueprint = Blueprint("machines", __name__)
API = Api(blueprint)

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
MINUTE, DAY = 60, 24 * 3600
TRIES_A_MINUTE, TRIES_A_DAY = 10, 100


class StatusIn(Body):
    """A printed code."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class StatusOut(Body):
    """Whether it could still be used. Why not is not told."""

    usable: bool


@API.post("/p/status", body=StatusIn, answer=StatusOut)
def status(at_hand: Services, body: StatusIn) -> StatusOut:
    """Ask whether a pass could still be used somewhere. Spends nothing."""
    who = address()
    limit(at_hand, "status-minute", who, TRIES_A_MINUTE, MINUTE)
    limit(at_hand, "status-day", who, TRIES_A_DAY, DAY)
    usable = redeeming.could_be_spent(at_hand.counter(), body.code, at_hand.now())
    return StatusOut(usable=usable)


@blueprint.get("/.well-known/jwks.json")
def jwks() -> Response:
    """The public keys of passes and statements (RFC 7517, RFC 8037)."""
    with services().reading() as session:
        known = public.public_keys(session)
    keys = [to_jwk(key) | {"purpose": purpose} for purpose, key in known]
    return allow_everybody(jsonify({"keys": keys}))


@blueprint.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """This process can work: the database answers and is migrated, and keys are known."""
    with services().reading() as session:
        missing = public.not_ready(session)
    if missing:
        headers = {"Retry-After": "5"}
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "not_ready", missing, headers=headers)
    services().keyring()
    return jsonify({"status": "ok"})


@blueprint.get("/metrics")
def show_metrics() -> Response:
    """This process's counts, for Prometheus."""
    return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.get("/static/<word:name>")
def static_file(name: str) -> Response:
    """The stylesheet and the script of the public pages."""
    content = _files().get(name) or abort(404)
    response = Response(content, content_type=TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _files() -> dict[str, bytes]:
    """The few files of the pages, read once."""
    return {path.name: path.read_bytes() for path in STATIC.rglob("*") if path.suffix in TYPES}


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon that browsers ask for."""
    return static_file("favicon.svg")
