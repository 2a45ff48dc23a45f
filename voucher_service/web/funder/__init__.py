"""Funders: campaigns, orders, money, statements."""

from flask import Flask

# Imported for the screens that they declare.
from voucher_service.web.funder import (  # noqa: F401
    campaigns,
    contests,
    downloads,
    endings,
    home,
    invoices,
    money,
    ordering,
    people,
    sides,
    statements,
)
from voucher_service.web.funder.desk import DESK


def register(app: Flask) -> None:
    """Plug this desk into the application."""
    DESK.register(app)
