"""The cookie of the screens: 256 bits of chance, and nothing else in it.

A browser has it from the first form it is shown, so that forms can be tied to it; a sitting in the
database says whether somebody is signed in behind it. A second one, for an hour, finds a form that
was being filled in when a sitting ended. Never read by scripts, never sent elsewhere.
"""

import re

from flask import Flask, Response, g, request

from voucher_service.actions.sittings import new_cookie
from voucher_service.core.sittings import FORM_KEPT
from voucher_service.http.services import services

PLAIN, SECURE = "pn", "__Host-pn"
"""The second one is kept to this very host by browsers; it needs https."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


KEPT = "-kept"
"""What the name of the second one ends with."""


def _name(ending: str = "") -> str:
    return (SECURE if _https() else PLAIN) + ending


def _https() -> bool:
    return services().settings.base_url.startswith("https://")


def shown() -> str | None:
    """The cookie that this browser showed, if it is one of ours by its shape."""
    return _shown(_name())


def kept() -> str | None:
    """What finds the forms that wait in this browser, if it has that."""
    return _shown(_name(KEPT))


def _shown(name: str) -> str | None:
    value = request.cookies.get(name, "")
    return value if _SHAPE.fullmatch(value) else None


def current() -> str:
    """The cookie that this browser will have after this answer; a new one if it had none."""
    if "cookie" not in g:
        value = shown()
        if value is None:
            give(new_cookie())
        else:
            g.cookie = value
    return str(g.cookie)


def give(value: str) -> None:
    """Give the browser another cookie with this answer."""
    g.cookie = g.cookie_to_give = value


def give_kept(response: Response, value: str) -> None:
    """Let this browser find the form that was kept, for as long as it is."""
    lasts = int(FORM_KEPT.total_seconds())
    name, secure = _name(KEPT), _https()
    response.set_cookie(name, value, lasts, secure=secure, httponly=True, samesite="Strict")


def register(app: Flask) -> None:
    """Send cookies with the answers that give one."""
    app.after_request(_send)


def _send(response: Response) -> Response:
    if "cookie_to_give" in g:
        # Lax: a link in a mail must find its reader signed in.
        response.set_cookie(
            _name(), g.cookie_to_give, secure=_https(), httponly=True, samesite="Lax", path="/"
        )
    return response


def agent_family() -> str:
    """Browser and system in two words, to recognise a sitting in a list. No version, no print."""
    told = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS if sign in told), "?")
    system = next((name for sign, name in _SYSTEMS if sign in told), "?")
    return f"{browser}, {system}"


_BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
