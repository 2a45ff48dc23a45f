"""Distribution points: stock, hand-overs, returns."""

from flask import Flask

# Imported for the screens that they declare.
from voucher_service.web.point import (  # noqa: F401
    home,
    people,
)
from voucher_service.web.point.desk import DESK


def register(app: Flask) -> None:
    """Plug this desk into the application."""
    DESK.register(app)
