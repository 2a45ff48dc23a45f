"""A home for the demonstration: made once, played once, kept.

A play that was interrupted is thrown away and begun again; a home that is not the demonstration's
own is never touched.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from voucher_service.actions.pairing import open_pairing, pair
from voucher_service.actions.tokens import TENANTS, Role, create_token
from voucher_service.actions.trusting import PASS, add_key
from voucher_service.config import (
    DEMO_ACCOUNT,
    DEMO_FEE_ACCOUNT,
    DEMO_SIRET,
    BadSettings,
    Mode,
    Settings,
)
from voucher_service.core.campaign import add_months, paris_day
from voucher_service.core.signing import KeyStatus, PublicKey, generate
from voucher_service.demo import plan
from voucher_service.demo.play import play
from voucher_service.jobs.setup import prepare
from voucher_service.jobs.tools import make_tools, open_signing_key
from voucher_service.secret_files import write_once, write_pass_key
from voucher_service.store import opening
from voucher_service.store.book import Book
from voucher_service.store.engine import make_hot_engine
from voucher_service.store.queries import figures
from voucher_service.store.session import Session

KEY_LASTS_MONTHS = 24

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What opens the doors, shown once: one token a role, and a paired phone's."""

    roles: dict[str, str]
    phone: str


def with_passphrase(settings: Settings) -> Settings:
    """The settings of a process that may sign: the passphrase is a file of its home."""
    file = settings.passphrase_file or settings.home / "passphrase"
    return replace(settings, passphrase_file=file)


def open_demo(
    settings: Settings, *, reset: bool, now: datetime, progress: Progress
) -> Tokens | None:
    """Make the home and play the pilot in it, unless that was done. Tokens only the first time."""
    if settings.mode is Mode.PRODUCTION:
        raise BadSettings("The demonstration makes tokens and keys by itself: never in production.")
    marker = Marker(settings)
    if marker.state == Marker.BEGUN or (reset and marker.state == Marker.DONE):
        _clear(settings)
    elif reset and _has_data(settings):
        raise BadSettings(
            f"{settings.home} is not a home that the demonstration made: delete it yourself,"
            " or name another one in VOUCHER_HOME."
        )
    prepare(settings, plan.midnight(plan.months(now)[0]))
    if _has_data(settings):
        return None
    marker.write(Marker.BEGUN)
    tokens = _play(settings, now, progress)
    marker.write(Marker.DONE)
    return tokens


def is_ours(settings: Settings) -> bool:
    """Whether the demonstration was played in this home: only there may it add anything."""
    return Marker(settings).state == Marker.DONE


class Marker:
    """A file that says how far the demonstration of a home is, and of which database."""

    BEGUN, DONE = "begun", "done"

    def __init__(self, settings: Settings) -> None:
        self._file = settings.home / "demo.json"
        self._database = hashlib.sha256(settings.database_url.encode()).hexdigest()

    @property
    def state(self) -> str | None:
        """``begun``, ``done``, or nothing where no demonstration was made with this database."""
        try:
            facts = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return str(facts["state"]) if facts.get("database") == self._database else None

    def write(self, state: str) -> None:
        """Remember how far it is."""
        facts = {"state": state, "database": self._database}
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(self._file)


def _clear(settings: Settings) -> None:
    """Empty a home that the demonstration made."""
    opening.erase_database(settings.database_url)
    for folder in (settings.secrets, settings.pass_keys, settings.prints):
        shutil.rmtree(folder, ignore_errors=True)
    (settings.home / "passphrase").unlink(missing_ok=True)


def _has_data(settings: Settings) -> bool:
    file = opening.sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        return False
    engine = opening.create_database(settings.database_url)
    with Session(engine) as session:
        empty = figures.is_empty(session)
    engine.dispose()
    return not empty


def _play(settings: Settings, now: datetime, progress: Progress) -> Tokens:
    _make_pass_key(settings, now)
    engine = opening.open_database(settings.database_url)
    hot = make_hot_engine(settings.database_url)
    for hurried in (engine, hot):
        # A play that is interrupted is begun again, so it need not survive a power cut.
        opening.hurry(hurried)
    engine.dispose()  # the connection made before
    tools, book = make_tools(_with_account(settings)), Book(hot)
    with Session(engine) as session:
        key = open_signing_key(session, settings, _passphrase(settings), None, now)
    play(lambda: Session(engine), book, tools, key, now, progress)
    book.close()
    engine.dispose()
    opening.make_durable(settings.database_url)
    engine = opening.open_database(settings.database_url)
    with Session(engine) as session, session.begin():
        tokens = _make_tokens(session, now)
    engine.dispose()
    return tokens


def _with_account(settings: Settings) -> Settings:
    """The settings of the play: it pays by batches and invoices fees, each on an account."""
    return replace(
        settings,
        reserved=settings.reserved if settings.reserved.iban else DEMO_ACCOUNT,
        fees=settings.fees if settings.fees.iban else DEMO_FEE_ACCOUNT,
        issuer_siret=settings.issuer_siret or DEMO_SIRET,
    )


def _passphrase(settings: Settings) -> bytes:
    return _passphrase_file(settings).read_bytes().strip()


def _passphrase_file(settings: Settings) -> Path:
    return settings.passphrase_file or settings.home / "passphrase"


def _make_pass_key(settings: Settings, now: datetime) -> None:
    """A key that was good from the first day played; its passphrase is a file of this home."""
    write_once(_passphrase_file(settings), secrets.token_urlsafe(24).encode())
    first = plan.months(now)[0]
    key = generate(bytes.fromhex(f"{first.year % 100:02d}01"))
    ends = plan.midnight(add_months(paris_day(now), KEY_LASTS_MONTHS))
    public = PublicKey(key.kid, "Ed25519", key.public, plan.midnight(first), ends, KeyStatus.ACTIVE)
    engine = opening.open_database(settings.database_url)
    with Session(engine) as session, session.begin():
        add_key(session, public, PASS)
        write_pass_key(settings, key, _passphrase(settings))
    engine.dispose()


def _make_tokens(session: Session, now: datetime) -> Tokens:
    """One token a role, each for the first of its kind, and one more phone at PiNG."""
    roles = {
        role.value: create_token(session, role, 1 if role in TENANTS else None, now)[1]
        for role in Role
    }
    code = open_pairing(session, 1, now - timedelta(minutes=1)).code
    return Tokens(roles, pair(session, code, "Téléphone de démonstration", now).token)
