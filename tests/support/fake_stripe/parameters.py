"""Whether a request asks only what Stripe's API knows: judged by the library's own types.

The parameter types of ``stripe.params`` are walked, so that when the library is upgraded the check
moves with it. A fake without it accepts what the real API refuses.
"""

import sys
import types
import typing
from functools import cache
from typing import Any

from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

OPTIONS = frozenset(RequestOptions.__annotations__)
"""Options of the library, which never reach the API."""

LONGEST_NOTE = 500
"""Characters of one value of an object's metadata."""


class BadParameter(Exception):
    """A parameter that the API does not know, or that has another type there."""

    def __init__(self, param: str, message: str, code: str = "parameter_unknown") -> None:
        super().__init__(message)
        self.param, self.message, self.code = param, message, code


@cache
def fields(kind: type) -> dict[str, Any]:
    """The parameters of a type of the library, with their types resolved."""
    found: dict[str, Any] = {}
    for base in reversed([kind, *getattr(kind, "__orig_bases__", ())]):
        if not is_typeddict(base) or base is RequestOptions:
            continue
        own = {n: t for n, t in base.__annotations__.items() if n not in OPTIONS}
        holder = type("Holder", (), {"__annotations__": own})
        found |= typing.get_type_hints(holder, vars(sys.modules[base.__module__]))
    return found


def check(kind: type, given: dict[str, Any], where: str = "") -> dict[str, Any]:
    """The parameters read by their types; raises :class:`BadParameter`."""
    known = fields(kind)
    read = {}
    for name, value in given.items():
        path = f"{where}[{name}]" if where else name
        if name not in known:
            raise unknown(path)
        read[name] = _read(known[name], value, path)
    required: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    missing = required - given.keys() - OPTIONS
    if missing:
        name = min(missing)
        path = f"{where}[{name}]" if where else name
        raise BadParameter(path, f"Missing required param: {path}.", "parameter_missing")
    return read


def unknown(path: str) -> BadParameter:
    """What the API answers to a parameter that it does not know."""
    if path == "payment_method_types":
        return BadParameter(
            path,
            "payment_method_types is no longer supported: use dynamic payment methods.",
            "payment_method_types_no_longer_supported",
        )
    return BadParameter(path, f"Received unknown parameter: {path}")


def _read(kind: Any, value: Any, path: str) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _one_of(inner, value, path)
    if origin is typing.Literal:
        if value not in inner:
            raise BadParameter(path, f"Invalid {path}: must be one of {inner}", "invalid_enum")
        return value
    if origin is list:
        items = value if isinstance(value, list) else [value]
        return [_read(inner[0], item, f"{path}[{n}]") for n, item in enumerate(items)]
    if origin is dict or str(kind).startswith("stripe._stripe_object.UntypedStripeObject"):
        if not isinstance(value, dict):
            raise BadParameter(path, f"Invalid object: {path}", "invalid_hash")
        if any(len(str(text)) > LONGEST_NOTE for text in value.values()):
            raise BadParameter(path, "Metadata values can have up to 500 characters.")
        return {str(name): str(text) for name, text in value.items()}
    if is_typeddict(kind):
        if not isinstance(value, dict):
            raise BadParameter(path, f"Invalid object: {path}", "invalid_hash")
        return check(kind, value, path)
    return _plain(kind, value, path)


def _one_of(kinds: tuple[Any, ...], value: Any, path: str) -> Any:
    """The first kind that fits; when none does, what the richest one says."""
    said: list[BadParameter] = []
    for kind in kinds:
        try:
            return _read(kind, value, path)
        except BadParameter as error:
            said.append(error)
    raise max(said, key=lambda error: len(error.param))


def _plain(kind: Any, value: Any, path: str) -> Any:
    if isinstance(value, (dict, list)):
        raise BadParameter(path, f"Invalid {path}", "parameter_invalid")
    text = str(value)
    if kind is bool:
        if text.lower() not in {"true", "false"}:
            raise BadParameter(path, f"Invalid boolean: {path}", "parameter_invalid_boolean")
        return text.lower() == "true"
    if kind is int:
        if not text.lstrip("-").isdigit():
            raise BadParameter(path, f"Invalid integer: {path}", "parameter_invalid_integer")
        return int(text)
    return value


def from_form(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """``a[b][0]=c`` as nested parts; lists are those whose names are all whole numbers."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = name.replace("]", "").split("[")
        place, key = root, first
        for part in rest:
            place = place.setdefault(key, {})
            key = part or str(len(place))
        place[key] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_listed(value[name]) for name in sorted(value, key=int)]
    return {name: _listed(part) for name, part in value.items()}
