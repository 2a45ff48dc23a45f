"""The whole application in this process, on a test's database and clock, and its callers."""

import hashlib
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tests.support.cast import BASE_URL, STATEMENT_KEY, World, trust_the_keys
from tests.support.paying import RESERVED_IBAN
from voucher_service import jobs
from voucher_service.actions.tokens import TENANTS, Role, create_token
from voucher_service.app import create_app, services_of
from voucher_service.config import FeeAccount, Mode, ReservedAccount, Settings
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.http.services import Services
from voucher_service.jobs.tools import make_tools
from voucher_service.partners import StripeAccount
from voucher_service.secret_files import ACCOUNTS, STATEMENT, TYPED_CODE, write_once
from voucher_service.store.engine import make_engine
from voucher_service.store.session import sessions_on
from voucher_service.store.tables import Base

FEES_IBAN = "FR7630004000031234567890143"
TYPED_CODE_KEY = bytes(range(32, 64))
ACCOUNTS_KEY = AccountsKey(bytes(range(96, 128)))
KEYS = itertools.count()

Json = Any


@dataclass(slots=True)
class Caller:
    """Somebody with a token."""

    service: "Service"
    token: str
    number: int

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.service.send("GET", path, self.token, **options)

    def post(
        self, path: str, body: Json = None, *, key: str | None = None, **options: Any
    ) -> TestResponse:
        """Send JSON (or the bytes given as ``data``) with an idempotency key, new unless given."""
        headers = {"Idempotency-Key": key or f"key-{next(KEYS)}"} | options.pop("headers", {})
        if body is not None:
            options["json"] = body
        return self.service.send("POST", path, self.token, headers=headers, **options)

    def delete(self, path: str) -> TestResponse:
        return self.service.send("DELETE", path, self.token)


@dataclass(slots=True)
class Service:
    """The application, the world behind it, and who calls it."""

    app: Flask
    world: World
    client: FlaskClient
    _callers: dict[tuple[str, int | None, str], Caller] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        found: Services = self.app.extensions["voucher"]
        return found

    def by(self, role: str, tenant: int | None = None, *, person: str = "") -> Caller:
        """A caller of this role; the same one each time, unless another person is meant."""
        who = (role, tenant, person)
        if who not in self._callers:
            session = self.world.session
            number, text = create_token(session, Role(role), tenant, self.world.now)
            session.commit()
            self._callers[who] = Caller(self, text, number)
        return self._callers[who]

    def send(
        self, method: str, path: str, token: str | None, *, headers: Any = None, **options: Any
    ) -> TestResponse:
        """One request. The path is that of the API unless it names another."""
        self.world.session.commit()  # a session that reads holds SQLite's write lock until then
        if not path.startswith("/scan"):
            path = f"/api/v1{path}"
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return self.client.open(path, method=method, headers=sent, **options)

    def run_jobs(self) -> None:
        """Do the long work that waits, as a worker would."""
        self.world.session.commit()
        tools = make_tools(self.services.settings)
        sessions = sessionmaker(self.world.engine)
        while jobs.run_one(sessions, tools, jobs.EVERYWHERE, "test", lambda: self.world.now):
            pass

    def checksum(self) -> str:
        """A hash of everything the database holds: the same when nothing was written."""
        found = hashlib.sha256()
        self.world.session.commit()
        with self.world.engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                rows = connection.execute(select(table).order_by(*table.primary_key))
                found.update(f"{table.name}{rows.all()}".encode())
        return found.hexdigest()


def settings(home: Path, database_url: str) -> Settings:
    """The settings of a test, with the secrets of the cast in its home."""
    made = Settings(
        home=home,
        database_url=database_url,
        base_url=BASE_URL,
        mode=Mode.TEST,
        port=8000,
        issuer_name="Opérateur",
        issuer_siret="43493312300029",
        issuer_address="Nantes",
        help_number="02 40 00 00 00",
        passphrase_file=None,
        trusted_proxies=0,
        reserved=ReservedAccount(RESERVED_IBAN, "", "Opérateur du pass", "Nantes"),
        fees=FeeAccount(FEES_IBAN, "", "Opérateur", vat_number="FR32434933123"),
    )
    write_once(made.secrets / STATEMENT, STATEMENT_KEY.secret.hex().encode())
    write_once(made.secrets / TYPED_CODE, TYPED_CODE_KEY.hex().encode())
    write_once(made.secrets / ACCOUNTS, ACCOUNTS_KEY.secret.hex().encode())
    return made


@contextmanager
def running_service(
    engine: Engine,
    database_url: str,
    home: Path,
    *,
    alone: bool = False,
    stripe: StripeAccount | None = None,
) -> Iterator[Service]:
    """The application on a database, closed again at the end.

    Its routes are compiled once for all tests, a tenth of a second each time otherwise. ``alone``:
    an application of one's own, for what outlives a test or changes it. ``stripe``: the account
    there; without one, gifts are off.
    """
    made = settings(home, database_url)
    if stripe is not None:
        made = replace(made, stripe=stripe)
    sessions = make_engine(database_url)
    app = create_app(made) if alone else routes()
    app.extensions["voucher"] = services_of(made, sessions_on(sessions))
    with Session(engine) as session:
        trust_the_keys(session)
        service = Service(app, World(engine, session), app.test_client())
        service.services.now = lambda: service.world.now
        for role in set(Role) - set(TENANTS):
            service.by(role)
        yield service
        session.rollback()
    sessions.dispose()
    service.services.book.close()
    service.world.close_book()


@cache
def routes() -> Flask:
    """One application for the tests of this process; each gives it the services of its own."""
    with tempfile.TemporaryDirectory() as home:
        app = create_app(settings(Path(home), "sqlite://"))
    app.extensions["voucher"].book.close()
    return app
