"""Where to go after signing in: a page of ours by its path, and never anywhere else."""

import re
from typing import Annotated
from urllib.parse import urlencode

from pydantic import StringConstraints

from voucher_service.http.body import Body

_OURS = re.compile(r"/(?![/\\])[A-Za-z0-9_.~/%?&=+,:-]*")
"""A path of ours with its query: no second slash, no backslash, nothing a browser would rewrite."""

HOME = "/desk"


class Next(Body):
    """What says where to go afterwards. A wrong address is no error: see :func:`good_next`."""

    next: Annotated[str, StringConstraints(max_length=2000)] = ""


def good_next(address: str, otherwise: str = HOME) -> str:
    """The address if it is a page of ours; else the desk, or another page."""
    return address if _OURS.fullmatch(address) and not _climbs(address) else otherwise


def with_next(path: str, address: str) -> str:
    """A page that leads to another one afterwards."""
    return f"{path}?{urlencode({'next': address})}" if address else path


def _climbs(address: str) -> bool:
    """Whether a part of the path is dots, or hides a slash: browsers would go elsewhere."""
    path = address.partition("?")[0].lower()
    return (
        "//" in path
        or "%2f" in path
        or "%5c" in path
        or any(part.replace("%2e", ".") in {".", ".."} for part in path.split("/"))
    )
