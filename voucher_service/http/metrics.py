"""Counting requests for Prometheus: by method, route and status, never by what they carried."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "http_requests_total", "Requests answered.", ("method", "route", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "http_request_seconds", "Time to answer.", ("method", "route"), registry=REGISTRY
)

CSP_REPORTS = Counter(
    "csp_reports_total", "What browsers kept pages from.", ("directive",), registry=REGISTRY
)


def csp_reported(directive: str) -> None:
    """Count one report of a browser. ``directive`` is of a closed list."""
    CSP_REPORTS.labels(directive).inc()


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one request."""
    requests, durations = _counts_of(method, route, status)
    requests.inc()
    durations.observe(seconds)


@cache
def _counts_of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """The counts of one kind of answer: few, and looked up by every request."""
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)


def exposition() -> bytes:
    """All counts in Prometheus' text format. Each process tells its own."""
    return generate_latest(REGISTRY)
