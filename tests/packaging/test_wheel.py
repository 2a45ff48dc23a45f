"""What is shipped: a wheel that serves by itself, and archives without anything private.

Both archives are built from a copy of the tree in which things that must stay at home were left
lying about. The wheel is installed alone in an empty environment; its dependencies are read from
the environment of the tests, by path, because they are the locked ones and cost no download. That
path does not lead back to the checkout: the editable install's own path file is not read through
another one.
"""

import os
import shutil
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.processes import free_port, run, serving
from tests.support.source import ROOT
from tests.test_tree import complaints, tree

LEFT_LYING_ABOUT = [
    "instance/voucher.db",
    "keys/pass-signing.pem",
    "keys/pass-signing.bin",
    "merchants/server.log",
    "templates/voucher.db-wal",
    "voucher_service/statement.key",
    ".env",
]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, built without network or isolation."""
    copy = tmp_path_factory.mktemp("tree")
    for name in tree():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    for name in LEFT_LYING_ABOUT:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("-----BEGIN " + "PRIVATE KEY-----", encoding="utf-8")
    run([sys.executable, "-m", "hatchling", "build", "-d", "dist"], cwd=copy, env=os.environ)
    return copy / "dist"


def members(archives: Path, kind: str) -> dict[str, str]:
    """The text of every file in an archive, by its name."""
    if kind == "wheel":
        with zipfile.ZipFile(next(archives.glob("*.whl"))) as wheel:
            found = {name: wheel.read(name) for name in wheel.namelist()}
    else:
        with tarfile.open(next(archives.glob("*.tar.gz"))) as source:
            found = {
                member.name: data.read()
                for member in source
                if (data := source.extractfile(member))
            }
    return {name: data.decode(errors="replace") for name, data in found.items()}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_an_archive_holds_no_key_no_database_no_log(archives: Path, kind: str):
    found = members(archives, kind)
    kept_at_home = {Path(name).name for name in LEFT_LYING_ABOUT}
    assert [name for name in found if Path(name).name in kept_at_home] == []
    assert [
        line for name, text in found.items() for line in complaints(name, text) if "key" in line
    ] == []


def test_the_wheel_brings_every_sentence_every_public_key_and_the_phone_app(archives: Path):
    found = members(archives, "wheel")
    for name in tree():
        if name.startswith("templates/") or (name.startswith("keys/") and name.endswith(".json")):
            assert f"voucher_service/{name}" in found
        if name.startswith("merchants/scanner/"):
            assert name in found


def test_the_source_archive_can_run_the_tests_it_brings(archives: Path):
    names = {name.partition("/")[2] for name in members(archives, "sdist")}
    assert {"run", "pyproject.toml", "dev.lock", "LICENSE", "tests/conftest.py"} <= names


@pytest.fixture(scope="module")
def installed(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and nothing else of ours."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    programs = home / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python")]
    install = ["install", "--quiet", "--no-deps", "--no-index"]
    run([*pip, *install, *archives.glob("*.whl")], cwd=home, env=os.environ)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = run([programs / "python", "-c", ask], cwd=home, env=os.environ).strip()
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return programs


def test_the_installed_package_is_the_wheel_s_and_finds_what_it_ships(
    installed: Path, tmp_path: Path
):
    ask = "from voucher_service.resources import shipped; print(shipped('templates').resolve())"
    said = run([installed / "python", "-c", ask], cwd=tmp_path, env=os.environ)
    assert said.startswith(str(installed.parent.resolve()))
    assert Path(said.strip()).is_dir()


def test_the_wheel_alone_serves_the_page_behind_every_pass_and_the_phone_app(
    installed: Path, tmp_path: Path
):
    env = {
        **os.environ,
        "VOUCHER_HOME": str(tmp_path / "home"),
        "VOUCHER_ENV": "test",
        "PORT": str(free_port()),
    }
    run([installed / "voucher-service", "init"], cwd=tmp_path, env=env)
    with serving([installed / "voucher-service", "serve"], cwd=tmp_path, env=env) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/p", "/scanner/"):
            page = client.get(path)
            assert page.status_code == 200
            assert page.headers["Content-Type"].startswith("text/html")
        for path in client.get("/scanner/files.json").json()["files"]:
            assert client.get(path).status_code == 200, path
