"""How an association becomes a place where passes are taken, and how it stops being one.

One table says which step leads where and which steps need a reason. It never asks who decides:
that is a matter of roles.
"""

from enum import StrEnum

from voucher_service.core.errors import Conflict, Invalid


class Accreditation(StrEnum):
    """Where an association stands."""

    APPLIED = "applied"
    INFO_REQUESTED = "info_requested"
    UNDER_REVIEW = "under_review"
    ACCREDITED = "accredited"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


A = Accreditation

STEPS: dict[Accreditation, frozenset[Accreditation]] = {
    A.APPLIED: frozenset({A.INFO_REQUESTED, A.UNDER_REVIEW, A.WITHDRAWN}),
    A.INFO_REQUESTED: frozenset({A.UNDER_REVIEW, A.WITHDRAWN}),
    A.UNDER_REVIEW: frozenset({A.INFO_REQUESTED, A.ACCREDITED, A.WITHDRAWN}),
    A.ACCREDITED: frozenset({A.SUSPENDED, A.REVOKED, A.WITHDRAWN}),
    A.SUSPENDED: frozenset({A.ACCREDITED, A.REVOKED, A.WITHDRAWN}),
    A.REVOKED: frozenset(),
    A.WITHDRAWN: frozenset({A.APPLIED}),
}

NEEDS_A_REASON = frozenset({A.INFO_REQUESTED, A.SUSPENDED, A.REVOKED, A.WITHDRAWN})


def step(current: Accreditation, to: Accreditation, reason: str | None) -> None:
    """Check one step.

    Raises :class:`Conflict` when it does not exist, :class:`Invalid` without a reason where one is
    owed.
    """
    if to not in STEPS[current]:
        allowed = ", ".join(sorted(STEPS[current])) or "nothing: this is final"
        raise Conflict("no_such_step", f"From {current} one can only go to {allowed}.")
    if to in NEEDS_A_REASON and not (reason or "").strip():
        raise Invalid("reason_missing", f"Say why: {to} needs a reason.", field="reason")
