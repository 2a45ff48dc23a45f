"""Whatever file a bank gives, read into one value. The form is known by the content alone."""

from voucher_service.core.bank_file import BankFile
from voucher_service.core.errors import Invalid
from voucher_service.payments.bank_statements import camt, cfonb120, mt940_text, pain_002
from voucher_service.payments.safe_xml import parse

__all__ = ["read_bank_file"]

READERS = {
    camt.STATEMENT: camt.read_statements,
    camt.NOTIFICATION: camt.read_notifications,
    pain_002.REPORT: pain_002.read_answers,
}
"""By the name of the element inside ``Document``."""


def read_bank_file(content: bytes) -> BankFile:
    """A camt.053, camt.054, pain.002, MT940 or CFONB-120 file; raises :class:`Invalid`."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<") or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _read_xml(content)
    if cfonb120.looks_like(start):
        return cfonb120.read_statements(start)
    if mt940_text.looks_like(start):
        return mt940_text.read_statements(content)
    raise Invalid(
        "unknown_form", "Send a camt.053, camt.054, pain.002, MT940 or CFONB-120 file of the bank."
    )


def _read_xml(content: bytes) -> BankFile:
    root = parse(content)
    _, _, namespace = str(root.tag).rpartition("}")[0].rpartition(":")
    message = next((child.tag.rpartition("}")[2] for child in root), "")
    if message not in READERS:
        raise Invalid("unknown_form", f"This XML holds {message or 'nothing'} of those we read.")
    return READERS[message](root, namespace or message)
