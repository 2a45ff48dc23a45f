"""Screens. For now the public ones: what a pass is, where to use it, the open books, proofs."""

from flask import Flask
from jinja2 import FileSystemLoader

from voucher_service.resources import shipped
from voucher_service.web import headers, machines, pages, words


def register(app: Flask) -> None:
    """Plug the public pages into the application."""
    app.jinja_loader = FileSystemLoader(shipped("templates"))
    app.jinja_env.filters["euros"] = words.euros
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(machines.blueprint)
    headers.register(app)
