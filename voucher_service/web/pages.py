"""The public pages: what a pass is, where to use it, the open books.

They work without JavaScript, load nothing from elsewhere, change nothing and ask for nothing. The
page behind a printed code never redeems.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from voucher_service.core.books import Books
from voucher_service.core.campaign import paris_day
from voucher_service.core.places import Place
from voucher_service.core.statements import books_document, local
from voucher_service.documents.places import file_name, to_csv, to_geojson, to_json
from voucher_service.http.headers import allow_everybody
from voucher_service.http.services import services
from voucher_service.resources import shipped
from voucher_service.store.queries import gifts, public
from voucher_service.web.open_books import added_up
from voucher_service.web.public_page import public_page

blueprint = Blueprint("pages", __name__)

FEW, MANY = 20, 200
"""Places on one page: a phone that read a pass loads little. Whoever wants all takes the file."""


@blueprint.get("/")
def home() -> Response:
    """What this is, and the schemes that take gifts from anybody."""
    at_hand = services()
    takes_gifts: list[tuple[int, str]] = []
    if at_hand.settings.stripe.key:
        with at_hand.reading() as session:
            takes_gifts = gifts.all_open(session)
    return public_page("public/home", takes_gifts=takes_gifts)


@blueprint.get("/p")
def about_a_pass() -> Response:
    """The page behind every printed code."""
    return public_page("public/pass", **_search(FEW))


@blueprint.get("/sites")
def sites() -> Response:
    """Where passes can be used."""
    return public_page("public/sites", **_search(MANY))


def _search(limit: int) -> dict[str, Any]:
    """The first places that were asked for, and whether there are more."""
    commune = request.args.get("commune", "").strip()[:100]
    with services().reading() as session:
        found = public.places(session, commune, limit + 1)
    return {"commune": commune, "places": found[:limit], "more": len(found) > limit}


@blueprint.get("/sites.csv")
def sites_csv() -> Response:
    """The same as open data, in the national schema."""
    at_hand = services()
    producer = at_hand.settings.issuer_siret
    name = file_name(paris_day(at_hand.now()), producer)
    response = Response(to_csv(_all_places(), producer), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return allow_everybody(response)


@blueprint.get("/sites.json")
def sites_json() -> Response:
    """The same rows for programs."""
    return allow_everybody(jsonify(to_json(_all_places(), services().settings.issuer_siret)))


@blueprint.get("/sites.schema.json")
def sites_schema() -> Response:
    """What the rows meet, as a Table Schema."""
    schema = (shipped("templates") / "places" / "schema.json").read_text("utf-8")
    return allow_everybody(Response(schema, content_type="application/json"))


@blueprint.get("/sites.geojson")
def sites_geojson() -> Response:
    """The same for maps."""
    response = jsonify(to_geojson(_all_places()))
    response.content_type = "application/geo+json"
    return allow_everybody(response)


def _all_places() -> list[Place]:
    with services().reading() as session:
        return public.places(session)


@blueprint.get("/books")
def books() -> Response:
    """The open books: what is in the account, and what it owes."""
    as_of, position = _position()
    with services().reading() as session:
        months = [(past, _figures(past)) for past in public.past_books(session)]
    return public_page("public/books", books=position, as_of=as_of, months=months, month=None)


@blueprint.get("/books/<word:month>")
def books_of_a_month(month: str) -> Response:
    """The open books as they were at the end of a month."""
    with services().reading() as session:
        found = {past.month: past for past in public.past_books(session)}
    past = found.get(month) or abort(404)
    figures = _figures(past)
    return public_page("public/books", books=figures, as_of=past.as_of, months=[], month=month)


@blueprint.get("/books/history.json")
def books_history() -> Response:
    """The books at the end of each month, for machines."""
    with services().reading() as session:
        months = public.past_books(session)
    items = [
        {"month": past.month, "as_of": local(past.as_of)} | dict(past.figures) for past in months
    ]
    return allow_everybody(jsonify({"items": items}))


def _figures(past: public.PastBooks) -> Books:
    """The figures of a month, as the open books know them."""
    names = (field.name for field in fields(Books))
    return Books(**{name: past.figures[f"{name}_cents"] for name in names})


@blueprint.get("/books.json")
def books_json() -> Response:
    """The same for machines."""
    as_of, position = _position()
    return allow_everybody(jsonify({"as_of": local(as_of)} | books_document(position)))


def _position() -> tuple[datetime, Books]:
    """The books, and when they were added up."""
    known = added_up()
    return known.as_of, known.books
