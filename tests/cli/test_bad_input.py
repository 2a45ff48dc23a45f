"""Whatever is typed, a command answers with one sentence and status 2, and writes nothing."""

import pytest

COMMANDS = [
    ("issue",),
    ("issue", "nonsense"),
    ("issue", "-1"),
    ("issue", "0"),
    ("issue", "99999999999999999999"),
    ("print", "1"),
    ("print", "1", "--count", "0", "--out", "x.pdf"),
    ("print", "1", "--count", "many", "--out", "x.pdf"),
    ("print", "1", "--out", "."),
    ("close-period",),
    ("close-period", ""),
    ("close-period", "2026-1"),
    ("close-period", "2026-11", "--cutoff", "32/13/2026"),
    ("token", "create"),
    ("token", "create", "--role", "king"),
    ("token", "create", "--role", "funder", "--tenant", "x"),
    ("token", "revoke", "99"),
    ("keys", "retire", "0000"),
    ("keys", "revoke", "0000", "--yes"),
    ("keys", "new", "--until", "2026-02-30"),
    ("keys", "export", "--format", "xml"),
    ("keys", "export", "--out", "/nowhere/keys.json"),
    ("verify",),
    ("verify", "/nowhere/statement.json", "--keys", "/nowhere/keys.json"),
    ("backup",),
    ("backup", "/nowhere/copy"),
    ("restore", "/nowhere/copy"),
    ("serve", "--workers", "0"),
    ("worker", "--loud"),
    ("demo", "--fast"),
    ("nonsense",),
    ("check-books", "extra"),
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_given_nonsense_says_so(sqlite_house, arguments):
    before = {path.name for path in sqlite_house.path.rglob("*")}
    assert sqlite_house.refused(*arguments)
    assert {path.name for path in sqlite_house.path.rglob("*")} == before


def test_a_database_that_is_not_at_this_version_is_refused_by_every_command(sqlite_house):
    session = sqlite_house.world.session
    session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    session.commit()
    for arguments in (("check-books",), ("seal",), ("tick",), ("keys", "list"), ("issue", "1")):
        assert "voucher-service init" in sqlite_house.refused(*arguments)


def test_help_names_every_command(sqlite_house):
    said = sqlite_house.done("--help")
    for name in (
        *("serve", "demo", "init", "keys", "token", "issue", "print", "close-period"),
        *("check-books", "seal", "verify", "backup", "restore", "worker", "tick"),
    ):
        assert f"\n  {name} " in said
