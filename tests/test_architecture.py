"""The plan of the house, executed: who may import whom, and how large a room may be.

CONTRIBUTING.md explains the list in ``MAY_IMPORT``; whoever changes one changes the other. Each
rule is also shown a piece of code that breaks it.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.support.source import Module, modules

LINES_OF_A_MODULE = 300
LINES_OF_A_FUNCTION = 60

#: What a front door may know of the store: its reads, and the two types that it hands to actions.
DOORWAY = {"store.queries", "store.session", "store.book"}
#: Leaves, which import nothing of ours but each other: settings, secrets, files that ship.
LEAVES = {"config", "partners", "resources", "secret_files"}
DOOR = {"actions", "core", "documents", "http", *DOORWAY, *LEAVES}
BACK_OFFICE = {"actions", "core", "documents", "mail", "payments", "store", *LEAVES}

#: For each part of the house, the parts that it may use besides itself.
MAY_IMPORT = {
    "core": set(),
    "store": {"core"},
    "actions": {"core", "store"},
    "documents": {"core", "store.queries", "store.session", *LEAVES},
    "payments": {"core", "store.queries", "store.session", *LEAVES},
    "mail": {"core", "documents", "store.queries", "store.session", *LEAVES},
    # The manners of HTTP have a memory: answers already given, and who asked too often.
    "http": {"actions", "core", "store.engine", "store.form_acts", "store.idempotency"}
    | {"store.kept_forms", "store.throttle", *DOORWAY, *LEAVES},
    # Payment files, and what banks answer.
    "api": {"payments", *DOOR},
    "web": {"payments", *DOOR},
    "merchants": DOOR,
    "jobs": BACK_OFFICE,
    "cli": {*BACK_OFFICE, "app", "demo", "http", "jobs"},
    "demo": {*BACK_OFFICE, "jobs"},
    "config": LEAVES,
    "partners": LEAVES,
    "resources": LEAVES,
    "secret_files": {"core", *LEAVES},
    "app": {"api", "jobs", "merchants", "web", *DOOR, *BACK_OFFICE},
    "__init__": {"app"},
}

KNOW_FLASK = {"api", "web", "merchants", "http", "app", "cli"}
#: Outside the rules, the house speaks to the world only where its plan says so.
SILENT = {"core", "store", "actions"}
WORLD = {"ftplib", "http", "httpx", "requests", "smtplib", "socket", "stripe", "urllib"}
#: Parts of the standard library through which the rules would see more than they were given.
OUTSIDE = WORLD | {"io", "logging", "os", "pathlib", "random", "sqlite3", "subprocess", "time"}
CLOCKS = {"now", "utcnow", "today", "time_ns", "monotonic", "localtime"}
CORE_MAY_USE = (set(sys.stdlib_module_names) | {"cryptography"}) - OUTSIDE


def forbidden_imports(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT[module.layer] | {module.layer}
    for name, place in module.imports():
        used = ours(name)
        if used and not any(f"{used}.".startswith(f"{part}.") for part in allowed):
            yield f"{place} imports {name}; {module.layer} may use {', '.join(sorted(allowed))}"


def ours(name: str) -> str:
    """A module of ours as the list names it (``store.book``), or nothing."""
    if name.split(".", maxsplit=1)[0] == "merchants":
        return name
    return name.removeprefix("voucher_service.") if name.startswith("voucher_service.") else ""


def foreign_imports(module: Module) -> Iterator[str]:
    layer = module.layer
    for name, place in module.imports():
        package = name.split(".")[0]
        if package == "sqlalchemy" and layer != "store":
            yield f"{place} imports {name}: only the store knows SQLAlchemy (see store.session)"
        if package.startswith(("flask", "werkzeug")) and layer not in KNOW_FLASK:
            yield f"{place} imports {name}: only {', '.join(sorted(KNOW_FLASK))} know Flask"
        if package in WORLD and layer in SILENT:
            yield f"{place} imports {name}: {layer} writes an outbox row and never calls out"
        if layer == "core" and not ours(name) and package not in CORE_MAY_USE:
            yield f"{place} imports {name}: the rules do no input or output"


def clocks(module: Module) -> Iterator[str]:
    if module.layer in {"core", "actions"}:
        for word, place in module.calls():
            if word in CLOCKS:
                yield f"{place} calls {word}(): {module.layer} is given the time as `now`"


def too_long(module: Module) -> Iterator[str]:
    if module.is_migration:
        return
    lines = len(module.text.splitlines())
    if lines > LINES_OF_A_MODULE:
        yield f"{module.path} has {lines} lines: is it still one room?"
    for function in module.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > LINES_OF_A_FUNCTION:
            yield f"{module.at(function)} {function.name} has {lines} lines"


def returns_not_annotated(module: Module) -> Iterator[str]:
    for function in module.functions():
        if function.returns is None:
            yield f"{module.at(function)} {function.name} does not say what it returns"


def without_docstring(module: Module) -> Iterator[str]:
    if module.text.strip() and not module.is_migration and not ast.get_docstring(module.tree):
        yield f"{module.path} does not say what it is for and what it never does"
    if module.layer in {"core", "actions"}:
        for definition in module.public_definitions():
            if not ast.get_docstring(definition):
                yield f"{module.at(definition)} {definition.name} has no docstring"


RULES = [
    forbidden_imports,
    foreign_imports,
    clocks,
    too_long,
    returns_not_annotated,
    without_docstring,
]


def report(complaints: Iterable[str]) -> str:
    return "\n".join(complaints)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_module_breaks_the_rule_of(rule):
    complaints = report(complaint for module in modules() for complaint in rule(module))
    assert not complaints, f"\n{complaints}"


def test_every_part_of_the_house_has_its_line_in_the_list():
    assert {module.layer for module in modules()} <= MAY_IMPORT.keys()


GOOD_ACTION = '''
"""Handing a booklet over, and nothing else."""

from voucher_service.core import money
from voucher_service.store import book


def hand_over(now: int) -> int:
    """The booklet is spendable from now on."""
    return now
'''

BROKEN = [
    (forbidden_imports, "core/money.py", "import voucher_service.store.book"),
    (forbidden_imports, "store/book.py", "from voucher_service.actions import redeeming"),
    (forbidden_imports, "actions/redeeming.py", "def f():\n    import merchants.scan_api"),
    (forbidden_imports, "web/public.py", "from voucher_service.store import tables"),
    (forbidden_imports, "http/auth.py", "from voucher_service import api"),
    (foreign_imports, "core/money.py", "from pathlib import Path"),
    (foreign_imports, "core/money.py", "import pydantic"),
    (foreign_imports, "core/money.py", "import cryptography, os"),
    (foreign_imports, "actions/redeeming.py", "from sqlalchemy.orm import Session"),
    (foreign_imports, "actions/redeeming.py", "import smtplib"),
    (foreign_imports, "payments/sepa.py", "from flask_sqlalchemy import SQLAlchemy"),
    (clocks, "core/campaign.py", "from datetime import date\nlast = date.today()"),
    (clocks, "actions/issuing.py", "def issue(dt): return dt.datetime.now(dt.UTC)"),
    (too_long, "web/public.py", "\n" * 301),
    (too_long, "web/public.py", "def page():\n" + "    step()\n" * 60),
    (returns_not_annotated, "web/public.py", "def page() -> str:\n    def inner(): ..."),
    (without_docstring, "web/public.py", "page = 1"),
    (without_docstring, "core/money.py", '"""Cents."""\nclass Cents: ...'),
    (without_docstring, "core/money.py", '"""M."""\nclass C:\n    """C."""\n    def m(self): ...'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_rule_sees_the_code_that_breaks_it(rule, path, text):
    complaints = list(rule(Module(Path("voucher_service", path), text)))
    assert len(complaints) == 1
    assert complaints[0].startswith(f"voucher_service/{path}")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_leaves_good_code_alone(rule):
    good = Module(Path("voucher_service/actions/distributing.py"), GOOD_ACTION)
    assert list(rule(good)) == []
