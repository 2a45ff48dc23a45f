import re
import stat

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.cli.conftest import run
from voucher_service.actions.pairing import secret_hash
from voucher_service.store import tables
from voucher_service.store.engine import make_engine
from voucher_service.store.queries import callers


def test_init_makes_an_empty_home_ready(environment):
    assert run("init").exit_code == 0
    engine = make_engine(f"sqlite:///{environment / 'voucher.db'}")
    with Session(engine) as session:
        key = session.scalars(select(tables.SigningKey)).one()
    engine.dispose()
    assert (key.purpose, key.status) == ("statement", "active")
    for name in ("statement.key", "typed-code.key"):
        assert stat.S_IMODE((environment / "secrets" / name).stat().st_mode) == 0o600


def test_init_said_again_changes_nothing(environment):
    run("init")
    before = {path.name: path.read_bytes() for path in (environment / "secrets").iterdir()}
    assert run("init").exit_code == 0
    assert before == {path.name: path.read_bytes() for path in (environment / "secrets").iterdir()}


def test_init_brings_a_database_of_both_engines_to_the_present_version(house):
    assert "is ready" in house.done("init")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://nobody@127.0.0.1:1/nothing", "The database cannot be used"),
        ("mysql://somewhere/else", "is not an address"),
        ("nonsense", "is not an address"),
    ],
)
def test_init_says_which_database_it_cannot_use(environment, monkeypatch, url, says):
    monkeypatch.setenv("VOUCHER_DATABASE_URL", url)
    result = run("init")
    assert result.exit_code == 2
    assert says in result.stderr
    assert not (environment / "secrets").exists()


def test_a_token_is_shown_once_and_opens_what_its_role_may(house):
    token = house.facts("token", "create", "--role", "operator")
    found = callers.token(house.world.session, secret_hash(token["token"]))
    assert found is not None
    assert (found.id, found.role) == (int(token["id"]), "operator")
    assert token["token"] not in house.done("keys", "list")


def test_a_token_of_a_tenant_names_it(house):
    funder = house.world.funder("Métropole")
    assert house.facts("token", "create", "--role", "funder", "--tenant", funder)
    assert "say which" in house.refused("token", "create", "--role", "funder")
    assert "no funder 99" in house.refused("token", "create", "--role", "funder", "--tenant", 99)
    assert "whole scheme" in house.refused("token", "create", "--role", "auditor", "--tenant", 1)
    assert house.world.session.scalar(select(func.count(tables.Token.id))) == 1


def test_a_token_is_ended_for_good(house):
    token = house.facts("token", "create", "--role", "operator")
    house.done("token", "revoke", token["id"])
    assert callers.token(house.world.session, secret_hash(token["token"])) is None
    assert "ended already" in house.refused("token", "revoke", token["id"])


def test_the_first_person_is_invited_by_a_link_on_the_terminal(house):
    made = house.facts("invite", "Odile@operateur.example", "--post", "operator_admin")
    assert re.search(r"/account/links/invitation/1-[\w-]{43}$", made["link"])
    row = house.world.session.get(tables.Invitation, 1)
    assert (row.email, row.post, row.invited_by) == (
        "odile@operateur.example",
        "operator_admin",
        "command-line",
    )
    assert "say which" in house.refused("invite", "x@y.example", "--post", "point_clerk")
