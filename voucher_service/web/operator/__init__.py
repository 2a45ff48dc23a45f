"""The operator, and the auditor beside it."""

from flask import Flask

# Imported for the screens that they declare.
from voucher_service.web.operator import (  # noqa: F401
    accounts,
    accreditation,
    bank,
    bank_lines,
    batches,
    books,
    books_files,
    calls,
    campaigns,
    closings,
    contests,
    debts,
    fees,
    gifts,
    home,
    incidents,
    mails,
    orders,
    partners,
    people,
    periods,
    places,
    refunds,
    statement_disputes,
    stock,
    watch,
)
from voucher_service.web.operator.desk import DESK


def register(app: Flask) -> None:
    """Plug this desk into the application."""
    DESK.register(app)
