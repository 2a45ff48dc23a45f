"""How others know us, and whom we may call: Stripe, ProConnect, who gives the background of a map.

Read with the other settings by ``config``; nobody is called here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class ProConnect:
    """Our registration with the provider. Without a client there is none, and no button."""

    issuer: str = ""
    """The provider's address, under which its ``/.well-known/openid-configuration`` stands."""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    @property
    def is_set(self) -> bool:
        """Whether people can sign in with it."""
        return bool(self.issuer and self.client_id)

    @property
    def fault(self) -> str:
        """Why this would be unsafe, in a sentence; nothing when it is not.

        Over plain HTTP anybody on the way could be the provider, and let themselves in.
        """
        parts = urlsplit(self.issuer)
        if not self.issuer or parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1"}:
            return ""
        return "VOUCHER_PROCONNECT_ISSUER must be an https:// address."


NO_PROCONNECT = ProConnect()
"""Nobody signs in with it."""


Secret = Callable[[Mapping[str, str], str], str | None]
"""Finds a secret in the environment or in the file that it names."""


def read_proconnect(environment: Mapping[str, str], secret: Secret) -> ProConnect:
    """The registration, from the environment."""
    return ProConnect(
        environment.get("VOUCHER_PROCONNECT_ISSUER", "").rstrip("/"),
        environment.get("VOUCHER_PROCONNECT_CLIENT_ID", ""),
        secret(environment, "VOUCHER_PROCONNECT_CLIENT_SECRET") or "",
    )


@dataclass(frozen=True, slots=True)
class MapTiles:
    """Who gives the pictures behind the public map, to those who ask for them. Usually nobody."""

    address: str = ""
    """Of one picture, with ``{z}``, ``{x}`` and ``{y}`` where its place goes."""
    attribution: str = ""
    """Whom the pictures are owed to, as their licence wants it said."""

    @property
    def origin(self) -> str:
        """What the page of the map may load pictures from."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """Who learns the reader's address."""
        return urlsplit(self.address).hostname or ""

    @property
    def fault(self) -> str:
        """Why this cannot work, in a sentence; nothing when it can."""
        if not self.address:
            return ""
        if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]+)?", self.origin):
            return "VOUCHER_MAP_TILES must be an https:// address of one host."
        if not all(part in self.address for part in ("{z}", "{x}", "{y}")):
            return "VOUCHER_MAP_TILES must hold {z}, {x} and {y}."
        if not self.attribution:
            return "VOUCHER_MAP_ATTRIBUTION is missing: say whom the pictures are owed to."
        return ""


NO_TILES = MapTiles()
"""Nobody but us is called."""


def read_tiles(environment: Mapping[str, str]) -> MapTiles:
    """Who gives the pictures, from the environment."""
    return MapTiles(
        environment.get("VOUCHER_MAP_TILES", ""), environment.get("VOUCHER_MAP_ATTRIBUTION", "")
    )


STRIPE_API = "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """The scheme's account at Stripe. Without a key, gifts by Checkout are off."""

    key: str = field(default="", repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    """Several while one is being replaced: a webhook signed with any of them is genuine."""
    api: str = STRIPE_API
    payouts_key: str = field(default="", repr=False)
    """The key of another account, for payouts by Stripe Connect; without one that rail is off."""
    checkout: str = "https://checkout.stripe.com"
    """The origin of Stripe's hosted page: the only one that our form may lead on to."""


NO_STRIPE = StripeAccount()
"""Nobody gives by card, and nobody is paid that way."""


def read_stripe(environment: Mapping[str, str], secret: Secret) -> StripeAccount:
    """The scheme's account, from the environment."""
    secrets = secret(environment, "VOUCHER_STRIPE_WEBHOOK_SECRETS") or ""
    return StripeAccount(
        key=secret(environment, "VOUCHER_STRIPE_KEY") or "",
        webhook_secrets=tuple(secrets.split()),
        api=environment.get("VOUCHER_STRIPE_API", STRIPE_API).rstrip("/"),
        payouts_key=secret(environment, "VOUCHER_STRIPE_PAYOUTS_KEY") or "",
        checkout=environment.get("VOUCHER_STRIPE_CHECKOUT", "https://checkout.stripe.com"),
    )


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whom the law wants named on what is published: loi n° 2004-575, articles 1-1 and 6."""

    director: str = ""
    """The director of publication: the person who answers for what is written."""
    host: str = ""
    """Who stores the service: name, address and telephone. Nobody, where the house does itself."""


NO_PUBLISHER = Publisher()
"""Nobody is named yet."""


def read_publisher(environment: Mapping[str, str]) -> Publisher:
    """Whom the notice names, from the environment."""
    return Publisher(
        environment.get("VOUCHER_PUBLICATION_DIRECTOR", ""),
        environment.get("VOUCHER_HOSTED_BY", ""),
    )
