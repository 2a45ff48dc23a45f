"""What long work has at hand: settings, the online secrets, who issues statements.

No private pass key: that one is opened by whoever prints, and forgotten after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions.settling import Signatory
from voucher_service.config import BadSettings, Settings
from voucher_service.core.attestation import StatementKey, statement_key
from voucher_service.core.signing import SigningKey
from voucher_service.core.statements import Party
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.secret_files import read_online_secrets, read_pass_key
from voucher_service.store import trust
from voucher_service.store.session import Session

Sessions = Callable[[], Session]
"""Makes a new session."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the actions behind long work need besides a session."""

    settings: Settings
    statement_key: StatementKey
    typed_codes: TypedCodes

    @property
    def signatory(self) -> Signatory:
        """Who issues the statements."""
        settings = self.settings
        issuer = Party(
            id="issuer",
            name=settings.issuer_name,
            siret=settings.issuer_siret or None,
            address=settings.issuer_address or None,
        )
        return Signatory(issuer, self.statement_key)


def make_tools(settings: Settings) -> Tools:
    """The tools of a process that has the online secrets; raises ``BadSettings``."""
    secrets = read_online_secrets(settings)
    return Tools(settings, statement_key(secrets.statement_key), TypedCodes(secrets.typed_code_key))


def open_signing_key(
    session: Session, settings: Settings, passphrase: bytes, now: datetime
) -> SigningKey:
    """The newest pass key that may sign now, opened with its passphrase; raises ``BadSettings``."""
    usable = [key for key in trust.keys(session, "pass") if key.may_sign(now)]
    if not usable:
        raise BadSettings("No pass key may sign today: make one with `voucher-service keys new`.")
    newest = max(usable, key=lambda key: (key.not_before, key.kid))
    key = read_pass_key(settings, newest.kid.hex(), passphrase)
    if key.public != newest.public:
        raise BadSettings(
            f"The private key {newest.kid.hex()} here is not the one in the trust list."
        )
    return key
