"""Amounts, days and texts as banks write them, read exactly or not at all."""

from datetime import date
from decimal import Decimal, InvalidOperation

from voucher_service.core.errors import Invalid

MOST_EUROS = Decimal(10) ** 12
CENTS_IN_EURO = 100


def unreadable(what: str) -> Invalid:
    """The refusal of a file that cannot be understood; what was read is not repeated."""
    return Invalid("unreadable_file", f"The file cannot be read: {what}.")


def cents_of(text: str) -> int:
    """``1234.5`` or ``1234,5`` euros as cents, never rounded."""
    try:
        euros = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise unreadable("an amount is not a number") from error
    if not euros.is_finite() or abs(euros) > MOST_EUROS:
        raise unreadable("an amount is out of bounds")
    cents = euros * CENTS_IN_EURO
    if cents != cents.to_integral_value():
        raise unreadable("an amount has a part of a cent")
    return int(cents)


def day_of(text: str) -> date:
    """``2026-12-03``, or the day of a moment that begins so."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise unreadable("a date is not one") from error


def on_one_line(*texts: str) -> str:
    """What was written over several lines, in the order it was written."""
    return " ".join(" ".join(texts).split())
