"""Each page of the operator's desk asks its database at most twelve questions."""

import re
from collections.abc import Iterator

import pytest

from tests.support.fees import invoiced
from tests.support.operators import Operator, operator
from tests.support.questions import questions
from tests.support.service import Service
from voucher_service.core.posts import House, Post
from voucher_service.web.desks import every_screen

MOST = 12
WORDS = {"label": "2026-11", "number": "RA-2026-000001", "serial": "00000001", "form": "json"}
NUMBERS = {
    "/operator/batches/<word:number>": "VP-2026-000001",
    "/operator/calls/<word:number>": "AF-2026-000001",
    "/operator/fees/<word:number>": "FS-2026-000001",
}


@pytest.fixture
def asked(service: Service) -> Iterator[list[str]]:
    """Every question that requests ask the database, from here on."""
    with questions(service) as heard:
        yield heard


def test_no_page_asks_more_than_twelve_questions(
    first: Operator, second: Operator, asked: list[str]
) -> None:
    service = first.service
    invoiced(service.world)
    month = "/periods/2026-11"
    first.done("/periods", "/periods", {"month": "2026-11"})
    first.done(month, f"{month}/close")
    service.run_jobs()
    asked.clear()
    first.get(month)  # while statements wait, both sides are added up here
    assert 0 < len(asked) <= MOST
    second.done(month, f"{month}/approve")
    second.done(f"{month}/payables", f"{month}/batches")
    people = {Post.OPERATOR_FINANCE: first}
    for post in (Post.OPERATOR_SUPPORT, Post.OPERATOR_ADMIN):
        people[post] = operator(service, post.value)
    first.get("/books")  # what is added up once in half a minute
    opened, many = 0, []
    for screen in every_screen(service.app):
        if screen.method != "GET" or screen.reader.name != House.OPERATOR:
            continue
        post = next(post for post in people if post in screen.posts)
        asked.clear()
        answer = people[post].get(_address(screen.path))
        assert answer.status_code < 500, screen.path
        if answer.status_code == 200:
            opened += 1
            assert asked, f"{screen.path} asked nothing: who listens?"
        if len(asked) > MOST:
            many.append(f"{screen.path}: {len(asked)}")
    assert many == []
    assert opened > 35


def _address(path: str) -> str:
    """A page's address with what stands in it here."""
    known = NUMBERS.get(path)
    filled = re.sub(r"<[^:>]*:(\w+)>", lambda found: known or WORDS.get(found[1], "1"), path)
    return filled.removeprefix("/operator")
