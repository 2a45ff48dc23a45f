"""Screens. For now the public ones: what a pass is, where to use it, the open books, proofs."""

from flask import Flask
from jinja2 import FileSystemLoader, StrictUndefined

from voucher_service.http import headers, paths
from voucher_service.resources import shipped
from voucher_service.web import csp_reports, errors, machines, pages, words


def register(app: Flask) -> None:
    """Plug the public pages into the application."""
    paths.register(app)
    app.jinja_loader = FileSystemLoader(shipped("templates"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words.register(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(machines.blueprint)
    app.register_blueprint(csp_reports.blueprint)
    # What is registered last looks first: an error becomes a page before it gets its headers.
    headers.register(app)
    errors.register(app)
