"""The public pages: what a pass is, where to use it, the open books, checking a statement.

They work without JavaScript, load nothing from elsewhere, change nothing and ask for nothing. The
page behind a printed code never redeems.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from voucher_service.actions.paying import books as current_books
from voucher_service.core.books import Books
from voucher_service.core.statements import books_document, local
from voucher_service.documents.places import to_csv, to_geojson
from voucher_service.http.services import services
from voucher_service.store.queries import public
from voucher_service.web.words import words

blueprint = Blueprint("pages", __name__)

BOOKS_SECONDS = 30
"""How long a process shows the books it added up: summing the ledger is work anybody could ask."""

_lock = Lock()
_books: dict[str, tuple[float, datetime, Books]] = {}


@blueprint.get("/")
def home() -> str:
    """What this is."""
    return render_template("public/home.html", **words())


@blueprint.get("/p")
def about_a_pass() -> str:
    """The page behind every printed code."""
    return render_template("public/pass.html", places=_places(), **_search(), **words())


@blueprint.get("/sites")
def sites() -> str:
    """Where passes can be used."""
    return render_template("public/sites.html", places=_places(), **_search(), **words())


@blueprint.get("/sites.csv")
def sites_csv() -> Response:
    """The same as open data, in the national schema."""
    return Response(to_csv(_places()), content_type="text/csv; charset=utf-8")


@blueprint.get("/sites.geojson")
def sites_geojson() -> Response:
    """The same for maps."""
    response = jsonify(to_geojson(_places()))
    response.content_type = "application/geo+json"
    return response


def _search() -> dict[str, str]:
    return {"commune": request.args.get("commune", "").strip()}


def _places() -> Sequence[public.Place]:
    with services().reading() as session:
        return public.places(session, **_search())


@blueprint.get("/books")
def books() -> str:
    """The open books: what is in the account, and what it owes."""
    as_of, position = _position()
    return render_template("public/books.html", books=position, as_of=local(as_of), **words())


@blueprint.get("/books.json")
def books_json() -> Response:
    """The same for machines."""
    as_of, position = _position()
    return jsonify({"as_of": local(as_of)} | books_document(position))


def _position() -> tuple[datetime, Books]:
    """The books, added up at most every half minute in this process."""
    at_hand = services()
    key = at_hand.settings.database_url
    with _lock:
        known = _books.get(key)
        if known is None or time.monotonic() - known[0] > BOOKS_SECONDS:
            with at_hand.reading() as session:
                known = (time.monotonic(), at_hand.now(), current_books(session))
            _books[key] = known
        return known[1], known[2]


@blueprint.get("/verify/<number>")
def verify(number: str) -> str | Response:
    """Whether a statement is what was signed. Shows no amount."""
    with services().reading() as session:
        found = public.verified(session, number)
    if found is None:
        abort(404)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "text/html":
        return render_template("public/verify.html", statement=found, **words())
    answer: dict[str, Any] = {name: getattr(found, name) for name in found.__slots__}
    return jsonify(answer)
