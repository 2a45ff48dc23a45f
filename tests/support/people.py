"""A person who only has a mailbox: opens the links of mails, types codes, fills in forms.

Works on a Flask test client as a browser without JavaScript would.
"""

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.support.desks import COOKIE, HIDDEN
from tests.support.service import Service
from voucher_service.core import totp
from voucher_service.mail import letters
from voucher_service.store import tables

PASSWORD = "un cheval correct agrafe"  # what a friendly page advises


@dataclass(slots=True)
class Visitor:
    """Somebody at a browser."""

    service: Service
    email: str
    secret: bytes = b""
    page: str = ""
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.service.app.test_client()

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie(COOKIE, path="/")
        assert found is not None
        return found.value

    def take(self, cookie: str) -> None:
        """Have this cookie, as a thief, or after a click whose answer was lost."""
        self.client.set_cookie(COOKIE, cookie, domain="localhost", secure=True, path="/")

    def letters(self) -> list[tuple[str, str]]:
        """Every mail so far: topic and text."""
        session = self.service.world.session
        session.commit()
        rows = session.scalars(select(tables.Outbox).order_by(tables.Outbox.id)).all()
        settings = self.service.services.settings
        found = [
            (row.topic, letters.write(row.topic, "fr", row.payload, settings).text)
            for row in rows
            if row.payload.get("to") == self.email
        ]
        session.commit()  # a session that reads holds SQLite's write lock until then
        return found

    def link(self, topic: str) -> str:
        """The path of the link in the last mail of this kind."""
        text = [text for name, text in self.letters() if name == topic][-1]
        found = re.search(r"https?://[^/\s]+(/account/links/\S+)", text)
        assert found is not None, text
        return found[1]

    def open(self, path: str) -> TestResponse:
        """Go to a page, wherever it leads."""
        self.service.world.session.commit()
        answer = self.client.get(path, follow_redirects=True)
        self.page = answer.text
        return answer

    def send(self, action: str, **fields: Any) -> TestResponse:
        """Send a form of the page that is open, and go where it leads."""
        answer = self.post(action, **fields)
        while answer.status_code == 303:
            answer = self.client.get(answer.headers["Location"])
        self.page = answer.text
        return answer

    def post(self, action: str, **fields: Any) -> TestResponse:
        """The same, without following."""
        self.service.world.session.commit()
        return self.client.post(action, data=dict(HIDDEN.findall(self.page)) | fields)

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found is not None
        return found[1]

    def code(self, at: datetime | None = None) -> str:
        """What the authenticator shows now."""
        return totp.code_of(self.secret, totp.step_of(at or self.service.world.now))

    def accept(self, name: str = "Camille Martin", password: str = PASSWORD) -> TestResponse:
        """Open the invitation and make the account."""
        link = self.link("account_invitation")
        self.open(link)
        return self.send(link, name=name, password=password, language="fr")

    def set_up_authenticator(self) -> TestResponse:
        """Type the secret into an app, and its code into the page."""
        self.open("/account/authenticator")
        text = self.hidden("secret").partition(".")[2]
        self.secret = base64.b32decode(text)
        return self.send("/account/authenticator", secret=self.hidden("secret"), code=self.code())

    def sign_in(self, password: str = PASSWORD, **more: Any) -> TestResponse:
        self.open("/account/login")
        return self.send("/account/login", email=self.email, password=password, **more)
