"""Reading what was sent, strictly: unknown fields, duplicate names, floats for cents are refused."""

import json
from typing import Any, NoReturn, TypeVar

from flask import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from voucher_service.core.errors import Invalid
from voucher_service.http.problems import problem

LARGEST = 64 * 1024
"""Bytes. A batch of 100 scans stays below; files have their own limit."""

Model = TypeVar("Model", bound="Body")


class Body(BaseModel):
    """What a request or an answer holds. Nothing else may be in it, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BadInput(Exception):
    """The input cannot be read; carries the problem to answer with."""

    def __init__(self, status: int, reason: str, detail: str, errors: list[dict[str, str]]) -> None:
        super().__init__(detail)
        self.response = problem(status, reason, detail, errors)


def read_json(request: Request, model: type[Model]) -> Model:
    """The body as its model; raises :class:`BadInput` saying every field that is wrong."""
    data = request.get_data(cache=False)
    if not data:
        return validate({}, model)
    if request.mimetype != "application/json":
        raise BadInput(415, "not_json", "Send application/json.", [])
    try:
        return validate(json.loads(data, object_pairs_hook=_no_duplicates), model, text=data)
    except (ValueError, RecursionError) as error:
        if isinstance(error, ValidationError):
            raise
        raise BadInput(400, "malformed_json", "The body is not well-formed JSON.", []) from error


def validate(value: Any, model: type[Model], *, text: bytes | None = None) -> Model:  # noqa: ANN401
    """A value as its model; dates and times are read from text as JSON has no type for them."""
    try:
        if text is not None:
            return model.model_validate_json(text)
        return model.model_validate(value, strict=False)
    except ValidationError as error:
        errors = [
            {"field": ".".join(map(str, item["loc"])), "message": item["msg"]}
            for item in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise BadInput(422, "invalid", "Some fields are wrong.", errors) from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("the same name stands twice")
    return dict(pairs)


def refuse_constant(name: str) -> NoReturn:
    """NaN and infinities are not JSON."""
    raise Invalid("malformed_json", f"{name} is not JSON.")
