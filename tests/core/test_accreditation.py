"""Every step of an accreditation, in one table; everything else does not exist."""

from itertools import product

import pytest

from voucher_service.core.accreditation import Accreditation, step
from voucher_service.core.errors import Conflict, Invalid

A = Accreditation

#: (from, to, whether a reason is owed)
STEPS = [
    (A.APPLIED, A.INFO_REQUESTED, True),
    (A.APPLIED, A.UNDER_REVIEW, False),
    (A.APPLIED, A.WITHDRAWN, True),
    (A.INFO_REQUESTED, A.UNDER_REVIEW, False),
    (A.INFO_REQUESTED, A.WITHDRAWN, True),
    (A.UNDER_REVIEW, A.INFO_REQUESTED, True),
    (A.UNDER_REVIEW, A.ACCREDITED, False),
    (A.UNDER_REVIEW, A.WITHDRAWN, True),
    (A.ACCREDITED, A.SUSPENDED, True),
    (A.ACCREDITED, A.REVOKED, True),
    (A.ACCREDITED, A.WITHDRAWN, True),
    (A.SUSPENDED, A.ACCREDITED, False),
    (A.SUSPENDED, A.REVOKED, True),
    (A.SUSPENDED, A.WITHDRAWN, True),
    (A.WITHDRAWN, A.APPLIED, False),
]


@pytest.mark.parametrize(("current", "to", "owed"), STEPS)
def test_a_step_that_exists_may_owe_a_reason(
    current: Accreditation, to: Accreditation, *, owed: bool
):
    step(current, to, "parce que")
    if not owed:
        step(current, to, None)
        return
    for nothing in (None, "", "  "):
        with pytest.raises(Invalid, match="reason_missing"):
            step(current, to, nothing)


def test_every_other_step_is_refused_and_says_what_is_possible():
    known = {(current, to) for current, to, _ in STEPS}
    for current, to in product(A, A):
        if (current, to) not in known:
            with pytest.raises(Conflict, match="no_such_step"):
                step(current, to, "parce que")
