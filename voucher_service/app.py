"""The composition root: builds the application and plugs every part. Decides nothing.

The only module that imports ``merchants``.
"""

import time
import traceback
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, request
from flask_sqlalchemy import SQLAlchemy
from werkzeug.middleware.proxy_fix import ProxyFix

import merchants
from voucher_service import api, web
from voucher_service.config import Mode, Settings, read_settings
from voucher_service.core.account_secrets import AccountsKey
from voucher_service.core.attestation import statement_key
from voucher_service.core.typed_codes import TypedCodes
from voucher_service.http import metrics, problems
from voucher_service.http.services import Services
from voucher_service.secret_files import read_online_secrets
from voucher_service.store import engine
from voucher_service.store.book import Book
from voucher_service.store.session import Session, sessions_on
from voucher_service.store.tables import Base

LARGEST_BODY = 256 * 1024
"""Bytes. A batch of 100 scans of signed codes is about 60 kB."""

SLOW_SECONDS = 2.0
"""An answer that takes longer is logged."""

log = structlog.get_logger()


class Application(Flask):
    """Flask, which says of a failed request where it failed, and not which address was asked."""

    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401 - what sys.exc_info gives
        """Log where it failed, however the log is set up.

        The address may be a secret, so only its rule is told; so may local variables, which some
        writers of logs add to what they are given.
        """
        route = request.url_rule.rule if request.url_rule else "unknown"
        trace = "".join(traceback.format_exception(*exc_info))
        log.error(
            "failed", id=g.get("request_id"), method=request.method, route=route, exception=trace
        )


def create_app(settings: Settings | None = None) -> Flask:
    """The application for some settings, or for those of the environment."""
    settings = settings or read_settings()
    app = Application("voucher_service", static_folder=None, template_folder=None)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # Else everybody would share the proxy's address, and its limit on tries.
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    if settings.mode is Mode.PRODUCTION:
        # The machine itself may ask after its health; whoever else is sent here by a trick may not.
        host = urlsplit(settings.base_url).hostname or ""
        app.config["TRUSTED_HOSTS"] = [host, "127.0.0.1", "localhost"]
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["SQLALCHEMY_DATABASE_URI"] = engine.driver_url(settings.database_url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine.engine_options(settings.database_url)
    database = SQLAlchemy(app, model_class=Base)
    with app.app_context():
        engine.prepare(database.engine)
        app.extensions["voucher"] = services_of(settings, sessions_on(database.engine))
    problems.register(app)
    _watch_requests(app)
    for part in (api, web, merchants):
        part.register(app)
    return app


def services_of(settings: Settings, sessions: Callable[[], Session]) -> Services:
    """What the requests of an application find at hand."""
    secrets = read_online_secrets(settings)
    return Services(
        settings=settings,
        sessions=sessions,
        book=Book(engine.make_hot_engine(settings.database_url)),
        typed_codes=TypedCodes(secrets.typed_code_key),
        statement_key=statement_key(secrets.statement_key),
        accounts_key=AccountsKey(secrets.accounts_key),
    )


def _watch_requests(app: Flask) -> None:
    """Give every request an id and count it; log, without what it carried, what went badly.

    A line for each request would cost a redemption a tenth of its speed: proxies write those.
    """

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.began
        route = request.url_rule.rule if request.url_rule else "unknown"
        metrics.observe(request.method, route, response.status_code, seconds)
        response.headers["X-Request-Id"] = g.request_id
        response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or seconds > SLOW_SECONDS:
            log.warning(
                "request",
                id=g.request_id,
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
            )
        return response
