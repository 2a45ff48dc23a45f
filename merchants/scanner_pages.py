"""The scanner as a phone loads it: one page, its files, its words. Never an answer about a pass.

Everything is read once and kept compressed, because a phone on a poor network loads it all. What
changes any of it changes the version in ``files.json``, by which a phone that kept the files knows
that there are newer ones.
"""

import gzip
import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from merchants.verdicts import sentences as verdicts
from voucher_service.http.headers import allow_app, allow_camera, allow_worker
from voucher_service.http.language import LANGUAGES, language, service_names
from voucher_service.http.services import services
from voucher_service.resources import shipped

blueprint = Blueprint("scanner", __name__, url_prefix="/scanner")

FOLDER = Path(__file__).parent / "scanner"
SCRIPT = "text/javascript; charset=utf-8"
JSON = "application/json"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": SCRIPT,
    ".json": JSON,
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
KEEPER = "sw.js"
"""The service worker keeps the other files on the phone, and is no file of its own list."""


@dataclass(frozen=True)
class File:
    """One file as it is sent: its bytes, its type, and both compressed forms' names."""

    content: bytes
    content_type: str

    @cached_property
    def zipped(self) -> bytes:
        """The bytes for phones that unpack them: nearly all."""
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def sha256(self) -> str:
        """What tells this content from any other."""
        return hashlib.sha256(self.content).hexdigest()


@blueprint.get("/")
def page() -> Response:
    """The one page of the app."""
    allow_app()
    allow_camera()
    said = language()
    shell = render_template(
        "merchants/scanner.html", language=said, t=phone_words()[said], **_whom_to_call()
    )
    response = Response(shell, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = said
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/words.json")
def words() -> Response:
    """Every sentence that the app says, in both languages, and whom to call."""
    return _send(_words())


@blueprint.get("/files.json")
def files() -> Response:
    """What a phone keeps in order to open the app without network, and which version it is.

    ``hashes`` (SHA-256) tell the phone that it received the files of this version and no others.
    The page has none: it speaks the language of whoever asks.
    """
    listed = {"version": version(), "files": sorted(_addresses()), "hashes": _hashes()}
    return _send(File(json.dumps(listed).encode(), JSON))


@blueprint.get(f"/{KEEPER}")
def keeper() -> Response:
    """The service worker. Its first line changes with any file: so a browser sees a new version."""
    found = known_files().get(KEEPER) or abort(404)
    first = f'const VERSION = "{version()}";\n'.encode()
    return _send(File(first + found.content, SCRIPT))


@blueprint.get("/<path:name>")
def file(name: str) -> Response:
    """A script, style, picture or the decoder."""
    return _send(known_files().get(name) or abort(404))


def _send(file: File) -> Response:
    zipped = request.accept_encodings["gzip"] > 0
    response = Response(file.zipped if zipped else file.content, content_type=file.content_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    if file.content_type == SCRIPT:
        allow_worker()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{file.sha256[:32]}{'-gzip' if zipped else ''}")
    response.make_conditional(request)
    return response


@cache
def known_files() -> dict[str, File]:
    """The files of the app by their path below ``/scanner/``, read once."""
    return {
        path.relative_to(FOLDER).as_posix(): File(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in TYPES
    }


@cache
def phone_words() -> dict[str, dict[str, Any]]:
    """The app's own sentences by language and name."""
    path = shipped("templates") / "merchants" / "phone.toml"
    return tomllib.loads(path.read_text("utf-8"))


def refusals(said: str) -> dict[str, dict[str, str]]:
    """Title and next step of every refusal, the service's and those only a phone can give."""
    own: dict[str, dict[str, str]] = phone_words()[said]["refusals"]
    return {reason: known[said] for reason, known in verdicts().items()} | own


def _words() -> File:
    spoken: dict[str, Any] = {
        said: phone_words()[said] | {"refusals": refusals(said), "services": service_names(said)}
        for said in LANGUAGES
    }
    text = json.dumps(spoken | _whom_to_call(), ensure_ascii=False, sort_keys=True)
    return File(text.encode(), JSON)


def _whom_to_call() -> dict[str, str]:
    return {"help_number": services().settings.help_number}


def version() -> str:
    """The name of this content: another one when any file, sentence or the page changed."""
    shell = shipped("templates") / "merchants" / "scanner.html"
    parts = [_words().sha256, hashlib.sha256(shell.read_bytes()).hexdigest()]
    parts += [f"{name} {file.sha256}" for name, file in known_files().items()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _addresses() -> Iterator[str]:
    yield "/scanner/"
    yield from _hashes()


def _hashes() -> dict[str, str]:
    # A phone's system asks for the pictures by itself, when the app goes to its home screen.
    kept = {
        name: file
        for name, file in known_files().items()
        if name != KEEPER and not name.endswith(".png")
    }
    kept["words.json"] = _words()
    return {f"/scanner/{name}": file.sha256 for name, file in kept.items()}
