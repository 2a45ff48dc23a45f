"""A page that anybody may read, in their language. Sets no cookie and knows nobody."""

from typing import Any

from flask import Response, render_template

from voucher_service.web.words import words


def public_page(template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401
    """A template of the public pages, or of the help pages, with what it shows."""
    said = words()
    page = Response(render_template(f"{template}.html", **values, **said), status)
    page.headers["Content-Language"] = said["language"]
    page.vary.add("Accept-Language")
    return page
