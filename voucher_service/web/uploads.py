"""A file that a form brings: one, of a known kind, not too large. What is in it is not judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from voucher_service.web.forms import BadForm, Wrong


@dataclass(frozen=True, slots=True)
class Upload:
    """What was brought. Its name is only to be shown, never a path."""

    name: str
    content: bytes
    media_type: str


def read_upload(media_types: Sequence[str], largest: int) -> Upload:
    """The file named ``file``; raises :class:`BadForm`."""
    sent = request.files.getlist("file")
    if len(sent) != 1 or not sent[0].filename:
        raise BadForm([Wrong("file", "missing")])
    (file,) = sent
    if file.mimetype not in media_types:
        raise BadForm([Wrong("file", "file_kind")])
    content = file.stream.read(largest + 1)
    if len(content) > largest:
        raise BadForm([Wrong("file", "file_too_large")])
    if not content:
        raise BadForm([Wrong("file", "missing")])
    return Upload(file.filename or "", content, file.mimetype)
