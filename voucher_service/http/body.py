"""Reading what was sent, strictly: unknown fields, duplicate names and floats are refused."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

from flask import Request
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound="Body")


class Body(BaseModel):
    """What a request or an answer holds. Nothing else may be in it, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Nothing(Body):
    """What a call takes that takes nothing: an empty body, or none."""


class BadInput(Exception):
    """The input cannot be read: a status, a reason, a sentence, and every field that is wrong."""

    def __init__(
        self, status: int, reason: str, detail: str, errors: Sequence[dict[str, str]] = ()
    ) -> None:
        super().__init__(detail)
        self.status, self.reason, self.detail, self.errors = status, reason, detail, errors


def read_json(request: Request, model: type[Model]) -> Model:
    """The body as its model; raises :class:`BadInput`."""
    data = request.get_data(cache=True)
    if data and request.mimetype != "application/json":
        raise BadInput(415, "not_json", "Send the body as application/json.")
    data = data or b"{}"
    try:
        json.loads(
            data.decode(), object_pairs_hook=_no_duplicates, parse_constant=_no_such_constant
        )
    except (ValueError, RecursionError) as error:
        raise BadInput(
            400, "malformed_json", f"The body is not good JSON: {_why(error)}."
        ) from error
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise _bad_fields(error) from error


def read_file(request: Request, media_types: Sequence[str], largest: int) -> bytes:
    """The body as it came, of one of some media types; raises :class:`BadInput`."""
    if request.mimetype not in media_types:
        raise BadInput(415, "not_a_file", f"Send the file as {' or '.join(media_types)}.")
    request.max_content_length = largest
    return request.get_data(cache=True)


def read_query(request: Request, model: type[Model]) -> Model:
    """The query string as its model; each name stands once. Raises :class:`BadInput`."""
    values = {name: found[0] for name, found in request.args.lists() if len(found) == 1}
    if len(values) != len(request.args):
        raise BadInput(422, "invalid", "A name stands twice in the query.")
    try:
        return model.model_validate_strings(values)
    except ValidationError as error:
        raise _bad_fields(error) from error


def _bad_fields(error: ValidationError) -> BadInput:
    fields = [
        {"field": ".".join(map(str, item["loc"])) or "body", "message": item["msg"]}
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return BadInput(422, "invalid", "Some fields are wrong: see errors.", fields)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise DuplicateName
    return dict(pairs)


class DuplicateName(ValueError):
    """The same name stands twice in one object."""


class NoSuchNumber(ValueError):
    """NaN and Infinity are not JSON."""


def _no_such_constant(_name: str) -> NoReturn:
    raise NoSuchNumber


def _why(error: Exception) -> str:
    """What is wrong, without repeating what was sent."""
    if isinstance(error, DuplicateName):
        return "a name stands twice in one object"
    if isinstance(error, NoSuchNumber):
        return "NaN and Infinity are not numbers there"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at line {error.lineno}, column {error.colno}"
    return "it is not UTF-8, or nested too deeply"
