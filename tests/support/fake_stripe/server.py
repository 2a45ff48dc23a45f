"""The fake on a port: reads requests as Stripe does, answers once per idempotency key."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.fake_stripe.calls import find
from tests.support.fake_stripe.parameters import BadParameter, check, from_form
from tests.support.fake_stripe.store import Object, Refused
from tests.support.fake_stripe.world import KEY, FakeStripe

Answer = tuple[int, Object, dict[str, str]]

PAGE = """<!doctype html><html lang="fr"><title>Stripe Checkout (fake)</title>
<h1>{total} EUR</h1><form method="post"><button name="by" value="card">Payer par carte</button>
<button name="by" value="sepa_debit">Payer par prélèvement</button></form></html>"""


def answer(stripe: FakeStripe, line: str, query: str, body: bytes, headers: Any) -> Answer:
    """What Stripe answers to one request: status, body, headers."""
    if headers.get("Authorization") != f"Bearer {KEY}":
        return 401, _error("invalid_request_error", "Invalid API Key provided."), {}
    key = headers.get("Idempotency-Key", "")
    stripe.requests.append((line, key))
    fingerprint = hashlib.sha256(line.encode() + query.encode() + body).hexdigest()
    if line.startswith("POST") and key in stripe.answers:
        first, status, said = stripe.answers[key]
        if first != fingerprint:
            message = "Keys for idempotent requests can only be used with the same parameters."
            return 400, _error("idempotency_error", message), {}
        return status, said, {"Idempotent-Replayed": "true"}
    status, said = _work(stripe, line, query, body, headers)
    if line.startswith("POST") and key:
        stripe.answers[key] = fingerprint, status, said
    return status, said, {}


def _work(
    stripe: FakeStripe, line: str, query: str, body: bytes, headers: Any
) -> tuple[int, Object]:
    try:
        known, path = find(line)
        asked = check(known.kind, _given(query, body, headers))
        return 200, stripe.objects.shown(known.does(stripe, path, asked))
    except BadParameter as bad:
        return 400, _error("invalid_request_error", bad.message, bad.code, bad.param)
    except Refused as no:
        return no.status, _error(no.type, no.message, no.code, no.param)


def _given(query: str, body: bytes, headers: Any) -> Object:
    if body and headers.get("Content-Type", "").startswith("application/json"):
        found: Object = json.loads(body)
        return found
    pairs = parse_qsl(query, keep_blank_values=True)
    return from_form(pairs + parse_qsl(body.decode(), keep_blank_values=True))


def _error(kind: str, message: str, code: str | None = None, param: str | None = None) -> Object:
    return {"error": {"type": kind, "message": message, "code": code, "param": param}}


class Handler(BaseHTTPRequestHandler):
    """One connection of the product, or of a donor's browser."""

    protocol_version = "HTTP/1.1"
    stripe: FakeStripe

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        pass

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path.startswith("/pay/"):
            self._hosted_page(method, url.path.removeprefix("/pay/"), body)
            return
        line = f"{method} {url.path}"
        self.stripe.knocked += 1
        with self.stripe.lock:
            fault = self.stripe.fault(line)
            if fault is not None and fault.kind != "lost":
                message = "Something went wrong." if fault.kind == "500" else "Too many requests."
                said = _error("api_error", message, "rate_limit" if fault.kind == "429" else None)
                self._say(int(fault.kind), said, {"Stripe-Should-Retry": "true"})
                return
            status, said, headers = answer(self.stripe, line, url.query, body, self.headers)
        if fault is not None:
            self.close_connection = True
            return
        self._say(status, said, headers)

    def _say(self, status: int, said: Object, headers: dict[str, str]) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            "Request-Id": f"req_{len(self.stripe.requests)}",
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _hosted_page(self, method: str, name: str, body: bytes) -> None:
        session = self.stripe.session(name)
        if method == "POST":
            self.stripe.pay(name, dict(parse_qsl(body.decode())).get("by", "card"))
            self.send_response(303)
            self.send_header("Location", session["success_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        page = PAGE.format(total=f"{session['amount_total'] / 100:.2f}").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


@contextmanager
def running_stripe(now: Callable[[], datetime] | None = None) -> Iterator[FakeStripe]:
    """A fake Stripe on a free port, for the length of a block."""
    stripe = FakeStripe()
    if now is not None:
        stripe.now = now
    handler = type("Bound", (Handler,), {"stripe": stripe})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    stripe.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
