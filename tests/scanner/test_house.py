"""The plan of the phone app, executed: which of its rooms may use which, and how large they may be.

The rules stand at the bottom and know no memory, no network and no screen. What stands at the top
(``app.js``, ``desk.js``, ``phone.js``…) puts the rooms together and may use them all.
"""

import re
from pathlib import PurePosixPath

import pytest

from tests.support.source import ROOT

APP = ROOT / "merchants" / "scanner"
LINES_OF_A_MODULE = 300

MAY_USE = {
    "pass": {"vendor"},
    "rules": {"pass"},
    "memory": {"pass", "rules"},
    "service": {"memory", "pass", "rules"},
    "camera": {"pass", "vendor"},
    "screens": {"camera", "memory", "pass", "tray.js"},
    "training": {"desk.js", "memory", "pass", "phone.js", "rules"},
}

#: What a module loads: not what a comment names.
LOADS = re.compile(r"""(?:\bfrom|^import|(?<!\{)\bimport\() ?["']([^"']+)["']""", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def modules() -> dict[str, str]:
    """The app's own scripts by their path in its folder."""
    found = {path.relative_to(APP).as_posix(): path for path in APP.rglob("*.js")}
    return {
        name: path.read_text("utf-8")
        for name, path in found.items()
        if not name.startswith("vendor/")
    }


def room(name: str) -> str:
    """The folder that a module stands in; at the top, its own name."""
    return PurePosixPath(name).parts[0]


def loaded(name: str, text: str) -> list[str]:
    """The modules that a module loads, by their path in the folder."""
    here = APP.joinpath(name).parent
    return [
        here.joinpath(other).resolve().relative_to(APP).as_posix()
        for other in LOADS.findall(COMMENT.sub("", text))
    ]


def strangers(name: str, text: str) -> list[str]:
    """What a module loads from a room that its own may not use."""
    allowed = MAY_USE.get(room(name))
    if allowed is None:
        return []
    return [other for other in loaded(name, text) if room(other) not in allowed | {room(name)}]


def test_no_module_loads_from_a_room_above_it():
    assert {
        name: found for name, text in modules().items() if (found := strangers(name, text))
    } == {}


def test_every_module_that_is_loaded_exists():
    known = {path.relative_to(APP).as_posix() for path in APP.rglob("*.js")}
    for name, text in modules().items():
        assert set(loaded(name, text)) <= known, name


def test_every_module_says_first_what_it_is_for_and_is_one_room():
    for name, text in modules().items():
        assert re.match(r"/\*\*\s*(?:\* )?[A-Z]", text), name
        assert len(text.splitlines()) <= LINES_OF_A_MODULE, name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rules/judge.js", 'import { database } from "../memory/db.js";'),
        ("pass/ed25519.js", 'await import("../service/calls.js");'),
        ("training/service.js", 'import "../service/calls.js";'),
        ("screens/scan.js", 'import {\n  judge,\n} from "../rules/judge.js";'),
    ],
)
def test_a_rule_that_is_broken_is_seen(name, text):
    assert len(strangers(name, text)) == 1
    assert strangers(name, f"/** {text} */\n// {text}".replace("\n", " ")) == []
