"""One's own account: signing in and out, choosing a desk."""

from flask import Flask

# Imported for the screens that they declare.
from voucher_service.web.account import (  # noqa: F401
    choosing,
    demonstration,
    factors,
    links,
    own_data,
    passkey_pages,
    proconnect,
    profile,
    signing_in,
    tokens,
)
from voucher_service.web.account.desk import DESK


def register(app: Flask) -> None:
    """Plug the account's pages into the application."""
    DESK.register(app)
