"""What people type into forms, and what becomes of it."""

import pytest
from pydantic import Field, SecretStr
from werkzeug.datastructures import MultiDict

from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.web.forms import BadForm, Euros, read_fields


class Typed(Body):
    name: Text
    amount: Euros | None = None
    place: Id | None = None
    services: list[str] = Field(default_factory=list)
    password: SecretStr | None = None


def read(*pairs: tuple[str, str]) -> Typed:
    return read_fields(Typed, MultiDict(pairs), {"form_key"})


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("12", 1200), ("12,5", 1250), ("12.50", 1250), ("1 234,56 €", 123_456), ("0,01", 1)),
        *(("1\u202f234,00\u00a0€", 123_400), ("007", 700)),
    ],
)
def test_an_amount_is_typed_as_people_write_it(text, cents):
    assert read(("name", "x"), ("amount", text)).amount == cents


@pytest.mark.parametrize("text", ["0", "-1", "1,234", "1e3", "dix", "1,2,3", "٣", "1.000,00"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadForm) as bad:
        read(("name", "x"), ("amount", text))
    assert {one.name for one in bad.value.wrong} == {"amount"}


def test_a_field_left_empty_was_not_given():
    given = read(("name", " Anne "), ("amount", ""), ("place", " "), ("form_key", "k"))
    assert (given.name, given.amount, given.place) == ("Anne", None, None)
    with pytest.raises(BadForm) as bad:
        read(("name", "  "))
    assert [(one.name, one.kind) for one in bad.value.wrong] == [("name", "missing")]


def test_several_answers_stand_under_one_name_only_where_they_may():
    assert read(("name", "x"), ("services", "a"), ("services", "b")).services == ["a", "b"]
    with pytest.raises(BadForm) as bad:
        read(("name", "x"), ("name", "y"))
    assert ("name", "repeated") in {(one.name, one.kind) for one in bad.value.wrong}


def test_what_was_not_asked_is_refused():
    with pytest.raises(BadForm) as bad:
        read(("name", "x"), ("admin", "true"))
    assert [one.name for one in bad.value.wrong] == ["admin"]


def test_every_sign_of_a_password_counts():
    given = read(("name", "x"), ("password", " a b "))
    assert given.password is not None
    assert given.password.get_secret_value() == " a b "
