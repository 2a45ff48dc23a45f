"""Operators at their desk: a November to settle, and persons who settle it on a test client."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.autumn import Autumn
from tests.support.cast import World
from tests.support.desks import Clerk, send, sign_in
from tests.support.service import Service
from voucher_service.core.campaign import PARIS

SECOND_OF_DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)


@dataclass(frozen=True, slots=True)
class Operator:
    """A person of the operator, signed in."""

    client: FlaskClient
    clerk: Clerk
    service: Service

    def get(self, path: str) -> TestResponse:
        """A page."""
        self.service.world.session.commit()
        return self.client.get(f"/operator{path}")

    def text(self, path: str) -> str:
        """What a page says; it must open."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return answer.text

    def send(self, page: str, action: str, fields: dict[str, Any] | None = None) -> TestResponse:
        """Open a page and send a form of it."""
        self.service.world.session.commit()
        return send(self.client, f"/operator{page}", f"/operator{action}", fields)

    def done(self, page: str, action: str, fields: dict[str, Any] | None = None) -> str:
        """Send a form that is taken: the page that follows."""
        answer = self.send(page, action, fields)
        assert answer.status_code == 303, answer.text
        self.service.world.session.expire_all()
        return self.client.get(answer.headers["Location"]).text


def operator(service: Service, post: str = "operator_finance") -> Operator:
    """Another person with this post."""
    client = service.app.test_client()
    service.world.session.commit()  # a session that reads holds SQLite's write lock until then
    return Operator(client, sign_in(client, post), service)


def november(world: World, **changed: object) -> Autumn:
    """A November that is over: 70.00 € used at PiNG, 40.00 € at Alis44."""
    autumn = Autumn(world, **changed)
    autumn.spend(autumn.ping, 7)
    autumn.spend(autumn.alis44, 4)
    world.session.commit()
    world.now = SECOND_OF_DECEMBER
    return autumn


def refused(
    who: Operator, page: str, action: str, status: int = 409, fields: dict[str, Any] | None = None
) -> str:
    """Send a form that is refused: nothing changes, and the page says why."""
    before = who.service.checksum()
    answer = who.send(page, action, fields)
    assert answer.status_code == status, answer.text
    assert who.service.checksum() == before
    return answer.text


def plain(text: str) -> str:
    """A page's text with plain spaces and apostrophes."""
    return text.replace("&#39;", "'").replace("\u202f", " ").replace("\xa0", " ")
