"""The OpenAPI 3.1 document of a group of calls, made from their declarations and nothing else."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from voucher_service import __version__
from voucher_service.http.body import Nothing
from voucher_service.http.endpoint import Api, Endpoint
from voucher_service.http.paths import PATTERNS
from voucher_service.http.problems import PROBLEM

REFERENCE = "#/components/schemas/{model}"

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem",
    "required": ["type", "title", "status", "detail", "instance", "reason"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do."},
        "instance": {"type": "string", "description": "The request's id."},
        "reason": {"type": "string", "description": "For machines."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

References = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]
"""Where the schema of a model stands, as it is read and as it is written."""

ALWAYS = (429, 503)
"""Statuses any call may answer."""


def document(api: Api, title: str, version: str) -> dict[str, Any]:
    """The document of one API."""
    bodies = {e.body for e in api.endpoints} - {Nothing}
    answers = {e.answer for e in api.endpoints if e.answer is not None}
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in sorted(bodies, key=_name)),
        *((model, "serialization") for model in sorted(answers, key=_name)),
    ]
    references, schemas = models_json_schema(models, ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    prefix = api.blueprint.url_prefix or ""
    for endpoint in api.endpoints:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.path)
        operation = _operation(endpoint, references)
        paths.setdefault(path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}) | {"Problem": PROBLEM_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def publish(api: Api, title: str) -> None:
    """Give anybody the document of an API, at ``openapi.json`` under its prefix."""
    text = json.dumps(document(api, title, __version__), ensure_ascii=False)
    api.blueprint.add_url_rule(
        "/openapi.json", "openapi", lambda: Response(text, content_type="application/json")
    )


def _operation(endpoint: Endpoint, references: References) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": _parameters(endpoint),
        "responses": {
            str(status): _answer(endpoint, references)
            for status in (endpoint.status, *endpoint.also)
        }
        | {str(status): _problem(status) for status in _problems(endpoint)},
    }
    if endpoint.body is not Nothing:
        reference = references[endpoint.body, "validation"]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": reference}},
        }
    if endpoint.raw:
        file = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(endpoint.raw, file),
        }
    if endpoint.secured:
        operation["security"] = [{"token": []}]
    if endpoint.roles is not None:
        operation["x-roles"] = sorted(endpoint.roles)
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    names = re.findall(r"<(\w+):(\w+)>", endpoint.path)
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^{PATTERNS[kind]}$"},
        }
        for kind, name in names
    ]
    parameters += _query_parameters(endpoint.query.model_json_schema())
    if endpoint.roles is not None and endpoint.method == "POST":
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    return parameters


def _query_parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _answer(endpoint: Endpoint, references: References) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if endpoint.answer is not None:
        schema = references[endpoint.answer, "serialization"]
    if endpoint.status == HTTPStatus.NO_CONTENT:
        return {"description": "Done"}
    content = {
        media: {"schema": schema if media == "application/json" else {"type": "string"}}
        for media in endpoint.media_types
    }
    return {"description": endpoint.summary, "content": content}


def _problems(endpoint: Endpoint) -> list[int]:
    statuses = {*ALWAYS, *endpoint.problems, 422}
    if endpoint.secured:
        statuses.add(401)
    if endpoint.roles is not None:
        statuses.add(403)
    if endpoint.method == "POST":
        statuses |= {400, 413, 415}
    if endpoint.roles is not None and endpoint.method == "POST":
        statuses.add(409)
    if "<" in endpoint.path:
        statuses.add(404)
    return sorted(statuses - {endpoint.status, *endpoint.also})


def _problem(status: int) -> dict[str, Any]:
    reference = {"$ref": REFERENCE.format(model="Problem")}
    return {"description": f"Problem {status}", "content": {PROBLEM: {"schema": reference}}}
