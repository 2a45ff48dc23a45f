"""A provider of identities on a port of this machine, which answers as ProConnect does.

Its user-info is a signed token. It keeps what it was asked, checks what a good one checks (client,
secret, redirect, PKCE, each code once), and can be made to lie.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT, SECRET = "pass-numerique", "the client's secret"
BACK = "https://pass.example.org/account/proconnect/back"

Claims = dict[str, Any]


@dataclass(slots=True)
class Provider:
    """The provider, the person who is at it, and how it lies."""

    url: str
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))
    idp_id: str = "71144ab3-ee1a-4401-b7b3-79b44f7daeeb"
    subject: str = "agent-0001"
    amr: list[str] = field(default_factory=lambda: ["pwd"])
    change_id: Callable[[Claims], Claims] = lambda claims: claims
    change_info: Callable[[Claims], Claims] = lambda claims: claims
    signs_with: ECKey | None = None
    info_type: str = "application/jwt"
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    offset: float = 0.0

    def metadata(self) -> Claims:
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
        }
        return {"issuer": self.url} | {name: f"{self.url}/{path}" for name, path in ends.items()}

    def authorize(self, address: str) -> dict[str, str]:
        """Somebody signs in there: the query that sends them back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == BACK
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def token(self, form: dict[str, str]) -> tuple[int, Claims]:
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time() + self.offset)
        claims = self.change_id(
            {
                "iss": self.url,
                "aud": CLIENT,
                "sub": self.subject,
                "nonce": asked["nonce"],
                "iat": now,
                "exp": now + 300,
                "amr": self.amr,
            }
        )
        tokens = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60}
        return 200, tokens | {"id_token": self.sign(claims)}

    def userinfo(self) -> str:
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.subject, "idp_id": self.idp_id}
        claims |= {"email": "camille@ccas.example", "given_name": "Camille"}
        told = self.change_info(claims)
        return self.sign(told) if self.info_type == "application/jwt" else json.dumps(told)

    def sign(self, claims: Claims) -> str:
        key = self.signs_with or self.key
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, key, ["ES256"])


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match urlsplit(self.path).path:
                case "/.well-known/openid-configuration":
                    self.answer(200, json.dumps(provider.metadata()))
                case "/jwks":
                    keys = KeySet([provider.key]).as_dict(private=False)
                    self.answer(200, json.dumps(keys))
                case "/userinfo" if self.headers["Authorization"] == "Bearer opaque":
                    self.answer(200, provider.userinfo(), provider.info_type)
                case _:
                    self.answer(404, "{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, told = provider.token(form)
            self.answer(status, json.dumps(told))

        def answer(self, status: int, text: str, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextlib.contextmanager
def serving() -> Iterator[Provider]:
    """A provider that listens until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _handler(provider)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
