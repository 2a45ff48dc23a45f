"""Shapes of what an accountant asks for."""

from typing import Literal

from pydantic import Field

from voucher_service.http.body import Body
from voucher_service.http.fields import Day


class FecIn(Body):
    """Which days, both included, and what stands between two columns."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")
    separator: Literal["tab", "pipe"] = "tab"
