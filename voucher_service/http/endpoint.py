"""One declaration per call: path, who may, what goes in, what comes out.

All else follows from the declaration: authentication, roles, strict reading, idempotency, the
transaction, the answer, and the OpenAPI document. A call that is not declared does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel

from voucher_service.actions.tokens import Role
from voucher_service.core.errors import NotAllowed
from voucher_service.http.auth import Caller, caller_of, phone_of
from voucher_service.http.body import Body, Nothing, read_file, read_json, read_query
from voucher_service.http.idempotency import once
from voucher_service.http.services import Services, services
from voucher_service.store.session import Session

Handler = TypeVar("Handler", bound=Callable[..., Any])
Method = Literal["GET", "POST", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """What a management call works with: one session, who asks, and the services."""

    session: Session
    caller: Caller
    services: Services


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The declaration of one call."""

    method: Method
    path: str
    summary: str
    handler: Callable[..., Any]
    status: int = 200
    roles: frozenset[Role] | None = None
    """Who may; nothing when the call has another kind of caller (a phone, anybody)."""
    body: type[Body] = Nothing
    query: type[Body] = Nothing
    answer: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ("application/json",)
    phone: bool = False
    """Whether the caller is a phone, known by its own token."""
    spends: bool = False
    """Whether its own statements ask again if the phone is paired: its token is then remembered."""
    raw: tuple[str, ...] = ()
    """Media types of a body that is a file: it is given to the handler as ``content``."""
    largest: int = 0
    """Bytes of the largest file."""
    also: tuple[int, ...] = ()
    """Other statuses of success, with the same answer."""
    problems: tuple[int, ...] = ()
    """Statuses it may answer besides those every call of its kind may."""

    @property
    def name(self) -> str:
        """The operation's name in OpenAPI."""
        return self.handler.__name__

    @property
    def secured(self) -> bool:
        """Whether it takes a bearer token."""
        return self.phone or self.roles is not None


@dataclass(slots=True)
class Api:
    """A group of calls under one prefix."""

    blueprint: Blueprint
    endpoints: list[Endpoint] = field(default_factory=list)

    def get(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:  # noqa: ANN401 - Endpoint's fields
        """Declare a reading call."""
        return self._declare("GET", path, declared)

    def post(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:  # noqa: ANN401
        """Declare a writing call. It takes an idempotency key."""
        return self._declare("POST", path, declared)

    def delete(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:  # noqa: ANN401
        """Declare an ending call."""
        return self._declare("DELETE", path, declared)

    def _declare(
        self, method: Method, path: str, declared: dict[str, Any]
    ) -> Callable[[Handler], Handler]:
        def decorate(handler: Handler) -> Handler:
            summary = (handler.__doc__ or "").strip().splitlines()[0]
            endpoint = Endpoint(method, path, summary, handler, **declared)
            self.endpoints.append(endpoint)
            view = _managed(endpoint) if endpoint.roles is not None else _plain(endpoint)
            self.blueprint.add_url_rule(path, handler.__name__, view, methods=[method])
            return handler

        return decorate


def _managed(endpoint: Endpoint) -> Callable[..., Response]:
    """A call of the management API: token, role, body, one transaction, once."""

    def view(**path: Any) -> Response:  # noqa: ANN401
        at_hand = services()
        caller = _allowed(endpoint, at_hand)
        given = path | _read(endpoint)
        if endpoint.method == "POST":
            # A body is sent as slowly as its sender likes: meanwhile the token may be ended.
            caller = _allowed(endpoint, at_hand)

        def work(session: Session) -> Response:
            return respond(endpoint, endpoint.handler(Call(session, caller, at_hand), **given))

        if endpoint.method == "POST":
            return once(request, at_hand, caller, work)
        with at_hand.reading() if endpoint.method == "GET" else at_hand.writing() as session:
            return work(session)

    return view


def _allowed(endpoint: Endpoint, at_hand: Services) -> Caller:
    """Who asks, if they may; raises :class:`NotAllowed`."""
    caller = caller_of(request, at_hand)
    if caller.role not in (endpoint.roles or ()) or _is_finance_s(endpoint, caller):
        raise NotAllowed("role_not_allowed", f"A {caller.role} token may not do this.")
    return caller


def _is_finance_s(endpoint: Endpoint, caller: Caller) -> bool:
    """Whether a call moves money and the caller is a person whose post, at the desk, does not.

    An operator's token that is nobody's own may share the work of finance in a small team; one of
    an administrator must not do what the administrator may not.
    """
    roles = endpoint.roles or frozenset()
    moves_money = endpoint.method != "GET" and Role.FINANCE in roles and Role.AUDITOR not in roles
    return bool(caller.person) and caller.role is Role.OPERATOR and moves_money


def _plain(endpoint: Endpoint) -> Callable[..., Response]:
    """A call of a phone, or of anybody. Its handler opens the transactions it needs."""

    def view(**path: Any) -> Response:  # noqa: ANN401
        at_hand = services()
        if endpoint.phone:
            path["phone"] = phone_of(request, at_hand, asked_again=endpoint.spends)
        given = _read(endpoint)
        if endpoint.phone and endpoint.method == "POST" and not endpoint.spends:
            path["phone"] = phone_of(request, at_hand)  # it may have been ended meanwhile
        return respond(endpoint, endpoint.handler(at_hand, **path, **given))

    return view


def _read(endpoint: Endpoint) -> dict[str, Any]:
    """What was sent. A call that declares no body, or no query, refuses one that says something."""
    given: dict[str, Any] = {}
    if endpoint.query is not Nothing:
        given["query"] = read_query(request, endpoint.query)
    elif request.query_string:
        read_query(request, Nothing)
    if endpoint.raw:
        return given | {"content": read_file(request, endpoint.raw, endpoint.largest)}
    body = read_json(request, endpoint.body) if endpoint.method == "POST" else None
    if endpoint.body is not Nothing:
        given["body"] = body
    return given


def respond(endpoint: Endpoint, result: Any) -> Response:  # noqa: ANN401 - a model or a response
    """What a handler gave, as a response."""
    if isinstance(result, Response):
        return result
    text = result.model_dump_json(by_alias=True) if isinstance(result, BaseModel) else ""
    return Response(text, endpoint.status, content_type="application/json")
