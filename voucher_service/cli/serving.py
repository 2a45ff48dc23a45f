"""Commands that stay: the served process, and the worker beside it."""

import gc
import json
import signal
import threading
from types import FrameType

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from voucher_service.actions.trusting import PASS
from voucher_service.cli.console import log_to_stderr
from voucher_service.cli.home import now, reading, sessions_of
from voucher_service.config import NO_SENDER, BadSettings, Mode, Settings, read_settings
from voucher_service.core.signing import KeyStatus
from voucher_service.jobs import EVERYWHERE, SIGNER, background, mails
from voucher_service.jobs.tools import make_tools, open_signing_key
from voucher_service.resources import shipped
from voucher_service.secret_files import passphrase, read_online_secrets
from voucher_service.store import trust
from voucher_service.store.opening import open_database, sqlite_file

TARGET = "voucher_service.cli.serving:served_app"
BLOCKING_THREADS = 4
"""Requests that one process answers at once. More of them only wait for one another."""

GARBAGE = 50_000
"""New objects before the collector looks for cycles: measured, a seventh less time a redemption."""


def served_app() -> Flask:
    """The application of a served process, with its thread for long work."""
    from voucher_service.app import create_app  # noqa: PLC0415 - other commands need no web

    log_to_stderr()  # where a worker is a fresh process, no command has said so
    app = create_app()
    services = app.extensions["voucher"]
    background.start(services.sessions, make_tools(services.settings))
    # What was loaded stays: the collector need not walk through it at every few requests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
def serve(host: str, workers: int) -> None:
    """Serve until stopped, at PORT. One process on SQLite, several on PostgreSQL.

    For others than this machine, behind a proxy that speaks https and takes the bodies of requests
    in whole, as nginx does by itself: else a few slow senders hold up everybody.
    """
    run_server(read_settings(), host, workers)


def run_server(settings: Settings, host: str, workers: int) -> None:
    """Serve, once everything that a request needs is there."""
    open_database(settings.database_url).dispose()
    read_online_secrets(settings)
    if settings.mode is Mode.PRODUCTION:
        _check_production(settings)
    on_sqlite = sqlite_file(settings.database_url) is not None
    Granian(
        TARGET,
        address=host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1 if on_sqlite else workers,
        blocking_threads=BLOCKING_THREADS,
        factory=True,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


def _check_production(settings: Settings) -> None:
    """People can be told, and neither private pass keys nor keys of the tests are at hand."""
    if not settings.mail.host or settings.mail.sender == NO_SENDER:
        raise BadSettings(
            "VOUCHER_SMTP_HOST and VOUCHER_MAIL_FROM are missing: people must be told, above all"
            " when a bank account changes."
        )
    if settings.passphrase_file is not None:
        raise BadSettings(
            "In production the served process must not be able to open the pass keys: unset"
            " VOUCHER_PASSPHRASE_FILE here, and print with `worker --signer` or `print`."
        )
    published = _published_keys()
    with reading(settings) as session:
        for key in trust.keys(session, PASS):
            if key.public in published and key.status is not KeyStatus.REVOKED:
                raise BadSettings(
                    f"Key {key.kid.hex()} is a test key, which anybody holds:"
                    f" `voucher-service keys revoke {key.kid.hex()}` first."
                )


def _published_keys() -> set[bytes]:
    """The keys of the shared vectors: their private halves are public."""
    vectors = json.loads((shipped("keys") / "vectors.json").read_text("utf-8"))
    return {bytes.fromhex(key["public"]) for key in vectors["keys"]}


@click.command()
@click.option("--signer", is_flag=True, help="Print too: this process opens the private key.")
def worker(*, signer: bool) -> None:
    """Run long work, and send mails, until stopped. A job left by another worker is taken over."""
    settings = read_settings()
    tools = make_tools(settings)
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    with sessions_of(settings) as sessions:
        if signer:
            # Better to learn now than at the first print that the key does not open.
            with sessions() as session:
                open_signing_key(session, settings, passphrase(settings), None, now())
        signal.signal(signal.SIGTERM, leave)
        signal.signal(signal.SIGINT, leave)
        mails.start(stop, sessions, settings)
        click.echo("Waiting for work. Stop with Ctrl-C.", err=True)
        background.work_until(stop, sessions, tools, EVERYWHERE + SIGNER * signer)
