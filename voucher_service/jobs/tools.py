"""What long work has at hand: settings, the online secrets, who issues statements.

No private pass key: that one is opened by whoever prints, and forgotten after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from voucher_service.actions.freezing import Signatory
from voucher_service.actions.trusting import PASS
from voucher_service.config import BadSettings, Settings
from voucher_service.core.attestation import StatementKey, statement_key
from voucher_service.core.documents import account_of
from voucher_service.core.signing import PublicKey, SigningKey
from voucher_service.core.statements import issuer_of
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.secret_files import read_online_secrets, read_pass_key
from voucher_service.store import tables, trust
from voucher_service.store.once import find
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
        named = (settings.issuer_name, settings.issuer_siret, settings.issuer_address)
        own = settings.reserved
        account = account_of(own.iban, own.bic, own.holder or settings.issuer_name)
        return Signatory(issuer_of(*named), self.statement_key, account)


def make_tools(settings: Settings) -> Tools:
    """The tools of a process that has the online secrets; raises ``BadSettings``."""
    secrets = read_online_secrets(settings)
    return Tools(settings, statement_key(secrets.statement_key), TypedCodes(secrets.typed_code_key))


def open_signing_key(
    session: Session, settings: Settings, passphrase: bytes, order: int | None, now: datetime
) -> SigningKey:
    """The key to print an order with, opened; raises ``BadSettings``.

    An order keeps its key as long as that one may sign, so that a pass printed again bears the
    same code. Without an order: the newest key.
    """
    usable = [key for key in trust.keys(session, PASS) if key.may_sign(now)]
    if not usable:
        raise BadSettings("No pass key may sign today: make one with `voucher-service keys new`.")
    ordered_at = find(session, tables.Order, order, "order").created_at if order else now
    chosen = _key_of(usable, ordered_at)
    key = read_pass_key(settings, chosen.kid.hex(), passphrase)
    if key.public != chosen.public:
        raise BadSettings(
            f"The private key {chosen.kid.hex()} here is not the one in the trust list."
        )
    return key


def _key_of(usable: list[PublicKey], ordered_at: datetime) -> PublicKey:
    """The newest key when the order came; the first one after, when there was none."""
    usable.sort(key=lambda key: (key.not_before, key.kid))
    before = [key for key in usable if key.not_before <= ordered_at]
    return before[-1] if before else usable[0]
