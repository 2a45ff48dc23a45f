"""Other people's code that the screens carry is what it was, and says where it comes from."""

import hashlib
import re

from tests.support.source import ROOT

FOLDER = ROOT / "voucher_service" / "web" / "static" / "vendor"


def test_vendored_files_are_those_whose_sums_are_written_down():
    said = (FOLDER / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", said, re.MULTILINE))
    files = {path for path in FOLDER.rglob("*") if path.is_file() and path.parent != FOLDER}
    assert {str(path.relative_to(FOLDER)) for path in files} == sums.keys()
    for name, told in sums.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == told
