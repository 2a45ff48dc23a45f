"""The management API ``/api/v1``: everything a console can do, for machines.

Each call is read, act, present; rules live in ``actions`` and ``core``. ``register`` is the
package's only public name.
"""

from flask import Flask

# Imported for the calls that they declare.
from voucher_service.api import (  # noqa: F401
    access,
    accounting,
    bank_accounts,
    banking,
    billing,
    booklets,
    books_files,
    calls,
    closings,
    contests,
    corrections,
    documents,
    fees,
    funders,
    gifts,
    handovers,
    incidents,
    jobs,
    ledger,
    papers,
    payouts,
    rail,
    refund_batches,
    refunds,
    scheme,
    settlement,
    site_files,
    sites,
    statement_disputes,
    stocks,
    upkeep,
)
from voucher_service.api.v1 import API
from voucher_service.http import paths
from voucher_service.http.openapi import publish

publish(API, "Pass numérique: management")


def register(app: Flask) -> None:
    """Plug the management API into the application."""
    paths.register(app)
    app.register_blueprint(API.blueprint)
