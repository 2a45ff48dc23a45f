"""Whether a webhook is Stripe's: its signature over the raw body, not older than five minutes.

Any of the known secrets will do, so that one can be replaced without losing an event. Of a genuine
event only its id, its type and what it is about are kept: the rest is read again from the API.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from voucher_service.core.canonical import sha256_hex
from voucher_service.core.errors import Invalid

TOLERANCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Told:
    """A genuine event: its id, its type, the object that it is about, and the hash of its body."""

    id: str
    type: str
    about: str
    sha256: str


def verified(body: bytes, signature: str | None, secrets: Sequence[str]) -> Told:
    """What a webhook tells; raises :class:`Invalid` when Stripe did not send it now."""
    import stripe  # noqa: PLC0415 - an extra: without it only gifts are off

    for secret in secrets:
        try:
            if is_thin(body):  # API v2 names what an event is about and no more
                stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
            else:
                stripe.Webhook.construct_event(body, signature, secret, TOLERANCE_SECONDS)
            return read(body)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Invalid("malformed_event", "This is no event.") from error
    raise Invalid("bad_signature", "Only Stripe may send events, signed and at once.")


def is_thin(body: bytes) -> bool:
    """Whether a body is an event of API v2."""
    try:
        return bool(json.loads(body).get("object") == "v2.core.event")
    except (ValueError, AttributeError):
        return False


def read(body: bytes) -> Told:
    """An event's id, type and subject; raises ``ValueError`` or ``KeyError``."""
    event: dict[str, Any] = json.loads(body)
    about = event.get("related_object") or event["data"]["object"]
    return Told(str(event["id"]), str(event["type"]), str(about["id"]), sha256_hex(body))
