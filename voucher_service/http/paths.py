"""What may stand in a path: ``<id:order>`` and ``<word:number>``. Anything else is not found."""

from flask import Flask
from werkzeug.routing import BaseConverter

from voucher_service.http.fields import ID, WORD


class IdConverter(BaseConverter):
    """An id: digits outside, a number inside."""

    regex = ID

    def to_python(self, value: str) -> int:
        """The number behind the digits."""
        return int(value)


class WordConverter(BaseConverter):
    """A label, a serial or a document's number."""

    regex = WORD


PATTERNS = {"id": ID, "word": WORD}
"""How each kind is written, for whoever reads the OpenAPI document."""


def register(app: Flask) -> None:
    """Teach the application these two kinds."""
    app.url_map.converters |= {"id": IdConverter, "word": WordConverter}
