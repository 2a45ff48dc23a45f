"""What must never be in the tree: private keys, places of one machine, addresses of registries."""

import re
import subprocess

import pytest

from tests.support.source import ROOT

# Written so that no pattern finds itself here.
FORBIDDEN = {
    "a private key": r"BEGIN [A-Z ]*PRIVATE[ ]KEY",
    "a path of one machine": r"(^|[^\w.])/(work|farm|root|home/\w+)/",
    "a note of somebody's session": r"bash_[j]obs|issue #?[0-9]+ ",
    "a registry's address": r"(registry|files|deb)\.(npmjs|pythonhosted|debian)|[p]ypi\.org/",
}
NAMES = r"(^|/)(\.env|instance/.*|.*\.(pem|key|p12|db|sqlite3?|log))$"


def tree() -> list[str]:
    """Every file that is in the tree, or would be with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def complaints(name: str, text: str) -> list[str]:
    return [
        f"{name}:{number} holds {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if re.search(pattern, line)
    ]


def test_no_text_in_the_tree_gives_away_a_key_or_a_machine():
    found = [
        complaint
        for name in tree()
        if not name.endswith(".svg")
        for complaint in complaints(
            name, (ROOT / name).read_text(encoding="utf-8", errors="replace")
        )
    ]
    assert not found, "\n" + "\n".join(found)


def test_no_file_in_the_tree_is_a_key_a_database_or_a_log():
    assert [name for name in tree() if re.search(NAMES, name)] == []


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED " + "PRIVATE KEY-----",
        "cd /" + "work/main",
        "see /" + "root/.cache",
        "https://registry." + "npmjs.org/x",
        "https://files." + "pythonhosted.org/packages/x",
    ],
)
def test_a_line_that_gives_something_away_is_seen(line: str):
    assert len(complaints("notes.txt", line)) == 1


@pytest.mark.parametrize("name", ["keys/a.pem", "instance/voucher.db", "server.log", ".env"])
def test_a_file_that_must_stay_out_is_known_by_its_name(name: str):
    assert re.search(NAMES, name)


def test_ordinary_lines_are_left_alone():
    assert (
        complaints("README.md", "keys/ holds public keys; ./run works; the homework/ folder") == []
    )
