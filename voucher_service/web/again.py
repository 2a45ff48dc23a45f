"""A form shown once more, on its page, with what was typed. Nothing of it was done."""

import inspect
from typing import Any

from flask import Response, request, url_for

from voucher_service.http.body import Nothing
from voucher_service.web import forms
from voucher_service.web.forms import Given, Wrong
from voucher_service.web.screens import Screen
from voucher_service.web.showing import Page, show
from voucher_service.web.visits import Visit


def address_of(page: Screen | None, path: dict[str, Any]) -> str:
    """The address of the page that shows a form, if it has one."""
    if page is None:
        return ""
    return url_for(f"desk_{page.reader.name}.{page.name}", **_taken(page, path))


def as_sent(screen: Screen, wrong: tuple[Wrong, ...], waited: str = "") -> Given:
    """The form as it has just come, and what is wrong."""
    sent = {name: found for name, found in request.form.lists() if name != forms.PROOF}
    return Given(screen.name, request.path, sent, wrong, waited)


def show_again(
    page: Screen | None,
    screen: Screen,
    visit: Visit,
    path: dict[str, Any],
    status: int,
    given: Given,
) -> Response:
    """The page of the form once more. Nothing changed."""
    with visit.services.reading() as session:
        inside = visit.within(session)
        if page is None:
            shown = Page("desk/refused.html")
        else:
            query = {} if page.query is Nothing else {"query": page.query()}
            shown = page.handler(inside, **_taken(page, path), **query)
        shown.status = status
        return show(screen.reader, inside, shown, given)


def _taken(page: Screen, path: dict[str, Any]) -> dict[str, Any]:
    """Those parts of a form's address that its page has too."""
    takes = inspect.signature(page.handler).parameters
    return {name: value for name, value in path.items() if name in takes}
