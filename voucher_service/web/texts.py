"""Pages that are only words: the law's, those for who lost a booklet, and the help of each reader.

Each is a template for each language; nothing is read and nothing is counted.
"""

from flask import Blueprint, Response, abort

from voucher_service.http.language import language
from voucher_service.http.services import services
from voucher_service.web.public_page import public_page

blueprint = Blueprint("texts", __name__)

TEXTS = ("accessibility", "legal", "lost", "open-data", "privacy")
"""Their address and the name of their template."""

READERS = (
    "person",
    "point",
    "association",
    "site-staff",
    "funder",
    "operator",
    "auditor",
    "developer",
)
"""Who has a help page."""


def _text(name: str) -> Response:
    settings = services().settings
    return public_page(
        f"public/texts/{name}.{language()}",
        contact=settings.mail.operator,
        address=settings.issuer_address,
        map_host=settings.tiles.host,
        publisher=settings.publisher,
    )


for text in TEXTS:
    blueprint.add_url_rule(f"/{text}", text, _text, defaults={"name": text})


@blueprint.get("/help")
def helps() -> Response:
    """Who are you? Then, what to do."""
    return public_page("help/index", readers=READERS)


@blueprint.get("/help/<word:reader>")
def help_for(reader: str) -> Response:
    """What a reader can do here, step by step."""
    if reader not in READERS:
        abort(404)
    return public_page(f"help/{reader}.{language()}", base_url=services().settings.base_url)
