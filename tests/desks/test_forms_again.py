"""Every form of every desk, sent with a fault: what was typed stays, and what is wrong is named.

All is read from the pages of a scheme that was lived in: a form that is added is in here.
"""

from collections.abc import Iterator
from typing import NamedTuple

import lxml.html
import pytest
from flask.testing import FlaskClient

from tests.desks.house import lived_in
from tests.support.databases import SqliteCopies
from tests.support.desks import seat
from tests.support.nantes import nantes_of
from tests.support.rights import addresses
from tests.support.service import running_service
from voucher_service.core.posts import House, Post, house_of
from voucher_service.store.engine import make_engine
from voucher_service.web.desks import Screen, Who, every_screen

WRITERS = (
    Post.POINT_MANAGER,
    Post.ASSOCIATION_MANAGER,
    Post.FUNDER_APPROVER,
    Post.OPERATOR_FINANCE,
    Post.OPERATOR_ADMIN,
)
#: What people type where a browser lets them type nothing else.
SHAPED = {"date": "2026-12-31", "time": "08:15"}
UNKNOWN = {"no_such_field": "x"}
"""The fault: nothing is ever done with it, whatever else is right."""


class Found(NamedTuple):
    """A form, as somebody found it on a page."""

    client: FlaskClient
    post: Post
    screen: Screen
    page: str
    address: str
    form: lxml.html.FormElement


@pytest.fixture(scope="module")
def found(
    sqlite_copies: SqliteCopies, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Found]]:
    with sqlite_copies.fresh() as url:
        engine = make_engine(url)
        with running_service(engine, url, tmp_path_factory.mktemp("again")) as service:
            house = lived_in(nantes_of(service))
            yield [one for post in WRITERS for one in forms_of(service, house, post)]
        engine.dispose()


def forms_of(service, house, post):
    """The forms of one page of each kind that somebody of this post may open."""
    tenants = {
        House.FUNDER: house.nantes.metropole,
        House.POINT: house.nantes.ccas,
        House.ASSOCIATION: house.association,
    }
    client = service.app.test_client()
    clerk = seat(service.services, post, tenants.get(house_of(post)))
    client.set_cookie("__Host-pn", clerk.cookie, domain="localhost", secure=True, path="/")
    words = ["2026-11", house.november, *house.nantes.serials[:2]]
    screens = every_screen(service.app)
    with_forms = {screen.again for screen in screens}
    for screen in screens:
        if screen.handler in with_forms and screen.who is Who.POST and post in screen.posts:
            for page in addresses(screen.path, ["1", "2"], words):
                answer = client.get(page)
                if answer.status_code == 200:
                    if answer.mimetype == "text/html":
                        yield from forms_on(client, post, page, answer.text)
                    break


def forms_on(client, post, page, text):
    sent = client.application.url_map.bind("localhost")
    screens = {
        f"desk_{screen.reader.name}.{screen.name}": screen
        for screen in every_screen(client.application)
    }
    for form in lxml.html.fromstring(text).forms:
        address = form.action or page
        if form.method == "POST":
            screen = screens[sent.match(address, method="POST")[0]]
            if screen.who is Who.POST:
                yield Found(client, post, screen, page, address, form)


def controls(form):
    return [one for one in form.inputs if one.name and one.get("type") not in {"hidden", "file"}]


def fill_in(form):
    """Something in every field, and the last of what can be chosen."""
    typed = {}
    for number, control in enumerate(controls(form)):
        kind = control.get("type", control.tag)
        if kind == "select":
            typed[control.name] = control.value_options[-1]
        elif kind in {"checkbox", "radio"}:
            typed[control.name] = control.get("value")
        else:
            typed[control.name] = SHAPED.get(kind, f"tapé {number}")
    return typed


def standing_in(form):
    """What stands in the fields of a form, by their names."""
    shown: dict[str, list[str]] = {}
    for control in controls(form):
        if control.get("type") not in {"checkbox", "radio"} or "checked" in control.attrib:
            value = control.get("value") if control.tag == "input" else control.value
            shown.setdefault(control.name, []).append((value or "").strip("\n"))
    return shown


def answer_to(one, typed):
    hidden = {field.name: field.value for field in one.form.inputs if field.get("type") == "hidden"}
    answer = one.client.post(one.address, data=hidden | typed | UNKNOWN)
    assert answer.status_code == 422, f"{one.address}: {answer.status_code}"
    page = lxml.html.fromstring(answer.text)
    same = [
        form
        for form in page.forms
        if form.method == "POST" and (form.action or one.address) == one.address
    ]
    return page, same


def with_fields(found):
    """Each form once, if people fill it in."""
    return {(one.post, one.screen.path): one for one in found if controls(one.form)}.values()


def test_nobody_is_shown_a_form_that_they_may_not_send(found):
    wrong = [f"{one.post} {one.page}" for one in found if one.post not in one.screen.posts]
    assert wrong == []
    assert len({one.screen.path for one in found}) > 40


def test_what_was_typed_stays_in_its_own_form_where_people_see_it(found):
    wrong = []
    for one in with_fields(found):
        typed = fill_in(one.form)
        page, same = answer_to(one, typed)
        (form,) = same
        shown = standing_in(form)
        lost = [name for name, text in typed.items() if text not in shown.get(name, [])]
        closed = [box for box in form.iterancestors("details") if "open" not in box.attrib]
        spread = [
            other.action
            for other in page.forms
            if other is not form
            and any(
                text.startswith("tapé") for kept in standing_in(other).values() for text in kept
            )
        ]
        if lost or closed or spread:
            wrong.append(f"{one.address} on {one.page}: {lost} {closed} {spread}")
    assert wrong == []


def test_each_fault_is_named_and_leads_to_its_field(found):
    wrong, links = [], 0
    for one in with_fields(found):
        page, (form,) = answer_to(one, {})
        every_id = page.xpath("//@id")
        own = form.xpath(".//input/@id | .//select/@id | .//textarea/@id")
        box = page.get_element_by_id("wrong")
        led = [link.get("href").removeprefix("#") for link in box.iter("a")]
        labels = [len(link.text.partition(":")[0].strip()) > 1 for link in box.iter("a")]
        unnamed = len(box.findall(".//li")) - len(led) - len(UNKNOWN)
        links += len(led)
        if set(led) - set(own) or len(every_id) != len(set(every_id)) or unnamed or not all(labels):
            wrong.append(f"{one.address} on {one.page}: {led}, {unnamed} without a link")
        assert "autofocus" in box.attrib
        assert page.findtext(".//title").startswith(("Il y a une erreur", "There is an error"))
    assert wrong == []
    assert links > 60
