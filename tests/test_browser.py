"""The ground of the phone's tests: a browser is found or asked for, and no fault is missed."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support import browser
from tests.support.browser import NoBrowser
from tests.support.live import Lost
from voucher_service.http.headers import allow_camera


@pytest.fixture
def nothing_here(monkeypatch):
    """A machine without any browser, where nothing may be installed."""
    monkeypatch.setattr(browser, "system_chromium", lambda: None)
    monkeypatch.setattr(browser, "own_chromium", lambda: None)
    monkeypatch.setattr(browser, "may_install", lambda: False)


@pytest.mark.usefixtures("nothing_here")
def test_without_a_browser_one_is_told_how_to_get_it():
    with pytest.raises(NoBrowser, match="playwright install chromium"):
        browser.find_chromium()


@pytest.mark.usefixtures("nothing_here")
def test_what_playwright_fetched_will_do(monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "own_chromium", lambda: tmp_path)
    assert browser.find_chromium() == tmp_path


@pytest.mark.usefixtures("nothing_here")
def test_root_on_debian_gets_debian_s(monkeypatch, tmp_path):
    asked = []

    def apt(command, **_options):
        asked.append(command)
        monkeypatch.setattr(browser, "system_chromium", lambda: tmp_path)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(browser, "may_install", lambda: True)
    monkeypatch.setattr(browser.subprocess, "run", apt)
    assert browser.find_chromium() == tmp_path
    assert [command[-1] for command in asked] == ["update", "chromium"]


@pytest.mark.usefixtures("nothing_here")
def test_when_apt_fails_what_it_said_is_told(monkeypatch):
    failed = subprocess.CompletedProcess([], 100, "", "E: no such mirror")
    monkeypatch.setattr(browser, "may_install", lambda: True)
    monkeypatch.setattr(browser.subprocess, "run", lambda *_given, **_options: failed)
    with pytest.raises(NoBrowser, match="no such mirror"):
        browser.find_chromium()


def test_a_program_that_only_says_where_to_get_one_is_no_browser(monkeypatch, tmp_path):
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho install the snap >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.system_chromium() is None


def test_a_film_that_is_not_there_is_said_at_once(playwright, chromium):
    with pytest.raises(FileNotFoundError):
        browser.launch_on(playwright, chromium, None, Path("no such film.mjpeg"))


def test_a_phone_is_small_french_and_on_the_service_s_clock(phone, live):
    phone.open("/p")
    seen = phone.run("return [innerWidth, innerHeight, navigator.language, Date.now()]")
    assert seen[:3] == [360, 740, "fr-FR"]
    assert abs(seen[3] / 1000 - live.now().timestamp()) < 5
    live.later(hours=72)
    assert abs(phone.run("return Date.now()") / 1000 - live.now().timestamp()) < 5
    phone.open("/p")
    assert abs(phone.run("return Date.now()") / 1000 - live.now().timestamp()) < 5


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("console.error('oh')", "console: oh"),
        ("setTimeout(() => { throw new Error('ah') }); return new Promise(setTimeout)", "ah"),
        ("await fetch('http://127.0.0.2:9/').catch(() => 0)", "127.0.0.2"),
        (
            "document.body.append(Object.assign(new Image(), {src: 'https://a.example/'}))",
            "img-src",
        ),
        ("await fetch('/nothing')", "404"),
    ],
)
def test_no_fault_on_a_phone_is_missed(phone, wrong, named):
    phone.open("/p")
    phone.run(wrong)
    with pytest.raises(AssertionError, match=re.escape(named)):
        phone.close()


def test_a_fault_that_was_announced_does_not_count(phone):
    phone.expect("^console: oh ")
    phone.open("/p").run("console.error('oh')")
    phone.close()


def test_a_stopped_service_answers_nobody_until_it_starts_on_the_same_port(phone, live):
    phone.open("/p")
    ask = "return fetch('/healthz').then((answer) => answer.status, () => 'away')"
    live.stop()
    assert phone.run(ask) == "away"
    live.start()
    assert phone.run(ask) == 200


def test_an_answer_may_be_lost_after_all_was_done(phone, live):
    def lose(application, environ, start):
        list(application(environ, start))
        raise Lost

    phone.open("/p").expect("ERR_EMPTY_RESPONSE")
    live.meddler = lose
    assert phone.run("return fetch('/healthz').catch(() => 'away')") == "away"
    assert (live.asked[-1].path, live.asked[-1].status) == ("/healthz", 200)


def test_a_phone_with_a_folder_remembers(phones, tmp_path):
    first = phones.new(folder=tmp_path / "phone").open("/p")
    first.run("localStorage.setItem('word', 'kept')")
    first.close()
    again = phones.new(folder=tmp_path / "phone").open("/p")
    assert again.run("return localStorage.getItem('word')") == "kept"


def test_two_phones_share_nothing(phones):
    phones.new().open("/p").run("localStorage.setItem('word', 'mine')")
    assert phones.new().open("/p").run("return localStorage.getItem('word')") is None


@pytest.mark.parametrize(("camera", "seen"), [(True, "live"), (False, "NotAllowedError")])
def test_a_camera_is_allowed_or_refused(phones, live, camera, seen):
    live.service.app.before_request(allow_camera)
    phone = phones.new(camera=camera).open("/p")
    ask = """return navigator.mediaDevices.getUserMedia({video: true})
      .then((stream) => stream.getVideoTracks()[0].readyState, (error) => error.name)"""
    assert phone.run(ask) == seen


def test_a_phone_says_what_is_too_small_too_wide_or_hard_to_read(phone):
    phone.open("/p")
    assert not phone.scrolls_sideways()
    phone.run("""document.body.innerHTML = '<main><button>x</button><img src="data:,"></main>';
      document.body.firstChild.style.width = '999px';""")
    assert phone.scrolls_sideways()
    assert len(phone.small_targets()) == 1
    assert any(fault.startswith("image-alt") for fault in phone.barriers())
