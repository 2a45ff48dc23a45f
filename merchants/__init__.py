"""All that an accredited site touches: phones, the scan API and, beside them, the scanner itself.

``register`` is the package's only public name.
"""

from flask import Flask

from merchants import (
    offline_api,  # noqa: F401 - imported for the calls that it declares...
    refusals_api,  # noqa: F401 - ...and so is this
    scanner_pages,
    training_sheet,
)
from merchants.scan_api import API
from voucher_service.http import paths
from voucher_service.http.openapi import publish

publish(API, "Pass numérique: scanning")


def register(app: Flask) -> None:
    """Plug the sites' side into the application."""
    paths.register(app)
    app.register_blueprint(API.blueprint)
    app.register_blueprint(scanner_pages.blueprint)
    app.register_blueprint(training_sheet.blueprint)
