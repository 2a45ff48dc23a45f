"""What a request finds at hand: settings, database, keys, clock. Built once by ``app``."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from flask import current_app

from voucher_service.actions.freezing import Signatory
from voucher_service.actions.redeeming import Counter
from voucher_service.actions.trusting import pass_keyring
from voucher_service.config import Settings
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.core.attestation import StatementKey
from voucher_service.core.documents import account_of
from voucher_service.core.signing import Keyring
from voucher_service.core.statements import issuer_of
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.store.book import Book
from voucher_service.store.engine import READ_ONLY
from voucher_service.store.session import Session

KEYRING_SECONDS = 30
"""How long a worker believes the trust list it read."""


@dataclass(slots=True)
class Services:
    """The parts behind the front doors of one process."""

    settings: Settings
    sessions: Callable[[], Session]
    book: Book
    typed_codes: TypedCodes
    statement_key: StatementKey
    accounts_key: AccountsKey
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _keyring: Keyring | None = None
    _keyring_read_at: float = 0.0

    def keyring(self) -> Keyring:
        """The public pass keys, read again every half minute."""
        if self._keyring is None or time.monotonic() - self._keyring_read_at > KEYRING_SECONDS:
            with self.reading() as session:
                self._keyring = pass_keyring(session)
            self._keyring_read_at = time.monotonic()
        return self._keyring

    def counter(self) -> Counter:
        """What a redemption needs."""
        return Counter(self.book, self.keyring(), self.typed_codes)

    @property
    def signatory(self) -> Signatory:
        """Who issues documents."""
        settings = self.settings
        named = (settings.issuer_name, settings.issuer_siret, settings.issuer_address)
        own = settings.reserved
        account = account_of(own.iban, own.bic, own.holder or settings.issuer_name)
        return Signatory(issuer_of(*named), self.statement_key, account)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when all went well, or as if it had never been."""
        with self.sessions() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: on SQLite it waits for no writer."""
        with self.sessions() as session:
            session.connection(execution_options=READ_ONLY)
            yield session

    @property
    def prints(self) -> Path:
        """Where printed files wait."""
        return self.settings.prints


def services() -> Services:
    """The services of the application that handles this request."""
    return cast("Services", current_app.extensions["voucher"])
