"""Errors as people read them: a plain page where a browser asked, the same problem elsewhere."""

from flask import Flask, Response, render_template, request

from voucher_service.http.problems import PROBLEM
from voucher_service.web.words import words

HTML = "text/html"

SAID = frozenset({403, 404, 405, 409, 413, 422, 429, 503})
"""Statuses with a sentence of their own."""


def register(app: Flask) -> None:
    """Look at every answer once it is made: whatever went wrong, it is a problem by then."""
    app.after_request(_as_people_read_it)


def _as_people_read_it(response: Response) -> Response:
    if response.mimetype != PROBLEM:
        return response
    response.vary.add("Accept")
    if request.accept_mimetypes.best_match([PROBLEM, "application/json", HTML]) != HTML:
        return response
    status = response.status_code
    sentence = f"error_{status}" if status in SAID else "error_other"
    response.set_data(render_template("public/error.html", sentence=sentence, **words()))
    response.content_type = f"{HTML}; charset=utf-8"
    return response
