"""Shapes of the ledger."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints

from voucher_service.api.shapes.common import Limit, Listing
from voucher_service.http.body import Body
from voucher_service.http.fields import Id

Account = Annotated[
    str, StringConstraints(pattern=r"^[a-z_]{1,40}(:[a-z_]{1,40}(:[0-9]{1,18})?)?$")
]
BalanceCursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}@[a-z0-9_:]{1,99}$")]


class BalancesIn(Body):
    """Which balances."""

    campaign: Id | None = None
    cursor: BalanceCursor | None = None
    limit: Limit = 100


class BalanceOut(Body):
    """An account in a campaign: both sides, and credited minus debited."""

    account: str
    campaign: Id
    debited_cents: int
    credited_cents: int
    balance_cents: int


class TransfersIn(Listing):
    """Which transfers."""

    campaign: Id | None = None
    account: Account | None = None


class TransferOut(Body):
    """Cents moved from ``debit`` to ``credit``; ``reverses`` is the event it takes back."""

    id: Id
    event: str
    kind: str
    campaign: Id
    debit: str
    credit: str
    amount_cents: int
    value_date: date
    recorded_at: datetime
    reference: str
    reverses: str | None


class BrokenInvariant(Body):
    """An invariant that does not hold, and where."""

    invariant: str
    detail: str


class CheckOut(Body):
    """Whether the books are in order, and everything that is not."""

    in_order: bool
    problems: list[BrokenInvariant]
