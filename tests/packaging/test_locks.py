"""The locks: every package pinned and hashed, nothing about where it was fetched from."""

import re
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.support.source import ROOT, modules

IMPORTED_BY_NOBODY = {"tzdata"}
"""Read by the standard library where the system has no time zones of its own."""

LOCKS = ["requirements.lock", "dev.lock"]


def pins(lock: str) -> dict[str, str]:
    """The version of each package of a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[><=~ ]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock: str):
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(
            r"[a-z0-9-]+==\S+( ; [^:/]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line


def test_both_locks_agree_on_every_version():
    run_time, development = pins("requirements.lock"), pins("dev.lock")
    assert run_time == {name: development[name] for name in run_time}


def test_every_dependency_of_the_project_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run_time = wanted(project["project"]["dependencies"])
    extra = wanted(project["project"]["optional-dependencies"]["stripe"])
    development = wanted(project["dependency-groups"]["dev"])
    assert run_time <= pins("requirements.lock").keys()
    assert run_time | extra | development <= pins("dev.lock").keys()


def test_every_dependency_of_the_project_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    dependencies = wanted(project["project"]["dependencies"]) - IMPORTED_BY_NOBODY
    owners = packages_distributions()
    used = {
        owner.lower().replace("_", "-")
        for module in modules()
        for name, _ in module.imports()
        for owner in owners.get(name.partition(".")[0], [])
    }
    assert dependencies - used == set()
