"""Distribution points: stock, parcels, hand-overs, losses, the register, the day."""

from flask import Flask

# Imported for the screens that they declare.
from voucher_service.web.point import (  # noqa: F401
    booklets,
    days,
    handing_over,
    home,
    parcels,
    people,
    registers,
    stock,
)
from voucher_service.web.point.desk import DESK


def register(app: Flask) -> None:
    """Plug this desk into the application."""
    DESK.register(app)
