"""Associations: their file, sites, phones, statements, bank details."""

from flask import Flask

# Imported for the screens that they declare.
from voucher_service.web.association import (  # noqa: F401
    application,
    applying,
    bank,
    cases,
    disputes,
    home,
    money,
    people,
    phones,
    places,
    refused,
    sites,
    statements,
    uses,
)
from voucher_service.web.association.desk import DESK


def register(app: Flask) -> None:
    """Plug this desk into the application."""
    DESK.register(app)
