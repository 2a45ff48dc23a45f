"""The security headers of every page, and errors as people read them. Decides no content."""

import secrets

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException

from voucher_service.http import problems
from voucher_service.web.words import words

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)

NO_DEVICES = "camera=(), microphone=(), geolocation=(), payment=()"


def nonce() -> str:
    """This answer's nonce: 128 bits, for the one script a page may have."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def register(app: Flask) -> None:
    """Add the headers to every answer, and plain pages for errors in a browser."""
    app.jinja_env.globals["nonce"] = nonce

    @app.after_request
    def protect(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce())
            response.headers["Permissions-Policy"] = NO_DEVICES
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response

    app.register_error_handler(HTTPException, _as_people_read_it)


def _as_people_read_it(error: HTTPException) -> Response:
    """A page for browsers, a problem for machines."""
    answer = problems.of_http_exception(error)
    wants_page = request.accept_mimetypes.best_match(["application/json", "text/html"])
    if wants_page != "text/html" or request.path.startswith(("/api/", "/scan/")):
        return answer
    page = render_template("public/error.html", status=answer.status_code, **words())
    answer.set_data(page)
    answer.content_type = "text/html; charset=utf-8"
    return answer
