"""How others know us: the settings of ProConnect, by which agents of public bodies sign in.

Read with the other settings by ``config``; nobody is called here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


NO_PROCONNECT = ProConnect()
"""Nobody signs in with it."""


def read_proconnect(environment: Mapping[str, str], client_secret: str) -> ProConnect:
    """The registration, from the environment."""
    return ProConnect(
        environment.get("VOUCHER_PROCONNECT_ISSUER", "").rstrip("/"),
        environment.get("VOUCHER_PROCONNECT_CLIENT_ID", ""),
        client_secret,
    )
