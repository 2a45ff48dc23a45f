"""Stripe Connect: v2 recipient accounts, transfers to them, reversals. Off unless it is asked for.

The idempotency key is the payout's own name, ``payout:STATEMENT:SUFFIX``. Stripe may forget a key
after a day, so what was sent is looked for first. Nothing is decided or written here.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from voucher_service.config import Settings
from voucher_service.core.errors import Conflict

if TYPE_CHECKING:
    from stripe import StripeClient

TRANSFERS_ACTIVE = "active"


def check_rail(settings: Settings) -> str:
    """The key of the account for payouts; raises :class:`Conflict` where the rail is off."""
    if not settings.stripe.payouts_key:
        raise Conflict(
            "rail_off",
            "Payouts by Stripe are off: name a key's file in VOUCHER_STRIPE_PAYOUTS_KEY_FILE.",
        )
    return settings.stripe.payouts_key


def create_recipient(client: "StripeClient", association: int, name: str, mail: str) -> str:
    """An account that can be paid once its association has shown who it is."""
    asked: Any = {
        "display_name": name,
        "contact_email": mail,
        "identity": {"country": "fr"},
        "configuration": {
            "recipient": {
                "capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}
            }
        },
        "metadata": {"association": str(association)},
    }
    key: Any = {"idempotency_key": f"recipient:{association}"}
    return client.v2.core.accounts.create(asked, key).id


def onboarding(client: "StripeClient", account: str, back: str) -> str:
    """The address of Stripe's page where the association shows who it is. Good for minutes."""
    asked: Any = {
        "account": account,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "refresh_url": back,
                "return_url": back,
            },
        },
    }
    return client.v2.core.account_links.create(asked).url


def transfer(
    client: "StripeClient", end_to_end: str, statement: str, cents: int, account: str, on: date
) -> str:
    """The transfer of a payout: found if it was made before, else made; raises ``Conflict``."""
    group = key_of(end_to_end, statement)
    known = client.v1.transfers.list({"transfer_group": group, "limit": 1}).data
    if known:
        return known[0].id
    asked: Any = {
        "amount": cents,
        "currency": "eur",
        "destination": account,
        "transfer_group": group,
        "description": end_to_end,
        "metadata": {"end_to_end": end_to_end, "statement": statement},
    }
    return _once(lambda key: client.v1.transfers.create(asked, key).id, group, end_to_end, on)


def _once(create: Callable[[Any], str], key: str, what: str, on: date) -> str:
    """Ask for something under its key; a refusal raises :class:`Conflict` with Stripe's code.

    Stripe repeats its first answer to a key for a day, refusals too. A refusal means that nothing
    was made: what caused it may be cured since, so it is asked again once a day under a dated key.
    """
    import stripe  # noqa: PLC0415 - an extra: without it only this rail is off

    try:
        return create({"idempotency_key": key})
    except stripe.InvalidRequestError as no:
        headers = {str(name).lower(): value for name, value in (no.headers or {}).items()}
        dated = f"{key}:{on:%Y-%m-%d}"
        if headers.get("idempotent-replayed") == "true" and not key.endswith(f":{on:%Y-%m-%d}"):
            return _once(create, dated, what, on)
        raise Conflict(no.code or "refused", f"{what}: {no.user_message or no}") from no


def key_of(end_to_end: str, statement: str) -> str:
    """``payout:RA-2026-000123:1``: a payout sent anew has another suffix."""
    return f"payout:{statement}:{end_to_end.removeprefix(statement).lstrip('-') or 1}"


def reverse(client: "StripeClient", transfer_id: str, on: date) -> str:
    """Take a transfer back, whole; raises :class:`Conflict` when the money is gone from there.

    Then the association owes it: a correction writes that down.
    """
    reversals = client.v1.transfers.reversals
    made = reversals.list(transfer_id, {"limit": 1}).data
    if made:
        return made[0].id
    key = f"reversal:{transfer_id}"
    return _once(lambda key: reversals.create(transfer_id, {}, key).id, key, transfer_id, on)
