"""A form is one act: a double click, or a page sent again, finds the first answer.

The key is taken in the transaction of what the form does, so an answer exists if and only if what
it tells of was written. Answers may show a secret once, so each is sealed by the cookie of whoever
asked, which is not kept.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import Response

from voucher_service.core.errors import Conflict
from voucher_service.http.services import Services
from voucher_service.store import form_acts
from voucher_service.store.queries import people
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it arrived: whose, its key, a hash of what it says, the cookie it came with."""

    person: int
    key: str
    fingerprint: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """What a form did: the answer, and the sentence that the next page says."""

    answer: Response
    said: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def once(services: Services, sent: Sent, work: Callable[[Session], Act]) -> Response:
    """Do the work in one transaction with its answer, or give the first answer again."""
    with services.writing() as session:
        if not form_acts.begin(session, sent.person, sent.key, sent.fingerprint, services.now()):
            return _again(people.done(session, sent.person, sent.key), sent)
        act = work(session)
        sealed = _seal(sent.cookie).encrypt(_written(act.answer)).decode()
        form_acts.complete(session, sent.person, sent.key, sealed, act.said, act.values)
    return act.answer


def _again(done: people.Done | None, sent: Sent) -> Response:
    if done is None or done.answer is None or done.fingerprint != sent.fingerprint:
        raise Conflict("form_sent_already", "This form was sent already: look, then send it anew.")
    try:
        read = json.loads(_seal(sent.cookie).decrypt(done.answer))
    except InvalidToken:
        raise Conflict("form_sent_already", "This form was sent from another sitting.") from None
    return Response(base64.b64decode(read["body"]), read["status"], read["headers"])


def _seal(cookie: str) -> Fernet:
    """What only the browser with this cookie can open."""
    secret = hashlib.sha256(b"answer to a form\0" + cookie.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))


KEPT_HEADERS = ("Location", "Content-Type", "Content-Disposition", "Content-Language")


def _written(answer: Response) -> bytes:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    body = base64.b64encode(answer.get_data()).decode()
    return json.dumps({"status": answer.status_code, "headers": headers, "body": body}).encode()
