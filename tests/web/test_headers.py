"""What protects every answer, and how errors look to people and to machines."""

import re
from dataclasses import replace

import pytest

from tests.support.problems import refused
from tests.support.service import settings
from voucher_service.app import create_app
from voucher_service.store.queries import public

PAGES = ["/", "/p", "/p?commune=Nantes", "/sites", "/books", "/verify/RA-2026-000001", "/nothing"]
POLICY = (
    "default-src 'none'; script-src 'nonce-NONCE' 'strict-dynamic'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; report-uri /csp-reports; report-to csp"
)
NONCE = re.compile(r"'nonce-([\w-]+)'")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_may_load_only_what_is_ours(visit, path):
    page = visit(path)
    assert page.mimetype == "text/html"
    policy = page.headers["Content-Security-Policy"]
    assert NONCE.sub("'nonce-NONCE'", policy) == POLICY
    assert page.headers["Permissions-Policy"] == (
        "camera=(), microphone=(), geolocation=(), payment=()"
    )
    assert page.headers["Reporting-Endpoints"] == 'csp="/csp-reports"'
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    referrer = "no-referrer" if path.startswith("/p") else "same-origin"
    assert page.headers["Referrer-Policy"] == referrer


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_style_a_handler_or_anything_from_elsewhere(visit, path):
    text = visit(path).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|//", text.replace("<!doctype", ""))
    for script in re.findall(r"<script[^>]*>", text):
        assert "nonce=" in script


def test_a_nonce_is_random_and_that_of_the_page_s_script(visit):
    pages = [visit("/p") for _ in range(3)]
    nonces = [NONCE.findall(page.headers["Content-Security-Policy"])[0] for page in pages]
    assert len(set(nonces)) == 3
    assert all(len(nonce) >= 22 for nonce in nonces)  # 128 bits in base64
    for page, nonce in zip(pages, nonces, strict=True):
        assert f'nonce="{nonce}"' in page.text


@pytest.mark.parametrize("path", ["/books.json", "/api/v1/funders", "/scan/v1/trust", "/nothing"])
def test_answers_to_machines_are_protected_too(fetch, path):
    answer = fetch(path)
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_strict_transport_is_asked_for_where_the_address_is_https(visit, tmp_path):
    assert visit("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")
    plain = replace(settings(tmp_path, "sqlite://"), base_url="http://127.0.0.1:8000")
    answer = create_app(plain).test_client().get("/healthz")
    assert "Strict-Transport-Security" not in answer.headers


def test_open_data_may_be_read_by_pages_of_others(fetch, visit):
    for path in ("/sites.csv", "/sites.geojson", "/books.json", "/.well-known/jwks.json"):
        assert fetch(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in visit("/p").headers


def test_an_unknown_address_is_a_plain_page_with_the_number_of_the_request(visit):
    page = visit("/nothing")
    assert page.status_code == 404
    assert "Cette page n&#39;existe pas." in page.text
    assert page.headers["X-Request-Id"] in page.text
    assert "This page does not exist." in visit("/nothing", Accept_Language="en-GB").text


def test_a_wrong_method_is_a_plain_page_that_keeps_the_right_ones(visit):
    page = visit("/books", method="POST")
    assert (page.status_code, page.mimetype) == (405, "text/html")
    assert "GET" in page.headers["Allow"]
    assert "Cette adresse ne sert pas à cela." in page.text


def test_a_failure_is_a_plain_page_that_tells_nothing_of_its_cause(visit, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(public, "places", fail)
    page = visit("/sites")
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert "Le service a un problème." in page.text
    assert "swordfish" not in page.text
    assert "Content-Security-Policy" in page.headers


def test_machines_read_problems(fetch):
    refused(fetch("/nothing"), 404, "not_found")
    refused(fetch("/books", method="POST"), 405, "method_not_allowed")
    refused(
        fetch("/verify/RA-2026-999999", headers={"Accept": "application/json"}), 404, "not_found"
    )


def test_an_address_that_no_database_can_hold_is_not_found(visit):
    assert visit("/verify/RA%00").status_code == 404
    assert visit("/p?commune=%00").status_code == 200
    assert visit("/sites?commune=%ff%fe").status_code == 200
