"""Making a home ready: database, online secrets, and the statement key in the trust list.

Said again it completes what is missing and changes nothing else.
"""

from datetime import UTC, datetime

from voucher_service.actions.trusting import STATEMENT, add_key
from voucher_service.config import Settings
from voucher_service.core.attestation import statement_key
from voucher_service.core.signing import KeyStatus, PublicKey
from voucher_service.secret_files import make_online_secrets, read_online_secrets
from voucher_service.store import tables
from voucher_service.store.opening import create_database
from voucher_service.store.session import Session

FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The statement key of a home ends when somebody retires it."""


def prepare(settings: Settings, now: datetime) -> None:
    """Bring a home to the state that the service needs."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_database(settings.database_url)
    make_online_secrets(settings)
    key = statement_key(read_online_secrets(settings).statement_key)
    with Session(engine) as session, session.begin():
        if session.get(tables.SigningKey, key.kid) is None:
            public = PublicKey(
                bytes.fromhex(key.kid), "Ed25519", key.public, now, FOR_EVER, KeyStatus.ACTIVE
            )
            add_key(session, public, STATEMENT)
    engine.dispose()
