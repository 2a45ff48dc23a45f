"""The security headers of every answer, errors included. Decides no content.

Pages may run one script of ours and load nothing from elsewhere. Only what reads codes may film:
the scanner, and the pages of a desk where a serial is typed.
"""

import secrets

from flask import Flask, Response, g, request

from voucher_service.http.services import services

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:{images}; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'{media}; "
    "form-action 'self'{forms}; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
    "report-uri {reports}; report-to csp"
)

REPORTS = "/csp-reports"
"""Where browsers tell what a page was kept from; named in two ways, for older and newer ones."""

DECODING = "'self' 'wasm-unsafe-eval'"
"""The scripts of the scanner: files of ours by their address, and the decoder that they load."""

WORKER = f"default-src 'none'; script-src {DECODING}; connect-src 'self'; frame-ancestors 'none'"
"""What a script may load where it runs by itself, beside a page: a worker obeys its own answer."""

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""What anything that is no page may load."""

SECRET_BEHIND = ("/p", "/give/pay", "/account/links")
"""What stands behind these in an address opens something: a pass, a payment, an account."""

DEVICES = "camera={camera}, microphone=(), geolocation=(), payment=()"

YEAR = "max-age=31536000; includeSubDomains"


def nonce() -> str:
    """This answer's nonce: 128 bits, for the scripts of its page."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def allow_camera() -> None:
    """Let the page of this answer film. What it films is decoded beside it, by a worker."""
    g.camera = True


def allow_app() -> None:
    """Let the page of this answer be kept by a phone, and opened later: a nonce is good only once.

    So its scripts are known by their address. The scanner's page, and no other.
    """
    g.app = True


def allow_worker() -> None:
    """Let the script of this answer load our other files when a page runs it as a worker."""
    g.worker = True


def allow_form_to(origin: str) -> None:
    """Let the form of this answer lead on to another origin: browsers judge where it is sent on."""
    g.form_to = origin


def allow_images_from(origin: str) -> None:
    """Let the page of this answer show pictures of another origin, once its reader asks."""
    g.images = origin


def allow_everybody(response: Response) -> Response:
    """Open data: pages of any other origin may read it too."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def public_part(path: str) -> str:
    """What may be written down of a path: all of it, unless what stands behind is a secret."""
    return next((known for known in SECRET_BEHIND if path.startswith(f"{known}/")), path)


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    app.jinja_env.globals["nonce"] = nonce
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.extend(_FIXED)
    # The address of a pass, or of a mail's link, never leaves, not even to our other pages.
    is_secret = request.path == "/p" or public_part(request.path) != request.path
    headers.add("Referrer-Policy", "no-referrer" if is_secret else "same-origin")
    camera = "(self)" if "camera" in g else "()"
    headers.add("Permissions-Policy", DEVICES.format(camera=camera))
    headers.add("Content-Security-Policy", _policy(response))
    if response.mimetype == "text/html":
        headers.add("Reporting-Endpoints", f'csp="{REPORTS}"')
    if services().settings.base_url.startswith("https://"):
        headers.add("Strict-Transport-Security", YEAR)
    return response


_FIXED = [
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


def _policy(response: Response) -> str:
    if response.mimetype != "text/html":
        return WORKER if "worker" in g else NOTHING
    scripts = DECODING if "app" in g else f"'nonce-{nonce()}' 'strict-dynamic'"
    media = "; media-src 'self' blob:" if "camera" in g else ""
    forms = f" {g.form_to}" if "form_to" in g else ""
    images = f" {g.images}" if "images" in g else ""
    return POLICY.format(scripts=scripts, images=images, media=media, forms=forms, reports=REPORTS)
