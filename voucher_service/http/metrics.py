"""Counting requests for Prometheus: by method, route and status, never by what they carried."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "http_requests_total", "Requests answered.", ("method", "route", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "http_request_seconds", "Time to answer.", ("method", "route"), registry=REGISTRY
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)


def exposition() -> bytes:
    """All counts in Prometheus' text format. Each process tells its own."""
    return generate_latest(REGISTRY)
