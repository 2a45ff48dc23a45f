"""The reference over HTTP: the least that Flask can do with a JSON body, on the same server."""

import os

from flask import Flask, jsonify, render_template_string, request
from flask.typing import ResponseReturnValue
from granian import Granian
from granian.constants import Interfaces

from voucher_service.cli.serving import BLOCKING_THREADS

WORKERS = 2


def app() -> Flask:
    """One call, a JSON body in and out; and one page."""
    bare = Flask("bare")

    @bare.post("/scan/v1/redemptions")
    def answer() -> ResponseReturnValue:
        return jsonify(verdict="accepted", scan_id=request.get_json()["scan_id"])

    @bare.get("/page")
    def page() -> ResponseReturnValue:
        return render_template_string("<!doctype html><title>{{ name }}</title>", name="Page")

    @bare.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return "ok"

    return bare


if __name__ == "__main__":
    Granian(
        "bench.bare:app",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=BLOCKING_THREADS,
        factory=True,
        websockets=False,
    ).serve()
