"""What clerks type: serials as they stand on a cover, or whatever a scanner read on a booklet.

A refusal of the house stands beside the field that it is about. Nothing is changed here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import StringConstraints

from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.reasons import Reason
from voucher_service.core.typed_codes import well_formed
from voucher_service.store.queries import booklets, point_desk
from voucher_service.web.desks import Visit

Read = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
"""A serial, the code of a pass, or the address in its QR code."""

Why = Annotated[str, StringConstraints(min_length=1, max_length=200)]

BETWEEN = re.compile(r"[\s.\-]+")
LIST = re.compile(r"[\s,;]+")
SERIAL = re.compile(r"[0-9]{1,13}")


def serial(text: str, field: str) -> str:
    """A serial as people type it, ``12`` or ``0000 0012``; raises :class:`Invalid`."""
    digits = BETWEEN.sub("", text)
    if not SERIAL.fullmatch(digits):
        raise Invalid("not_a_serial", "Type the digits that stand on the cover.", field)
    return booklets.serial(int(digits))


def serials(text: str, field: str) -> tuple[str, ...]:
    """Several serials; raises :class:`Invalid`."""
    return tuple(serial(one, field) for one in LIST.split(text.strip()) if one)


def serial_read(visit: Visit, text: str, field: str) -> str:
    """The serial of a booklet from its cover or from one of its passes; raises :class:`Invalid`.

    A pass only tells which booklet it is in: what may be done is judged afterwards as for a serial.
    """
    if SERIAL.fullmatch(BETWEEN.sub("", text)):
        return serial(text, field)
    if well_formed(text) and (found := visit.services.typed_codes.read(text)):
        return booklets.serial(found[0])
    opened = visit.services.keyring().open(text)
    known = (
        None
        if isinstance(opened, Reason)
        else point_desk.serial_of_pass(visit.session, opened.token.booklet_id)
    )
    return known or serial(text, field)


@contextmanager
def beside(field: str) -> Iterator[None]:
    """Say a refusal beside the field that it is about."""
    try:
        yield
    except (Conflict, NotFound) as refusal:
        raise Invalid(refusal.reason, refusal.detail, field) from refusal
