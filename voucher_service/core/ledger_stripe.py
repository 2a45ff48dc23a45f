"""The accounting manual for gifts by Checkout: what Stripe holds, keeps, sends, and takes back.

``at_stripe`` is what Stripe holds or has sent and no bank line shows yet. It is not in the
ring-fenced account and covers nothing there. A fee is the operator's: the gift keeps its face
value, and the operator owes the ring-fenced account what Stripe kept. Like ``core.ledger``, this
only says what should be written.
"""

from datetime import date

from voucher_service.core import accounts
from voucher_service.core.gifts import Effect
from voucher_service.core.transfer import Kind, Transfer


def moved(
    transaction: str,
    effect: Effect,
    campaign: int,
    funder: int | None,
    cents: int,
    fee_cents: int,
    on: date,
) -> list[Transfer]:
    """What one movement of our balance at Stripe writes: the money, and what Stripe kept.

    ``cents`` and ``fee_cents`` are signed as Stripe gives them. What went back and cannot be taken
    out of the donor's passes is borne by the operator, like a fee.
    """
    if effect is Effect.BORNE or funder is None:
        kind, other = Kind.STRIPE_FEE, accounts.STRIPE_FEES
    else:
        kind = Kind.GIFT if effect is Effect.GIFT else Kind.GIFT_BACK
        other = accounts.gift(funder)
    parts = [
        (kind, f"stripe:{transaction}", other, cents),
        (Kind.STRIPE_FEE, f"stripe_fee:{transaction}", accounts.STRIPE_FEES, -fee_cents),
    ]
    return [
        _signed(kind, event, campaign, accounts.AT_STRIPE, account, amount, on, transaction)
        for kind, event, account, amount in parts
        if amount
    ]


def _signed(
    kind: Kind,
    event: str,
    campaign: int,
    debit: str,
    credit: str,
    cents: int,
    on: date,
    reference: str,
) -> Transfer:
    """A transfer of an amount that may be negative: then it goes the other way."""
    if cents < 0:
        debit, credit, cents = credit, debit, -cents
    return Transfer(kind, event, campaign, debit, credit, cents, on, reference)


def paid_out(payout: str, campaign: int, cents: int, on: date) -> Transfer:
    """One campaign's part of a payout of Stripe has arrived.

    Negative when gifts of the campaign went back and Stripe held that much off.
    """
    event = f"stripe_paid_out:{payout}:{campaign}"
    places = accounts.BANK, accounts.AT_STRIPE
    return _signed(Kind.STRIPE_PAID_OUT, event, campaign, *places, cents, on, payout)


def fee_restored(reference: str, campaign: int, cents: int, on: date) -> Transfer:
    """The operator put back what Stripe had kept of a campaign's gifts."""
    return Transfer(
        Kind.STRIPE_FEE_RESTORED,
        f"stripe_fee_restored:{reference}",
        campaign,
        accounts.BANK,
        accounts.STRIPE_FEES,
        cents,
        on,
        reference,
    )
