"""Checking a statement: by its number, or by the very file that somebody was given.

Shows no amount, keeps nothing of what is brought, and needs no account.
"""

import json
from dataclasses import asdict
from enum import StrEnum

from flask import Blueprint, Response, abort, jsonify, redirect, request

from voucher_service.core.canonical import canonical, sha256_hex
from voucher_service.http.headers import allow_everybody
from voucher_service.http.limits import address, limit
from voucher_service.http.services import services
from voucher_service.store.queries import public
from voucher_service.store.queries.public import Verified
from voucher_service.web.public_page import public_page

blueprint = Blueprint("proofs", __name__)

HOUR = 3600
CHECKS_AN_HOUR = 60
LARGEST = 8 * 1024 * 1024
"""Bytes: a statement of 20,000 uses has about 5 million."""
LONGEST_NUMBER = 64


class Proof(StrEnum):
    """What comes of checking a file."""

    SAME = "same"
    """It is, sign by sign, what was signed."""
    OTHER = "other"
    """There is a document of this number, and it says something else."""
    UNKNOWN = "unknown"
    """No document here has this number."""
    UNREADABLE = "unreadable"
    """It is no statement."""


@blueprint.get("/verify")
def ask() -> Response:
    """The form: a number, or a file."""
    number = request.args.get("number", "").strip()[:LONGEST_NUMBER]
    if not number:
        return public_page("public/verify_form", proof=None, found=None, number="")
    with services().reading() as session:
        found = public.verified(session, number)
    if found is None:
        return public_page("public/verify_form", proof=Proof.UNKNOWN, found=None, number=number)
    return redirect(f"/verify/{found.number}", 303)  # type: ignore[return-value]


@blueprint.post("/verify")
def check() -> Response:
    """Compare a file, or a text that was pasted, with what was signed."""
    at_hand = services()
    request.max_content_length = request.max_form_memory_size = LARGEST
    limit(at_hand, "verify", address(), CHECKS_AN_HOUR, HOUR)
    file = request.files.get("file")
    content = file.stream.read() if file else b""
    proof, found = _prove(content or request.form.get("text", "").encode())
    return public_page("public/verify_form", proof=proof, found=found, number="")


def _prove(content: bytes) -> tuple[Proof, Verified | None]:
    try:
        document = json.loads(content)
        number, digest = document["number"], sha256_hex(canonical(document))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Proof.UNREADABLE, None
    if not isinstance(number, str) or len(number) > LONGEST_NUMBER or "\x00" in number:
        return Proof.UNREADABLE, None
    with services().reading() as session:
        found = public.verified(session, number)
    if found is None:
        return Proof.UNKNOWN, None
    same = found.sha256 == digest and found.valid
    return (Proof.SAME if same else Proof.OTHER), found


@blueprint.get("/verify/<word:number>")
def verify(number: str) -> Response:
    """Whether a statement is what was signed. Shows no amount."""
    with services().reading() as session:
        found = public.verified(session, number)
    if found is None:
        abort(404)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "text/html":
        answer = public_page("public/verify", statement=found)
    else:
        answer = allow_everybody(jsonify(asdict(found)))
    answer.vary.add("Accept")
    return answer
