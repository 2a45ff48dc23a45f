"""What the matrix of rights is made with: every declaration, plausible bodies, addresses to try.

Nothing here knows a single screen: all is read from what was declared.
"""

import itertools
import json
import re
import sqlite3
import types
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from flask import Flask
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from werkzeug.routing import Rule

from merchants import scan_api
from voucher_service.api.v1 import API
from voucher_service.http.body import Nothing
from voucher_service.http.endpoint import Endpoint
from voucher_service.web import machines
from voucher_service.web.desks import every_screen

PUBLIC = {
    *("pages", "proofs", "site_pages", "texts", "machines", "csp_reports"),
    *("giving", "scanner", "site_map", "training"),
}
"""Blueprints whose pages are everybody's: they show what is public, and ask nobody who comes."""

NO_ID, NO_WORD = "999999999", "ZZ-2020-999999"
"""What does not exist."""


class Watch:
    """Tells whether anything at all was committed to a SQLite database since the last look."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def moved(self) -> bool:
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def close(self) -> None:
        self._connection.close()


def declared_paths(app: Flask) -> set[tuple[str, str]]:
    """Method and path of everything that was declared, screens and calls."""
    calls = {
        (call.method, f"{api.blueprint.url_prefix or ''}{call.path}")
        for api in (API, scan_api.API, machines.API)
        for call in api.endpoints
    }
    return calls | {(screen.method, screen.path) for screen in every_screen(app)}


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Method and rule of everything that the application answers."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, rule


def management() -> list[Endpoint]:
    """The calls of the management API."""
    return API.endpoints


def addresses(path: str, ids: list[str], words: list[str]) -> list[str]:
    """A path with every combination of some ids and words in the place of its parameters."""
    places = PARAMETER.findall(path)
    pattern = PARAMETER.sub("{}", path)
    kinds = {"id": ids, "word": words}
    values = [kinds.get(kind) or CHOICE.findall(kind)[:1] or words for kind, _ in places]
    return [pattern.format(*chosen) for chosen in itertools.product(*values)]


PARAMETER = re.compile(r"<([^<>:]*(?:\([^)]*\))?):(\w+)>")
CHOICE = re.compile(r"[(,]([\w.-]+)")


def fields_of(model: type[BaseModel], known: str = "1") -> dict[str, str]:
    """Fields that a person might send: plausible ones, with an id that somebody has."""
    return {
        name: _plausible(name, field, known)
        for name, field in model.model_fields.items()
        if field.is_required()
    }


def json_of(model: type[BaseModel]) -> Any:
    """A body as a program might send it, or an empty one where none can be guessed."""
    if model is Nothing:
        return None
    guess: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if field.is_required():
            text = _plausible(name, field, "1")
            kind = _kinds(field)
            guess[name] = int(text) if int in kind and not _is_id(field) else text
    try:
        model.model_validate_json(json.dumps(guess))
    except (ValidationError, ValueError):
        return {}
    return guess


def _is_id(field: FieldInfo) -> bool:
    return any("_id" in repr(one) for one in field.metadata)


def _kinds(field: FieldInfo) -> set[Any]:
    kind = field.annotation
    if get_origin(kind) in {Union, types.UnionType}:
        return set(get_args(kind))
    return {kind}


def _plausible(name: str, field: FieldInfo, known: str) -> str:
    (kind, *_) = sorted(_kinds(field) - {type(None)}, key=str)
    if get_origin(kind) is Literal:
        return str(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(next(iter(kind)).value)
    by_kind = {SecretStr: "un cheval correct agrafe", bool: "true", int: known, date: "2026-11-16"}
    by_name = (value for part, value in EXAMPLES.items() if part in name)
    return by_kind.get(kind) or next(by_name, known)


EXAMPLES = {
    "email": "somebody@somewhere.example",
    "iban": "FR7630001007941234567890185",
    "siret": "43493312300029",
    "postal": "44000",
    "insee": "44109",
    "serial": "00000001",
    "label": "2026-11",
}
