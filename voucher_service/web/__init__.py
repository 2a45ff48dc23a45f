"""Screens: the public ones, and the desks of people who work with the service."""

from flask import Flask
from jinja2 import FileSystemLoader, StrictUndefined

from voucher_service.http import headers, paths
from voucher_service.resources import shipped
from voucher_service.web import (
    account,
    association,
    cookies,
    csp_reports,
    desk_words,
    errors,
    funder,
    giving,
    machines,
    operator,
    pages,
    point,
    proofs,
    site_map,
    site_pages,
    texts,
    words,
)


def register(app: Flask) -> None:
    """Plug every screen into the application."""
    paths.register(app)
    app.jinja_loader = FileSystemLoader(shipped("templates"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words.register(app)
    desk_words.register(app)
    cookies.register(app)
    for public in (pages, site_map, site_pages, proofs, texts):
        app.register_blueprint(public.blueprint)
    app.register_blueprint(machines.blueprint)
    app.register_blueprint(csp_reports.blueprint)
    app.register_blueprint(giving.blueprint)
    for desk in (account, point, association, funder, operator):
        desk.register(app)
    # What is registered last looks first: an error becomes a page before it gets its headers.
    headers.register(app)
    errors.register(app)
