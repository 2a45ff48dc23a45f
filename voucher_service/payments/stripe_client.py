"""The one door to Stripe: a client for the account of the settings, and whether there is one.

Made here and nowhere else, for one piece of work, and closed after it. Neither the key nor what
Stripe answers is ever logged.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from voucher_service.config import Settings
from voucher_service.core.errors import Away, Conflict

if TYPE_CHECKING:
    from stripe import StripeClient

TIMEOUT_SECONDS = 20
RETRIES = 2
"""How often the library asks again, with the same idempotency key, when an answer is lost."""


class StripeAway(Away):
    """Stripe did not answer, or could not: ask again later."""


def why_off(settings: Settings) -> str | None:
    """What is missing before gifts can be taken; nothing when all is there."""
    if not settings.stripe.key:
        return "Gifts by Checkout are off: name the file of the key in VOUCHER_STRIPE_KEY_FILE."
    return _without_extra()


def _without_extra() -> str | None:
    return "Stripe is off: install the extra `stripe`." if find_spec("stripe") is None else None


def check_on(settings: Settings, key: str | None = None) -> None:
    """Raise :class:`Conflict` when Stripe is not set up here. ``key``: another than for gifts."""
    missing = why_off(settings) if key is None else _without_extra()
    if missing:
        raise Conflict("stripe_off", missing)


@contextmanager
def stripe_client(settings: Settings, key: str | None = None) -> Iterator["StripeClient"]:
    """A client for the length of a block; raises ``Conflict`` when off, :class:`StripeAway`.

    ``key``: that of another account than the one of gifts.
    """
    check_on(settings, key)
    import stripe  # noqa: PLC0415 - an extra: without it only gifts are off

    stripe.enable_telemetry = False
    http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
    client = stripe.StripeClient(
        key or settings.stripe.key,
        base_addresses={"api": settings.stripe.api},
        max_network_retries=RETRIES,
        http_client=http,
    )
    try:
        yield client
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        why = f"Stripe does not answer ({type(error).__name__}): try again later."
        raise StripeAway("stripe_away", why) from error
    finally:
        http.close()  # type: ignore[no-untyped-call]
