"""Events on their way to the product: signed as Stripe signs them, sent as a test wants.

By itself nothing is sent: Stripe promises at least once, in no order, within three days; a test
says how often, in which order and how late.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from stripe import WebhookSignature

SECRET = "whsec_fake"
Post = Callable[[bytes, dict[str, str]], int]
"""Sends a body with headers to the product; the status of the answer."""


@dataclass(slots=True)
class Webhooks:
    """What happened and was not delivered yet, and who is told."""

    waiting: list[dict[str, Any]] = field(default_factory=list)
    post: Post | None = None

    def add(self, event: dict[str, Any]) -> None:
        self.waiting.append(event)

    def take(self, *kinds: str) -> list[dict[str, Any]]:
        """Events that wait (of these kinds, or all), oldest first; they wait no more."""
        taken = [event for event in self.waiting if not kinds or event["type"] in kinds]
        self.waiting = [event for event in self.waiting if event not in taken]
        return taken

    def deliver(self, events: Iterable[dict[str, Any]] | None = None) -> list[int]:
        """Send what waits, or these events in this order; the statuses of the answers."""
        return [self.send(event) for event in (self.take() if events is None else events)]

    def send(self, event: dict[str, Any], *, secret: str = SECRET, age: int = 0) -> int:
        """Send one event, signed with a secret some seconds ago."""
        assert self.post is not None
        body = json.dumps(event, indent=2).encode()
        return self.post(body, signed(body, secret, age))


def signed(body: bytes, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    """The headers of a webhook with this body."""
    header = WebhookSignature.generate_signature_header(
        body.decode(), secret, int(time.time()) - age
    )
    return {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}


def over_http(url: str) -> Post:
    """Posts to an address of this machine."""

    def post(body: bytes, headers: dict[str, str]) -> int:
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    return post
