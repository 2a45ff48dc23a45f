"""What every error of the HTTP interface must look like."""

from werkzeug.test import TestResponse


def refused(response: TestResponse, status: int, reason: str, field: str | None = None) -> None:
    """The response is a problem with this status and reason, about this field if one is named."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    told = response.get_json()
    assert told["reason"] == reason
    assert told["status"] == status
    assert {"type", "title", "detail", "instance"} <= told.keys()
    if field is not None:
        assert field in {error["field"] for error in told["errors"]}
