"""Giving away a file of the books piece by piece: nobody holds the whole of it in memory.

Each piece is read in a transaction of its own, so that a slow line keeps nothing open.
"""

from base64 import b64encode
from collections.abc import Iterator

from flask import Response

from voucher_service.http.services import Services
from voucher_service.store.queries import books_files
from voucher_service.store.queries.books_files import BooksFile


def streamed(services: Services, file: BooksFile) -> Response:
    """The file, with its SHA-256 as RFC 9530 has it. Who may have it is asked elsewhere."""
    response = Response(_pieces(services, file.request_id, file.name, file.parts))
    response.content_type = file.media_type
    response.content_length = file.bytes
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    digest = b64encode(bytes.fromhex(file.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    return response


def _pieces(services: Services, request: int, name: str, parts: int) -> Iterator[bytes]:
    for position in range(parts):
        with services.reading() as session:
            piece = books_files.part(session, request, name, position)
        yield piece
