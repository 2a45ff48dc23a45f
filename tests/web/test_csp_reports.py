"""What browsers report of our pages: short, counted, and nothing that identifies anybody."""

import json

import pytest
import structlog
from structlog.testing import capture_logs

from tests.support.problems import refused

OLD, NEW = "application/csp-report", "application/reports+json"
PAGE = "https://pass.example.org/p?commune=Nantes#15434158235906907"
OLDER = {
    "csp-report": {
        "document-uri": PAGE,
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://user:secret@evil.example:8443/a.js?token=swordfish",
        "source-file": "https://pass.example.org/static/pass.js?swordfish",
        "script-sample": "swordfish()",
        "line-number": 12,
    }
}
NEWER = {
    "type": "csp-violation",
    "age": 10,
    "url": PAGE,
    "user_agent": "swordfish",
    "body": {
        "documentURL": PAGE,
        "effectiveDirective": "connect-src",
        "blockedURL": "inline",
        "sample": "swordfish()",
        "lineNumber": 12,
    },
}


@pytest.fixture
def report(service):
    """A browser sends a report; gives the answer and what was logged."""

    def report(body, content_type=OLD):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        with capture_logs() as logged:
            answer = service.client.post("/csp-reports", data=data, content_type=content_type)
        return answer, [line for line in logged if line["event"] == "csp_report"]

    yield report
    structlog.reset_defaults()


def counted(service, directive: str) -> float:
    wanted = f'csp_reports_total{{directive="{directive}"}} '
    lines = service.client.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def test_an_older_browser_s_report_is_logged_without_queries_fragments_or_code(service, report):
    before = counted(service, "script-src-elem")
    answer, [line] = report(OLDER)
    assert (answer.status_code, answer.data) == (204, b"")
    assert line == {
        "event": "csp_report",
        "log_level": "warning",
        "directive": "script-src-elem",
        "page": "https://pass.example.org/p",
        "blocked": "https://evil.example:8443/a.js",
        "source": "https://pass.example.org/static/pass.js",
    }
    assert counted(service, "script-src-elem") == before + 1


def test_a_newer_browser_sends_several_at_once(service, report):
    before = counted(service, "connect-src")
    answer, lines = report([NEWER, {"type": "deprecation", "body": None}, NEWER], NEW)
    assert answer.status_code == 204
    assert [line["blocked"] for line in lines] == ["inline", "inline"]
    assert "swordfish" not in str(lines)
    assert counted(service, "connect-src") == before + 2


def test_a_report_cannot_make_counts_of_its_own_or_lines_in_the_log(service, report):
    body = {
        "effective-directive": "made-up",
        "blocked-uri": "https://evil.example/\n2026 [error] all is lost" + "x" * 500,
        "document-uri": "https://pass.example.org/p/15434158235906907",
        "source-file": "https://[broken",
    }
    _, [line] = report({"csp-report": body})
    assert (line["directive"], line["source"]) == ("other", "unreadable")
    assert line["page"] == "https://pass.example.org/p"
    assert "\n" not in line["blocked"]
    assert len(line["blocked"]) <= 200
    assert "made-up" not in service.client.get("/metrics").text


@pytest.mark.parametrize("body", [{}, [], [1], "text", {"csp-report": [1]}, {"csp-report": {}}])
def test_whatever_json_it_is_nothing_breaks(report, body):
    for content_type in (OLD, NEW):
        answer, lines = report(body, content_type)
        assert answer.status_code == 204
        assert all(line["directive"] == "other" for line in lines)


def test_what_is_no_report_is_refused(report):
    refused(report(b"{", OLD)[0], 400, "malformed_json")
    refused(report(b"[" * 9000, NEW)[0], 400, "malformed_json")
    refused(report(OLDER, "application/json")[0], 415, "not_a_report")
    refused(report([NEWER] * 100, NEW)[0], 413, "request_entity_too_large")


def test_one_address_is_heard_twenty_times_a_minute_and_ten_reports_at_once(report):
    assert len(report([NEWER] * 30, NEW)[1]) == 10
    for _ in range(19):
        assert report(OLDER)[0].status_code == 204
    answer, lines = report(OLDER)
    refused(answer, 429, "too_many_tries")
    assert "Retry-After" in answer.headers
    assert lines == []


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/p/15434158235906907", "/p"),
        ("/account/links/password/7-swordfish", "/account/links"),
        ("/account/links/invitation/7-swordfish/join", "/account/links"),
        ("/give/pay/swordfish", "/give/pay"),
    ],
)
def test_an_address_that_opens_something_is_not_written_down(report, path, written):
    _, [line] = report({"csp-report": {"document-uri": f"https://pass.example.org{path}"}})
    assert line["page"] == f"https://pass.example.org{written}"


@pytest.mark.parametrize("directive", [[], {}, [["script-src"]], 7, None])
def test_a_report_of_another_shape_is_one_of_others(report, directive):
    answer, [line] = report({"csp-report": {"effective-directive": directive}})
    assert (answer.status_code, line["directive"]) == (204, "other")
