"""What can go wrong with the value of a use, and when a refused scan is more than a refused scan.

Knows no money: what an incident costs, and whom, is said in the ledger.
"""

from enum import StrEnum

from voucher_service.core.passes import Refused, Scan
from voucher_service.core.reasons import ALREADY_REDEEMED


class IncidentKind(StrEnum):
    """Why value is claimed beside the rules."""

    DOUBLE_USE = "double_use"
    OVERPAYMENT = "overpayment"
    FRAUD = "fraud"
    GOODWILL = "goodwill"


class Ending(StrEnum):
    """How an incident ends: its money moves, or nothing does."""

    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


def is_double_use(refused: Refused, scan: Scan) -> bool:
    """Whether a pass paid for two services.

    Online nobody is helped before the verdict. Without network the help was given: the second use
    is a fact, and the campaign says who bears it.
    """
    return scan.offline and refused.reason in ALREADY_REDEEMED


def double_use_event(scan: Scan, booklet: int, number: int) -> str:
    """The business key of a double use: one attempt of one association on one pass.

    Not the phone: after a new pairing it may send the same attempt under another number.
    """
    return f"{IncidentKind.DOUBLE_USE}:{scan.association}:{booklet}-{number}:{scan.scan_id}"
