"""Forms: read strictly, shown again with what was typed and what is wrong, done once.

A form carries two hidden fields: the proof that it came from a page given to this browser, and a
random key, so that a double click is one act. This module decides no rule and opens no transaction.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, get_args, get_origin

from flask import request
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from werkzeug.datastructures import MultiDict

from voucher_service.core.errors import DomainError, Invalid, NotAllowed
from voucher_service.http.body import BadInput, Body
from voucher_service.http.fields import MOST_CENTS
from voucher_service.http.services import services
from voucher_service.web import cookies

PROOF, KEY, DONE, KEPT = "form_proof", "form_key", "done", "kept"
"""The hidden fields; what tells the next page which form was just done, or which one waited."""

Model = TypeVar("Model", bound=Body)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: the field (nothing for the whole form), its kind, its figures."""

    name: str
    kind: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def wrong_of(refusal: DomainError, model: type[Body]) -> Wrong:
    """What an action refused, at the field of the form that it speaks of.

    Actions name what they are given: cents are an amount here, and a list has a first line.
    """
    told = refusal.field.split(".")[-1] if isinstance(refusal, Invalid) else ""
    names = (told, told.removesuffix("_cents"), f"{told}_1")
    found = next((name for name in names if name in model.model_fields), told)
    return Wrong(found, refusal.reason)


class BadForm(Exception):
    """What was typed cannot be taken: every field that is wrong."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(", ".join(f"{one.name} {one.kind}" for one in wrong))
        self.wrong = tuple(wrong)


@dataclass(frozen=True, slots=True)
class Given:
    """A form as it was sent, to be shown again: which one, what was typed, what is wrong.

    Templates name a form by its ``act`` or, where a page has several of that name, by the address
    it is sent to.
    """

    act: str = ""
    address: str = ""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()
    waited: str = ""
    """The address of its page, where its sitting ended before it was done: to be sent again."""

    def meant(self, of: str | None) -> bool:
        """Whether this is about the form of that name."""
        return of is None or of in {self.act, self.address}

    def is_about(self, of: str) -> bool:
        """Whether the form of that name was sent: what hides it must be open."""
        return bool(self.act) and self.meant(of)

    def value(self, name: str, of: str | None = None) -> str | None:
        """What was typed into a field."""
        found = self.values.get(name) if self.meant(of) else None
        return found[-1] if found else None

    def chosen(self, name: str, of: str | None = None) -> Sequence[str] | None:
        """All that was ticked under one name; nothing when the form was not sent."""
        return self.values.get(name, ()) if self.meant(of) and self.act else None

    def wrong_with(self, name: str, of: str | None = None) -> Wrong | None:
        """What is wrong with a field."""
        if not self.meant(of):
            return None
        return next((one for one in self.wrong if one.name == name), None)


def _euros(value: object) -> object:
    """``12,50`` or ``1 234.5 €`` as cents; anything else stays, to be refused."""
    if not isinstance(value, str):
        return value
    found = _AMOUNT.fullmatch("".join(value.split()))  # spaces of every kind
    if found is None:
        raise ValueError("an amount in euros")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


_AMOUNT = re.compile(r"([0-9]{1,13})(?:[.,]([0-9]{1,2}))?€?")

Euros = Annotated[int, BeforeValidator(_euros), Field(ge=1, le=MOST_CENTS, strict=False)]
"""An amount typed in euros, read as cents."""

Percent = Annotated[int, BeforeValidator(_euros), Field(ge=0, le=10_000, strict=False)]
"""A percentage typed as such, read in hundredths of a percent."""


def read_form(model: type[Model]) -> Model:
    """What was sent as its model; raises :class:`BadForm`. A field left empty was not given."""
    return read_fields(model, request.form, {PROOF, KEY})


def read_query(model: type[Model]) -> Model:
    """The query of a page as its model; raises :class:`BadInput`."""
    try:
        return read_fields(model, request.args, {DONE, KEPT})
    except BadForm as bad:
        fields = [{"field": one.name, "message": one.kind} for one in bad.wrong]
        raise BadInput(422, "invalid", "The address of this page is wrong.", fields) from bad


def read_fields(model: type[Model], sent: MultiDict[str, str], beside: set[str]) -> Model:
    """Fields as their model; raises :class:`BadForm`. Unknown names and repeated ones are wrong."""
    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for name, found in sent.lists():
        if name in beside:
            continue
        kept = [one if is_secret(model, name) else one.strip() for one in found if one.strip()]
        if _takes_many(model, name):
            values[name] = kept
        elif len(found) > 1:
            wrong.append(Wrong(name, "repeated"))
        elif kept:
            values[name] = kept[0]
    try:
        # Not strictly, for all that forms send is text: never more than text becomes a value.
        given = model.model_validate(values, strict=False)
    except ValidationError as error:
        wrong += [
            Wrong(str(item["loc"][0]) if item["loc"] else "", item["type"], item.get("ctx", {}))
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise BadForm(wrong) from error
    if wrong:
        raise BadForm(wrong)
    return given


def is_secret(model: type[Body], name: str) -> bool:
    """Whether a field is a password, in which every sign counts."""
    known = model.model_fields.get(name)
    kind = known.annotation if known else None
    return SecretStr in {kind, *get_args(kind)}


def _takes_many(model: type[Body], name: str) -> bool:
    known = model.model_fields.get(name)
    return known is not None and get_origin(known.annotation) in {list, tuple, set, frozenset}


def proof() -> str:
    """The hidden field of every form."""
    return services().accounts_key.form_token(cookies.current())


def check_proof() -> None:
    """Refuse a form that did not come from a page given to this browser (CSRF)."""
    if not is_ours():
        raise NotAllowed("form_from_elsewhere", "Open the page again and send its form.")


def is_ours() -> bool:
    """Whether a form came from a page given to this browser."""
    cookie, told = cookies.shown(), request.form.get(PROOF, "")
    elsewhere = _sent_from("same-origin") not in {"same-origin", "none"}
    good = cookie and services().accounts_key.good_form_token(cookie, told)
    return bool(good) and not elsewhere


def is_of_an_older_sitting() -> bool:
    """Whether the proof is an older one, and the browser itself says that a page of ours sent it.

    So it is when somebody signs in again in another window. To show it again is safe; to do it
    would need today's proof.
    """
    return not is_ours() and _sent_from("") == "same-origin" and PROOF in request.form


def _sent_from(otherwise: str) -> str:
    return request.headers.get("Sec-Fetch-Site", otherwise)


def new_key() -> str:
    """What makes a form one act, however often it is sent."""
    return secrets.token_urlsafe(16)


LONGEST_KEY = 64


def key_sent() -> str:
    """The key of the form that was sent."""
    key = request.form.get(KEY, "")
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise NotAllowed("form_from_elsewhere", "Open the page again and send its form.")
    return key


def fingerprint() -> str:
    """A hash of what was sent: the path and every field."""
    told = hashlib.sha256(request.full_path.encode())
    for name, found in sorted(request.form.lists()):
        if name != PROOF:
            told.update(repr((name, found)).encode())
    for name, file in sorted(request.files.items()):
        told.update(repr((name, file.filename)).encode())
        told.update(file.stream.read())
        file.stream.seek(0)
    return told.hexdigest()
