"""What a phone loads to become a counter: the page, its files, its words, and their protection."""

import gzip
import hashlib
import re

import pytest

from merchants import scanner_pages
from tests.support.service import settings
from tests.support.source import ROOT
from voucher_service.app import create_app

FOLDER = ROOT / "merchants" / "scanner"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'; report-uri /csp-reports; report-to csp"
)
WORKER = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "frame-ancestors 'none'"
)
ONCE = 600_000
"""Bytes over the wire, once, on a poor network."""


@pytest.fixture(scope="module")
def phone(tmp_path_factory):
    """A browser that asks for the app's files; they need no database."""
    home = tmp_path_factory.mktemp("home")
    return create_app(settings(home, f"sqlite:///{home}/none.db")).test_client()


def asked(phone, path, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return phone.get(path, headers=named)


def test_the_page_of_the_scanner_may_film_and_only_it_may_decode(phone):
    page = asked(phone, "/scanner/")
    assert page.mimetype == "text/html"
    assert page.headers["Content-Security-Policy"] == POLICY
    assert page.headers["Permissions-Policy"].startswith("camera=(self), microphone=()")
    for other in ("/", "/p"):
        assert "wasm" not in policy_of(phone, other)


def policy_of(phone, path):
    return asked(phone, path, Accept="text/html").headers["Content-Security-Policy"]


def test_a_script_run_as_a_worker_loads_only_our_files(phone):
    assert policy_of(phone, "/scanner/app.js") == WORKER
    assert "script-src" not in policy_of(phone, "/scanner/scanner.css")


def test_the_page_holds_no_script_style_or_handler_of_its_own_and_nothing_from_elsewhere(phone):
    text = asked(phone, "/scanner/").text.replace("<!doctype", "")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|//|<script[^>]*>\s*\w", text)


@pytest.mark.parametrize(("language", "spoken"), [("fr-FR", "fr"), ("en-GB", "en"), ("de", "fr")])
def test_the_page_speaks_the_phone_s_language_before_any_script_runs(phone, language, spoken):
    page = asked(phone, "/scanner/", Accept_Language=language)
    assert f'<html lang="{spoken}">' in page.text
    assert scanner_pages.phone_words()[spoken]["needs_script"] in page.text
    assert page.headers["Vary"] == "Accept-Language"


def test_the_page_offers_to_open_again_where_a_script_of_the_app_did_not_arrive(phone):
    page = asked(phone, "/scanner/").text
    assert f'href="/scanner/">{scanner_pages.phone_words()["fr"]["open_again"]}</a>' in page
    assert (
        ".again { visibility: hidden; animation: appear"
        in asked(phone, "/scanner/scanner.css").text
    )


def test_every_file_is_listed_compressed_asked_again_each_time_and_sent_only_when_it_changed(phone):
    for path in asked(phone, "/scanner/files.json").json["files"]:
        plain, zipped = asked(phone, path), asked(phone, path, Accept_Encoding="gzip")
        assert plain.status_code == 200, path
        assert plain.headers["Cache-Control"] == "no-cache"
        assert asked(phone, path, If_None_Match=plain.headers["ETag"]).status_code == 304
        if path != "/scanner/":
            assert gzip.decompress(zipped.data) == plain.data
            assert zipped.headers["ETag"] != plain.headers["ETag"]
            assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"


def test_the_whole_app_is_light_enough_for_a_poor_network(phone):
    listed = asked(phone, "/scanner/files.json").json["files"]
    sent = [len(asked(phone, path, Accept_Encoding="gzip").data) for path in listed]
    assert 0 < sum(sent) <= ONCE


def test_the_list_names_every_file_that_works_without_network_once(phone):
    listed = asked(phone, "/scanner/files.json").json["files"]
    assert len(set(listed)) == len(listed)
    for path in FOLDER.rglob("*"):
        kept = path.name != scanner_pages.KEEPER and path.suffix != ".png"
        if kept and path.suffix in scanner_pages.TYPES:
            assert f"/scanner/{path.relative_to(FOLDER)}" in listed


def test_the_list_says_by_which_hash_each_file_is_known_but_the_page_that_speaks_two_languages(
    phone,
):
    listed = asked(phone, "/scanner/files.json").json
    assert listed["files"] == sorted({"/scanner/", *listed["hashes"]})
    for path, sha256 in listed["hashes"].items():
        assert hashlib.sha256(asked(phone, path).data).hexdigest() == sha256, path


def test_a_changed_file_changes_the_version_and_the_service_worker(phone, monkeypatch):
    before = asked(phone, "/scanner/files.json").json["version"]
    changed = dict(scanner_pages.known_files()) | {
        "app.js": scanner_pages.File(b"// newer", scanner_pages.SCRIPT),
        "sw.js": scanner_pages.File(b"// keeper", scanner_pages.SCRIPT),
    }
    monkeypatch.setattr(scanner_pages, "known_files", lambda: changed)
    after = asked(phone, "/scanner/files.json").json["version"]
    assert after != before
    assert asked(phone, "/scanner/sw.js").text == f'const VERSION = "{after}";\n// keeper'


@pytest.mark.parametrize(
    "path",
    ["vendor/README.md", "vendor/zxing-wasm/LICENSE", "../__init__.py", "nothing.js", "camera/"],
)
def test_nothing_but_those_files_is_served(phone, path):
    assert asked(phone, f"/scanner/{path}").status_code == 404


def test_what_we_took_from_others_is_unchanged():
    said = (FOLDER / "vendor" / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"^\| `(\S+)` \|.*`([0-9a-f]{64})` \|$", said, re.MULTILINE))
    folder = FOLDER / "vendor"
    brought = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert sums.keys() == brought - {"README.md"}
    for name, sha256 in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256, name
    for package in folder.iterdir():
        assert package.name == "README.md" or (package / "LICENSE").is_file()
