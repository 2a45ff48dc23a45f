"""Stripe Connect: v2 recipient accounts, transfers to them, reversals. Off unless it is asked for.

The idempotency key of a transfer is the payout's own name, ``payout:STATEMENT:SUFFIX``; that of a
reversal is the payout and the name that its caller gave, ``reversal:END-TO-END:NAME``. Stripe may
forget a key after a day, so what was done is looked for first. Nothing is decided or written here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from voucher_service.config import Settings
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.errors import Conflict
from voucher_service.core.rail import Sent, TakenBack

if TYPE_CHECKING:
    from stripe import StripeClient

REVERSED = "transfer.reversed"
"""The event of a transfer that was taken back, whole or in part: the only one acted on here."""

NAME, REASON = "name", "reason"
"""What we note on a reversal at Stripe, so that it is known again whoever tells of it."""

PAGE = 100


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
    except stripe.IdempotencyError as other:
        why = "it was asked for otherwise under this name, or is being asked for now"
        raise Conflict("asked_otherwise", f"{what}: {why}.") from other


def key_of(end_to_end: str, statement: str) -> str:
    """``payout:RA-2026-000123:1``: a payout sent anew has another suffix."""
    return f"payout:{statement}:{end_to_end.removeprefix(statement).lstrip('-') or 1}"


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be taken back of a transfer, under a name that is used once, and why."""

    transfer: str
    end_to_end: str
    name: str
    cents: int
    reason: str | None


def reverse(client: "StripeClient", part: Part, on: date) -> TakenBack:
    """Take a part of a transfer back, or all of it: found if it was done before, else done.

    Raises :class:`Conflict` when the money is gone from there, or is more than what is left. What
    is found may be of another amount than what was asked: the caller looks.
    """
    known = [one for one in reversals(client, part.transfer) if one.name == part.name]
    if known:
        return known[0]
    about = {"end_to_end": part.end_to_end, NAME: part.name}
    asked: Any = {
        "amount": part.cents,
        "description": part.end_to_end,
        "metadata": about | ({REASON: part.reason} if part.reason else {}),
    }
    create = client.v1.transfers.reversals.create
    key = f"reversal:{part.end_to_end}:{part.name}"
    made = _once(lambda key: create(part.transfer, asked, key).id, key, part.transfer, on)
    return TakenBack(made, part.cents, part.name, part.reason)


def reversals(client: "StripeClient", transfer_id: str) -> list[TakenBack]:
    """All that took a transfer back, by us or in Stripe's dashboard, oldest first."""
    listed = client.v1.transfers.reversals.list(transfer_id, {"limit": PAGE})
    return [_taken_back(item) for item in listed.auto_paging_iter()][::-1]


def _taken_back(item: Any) -> TakenBack:  # noqa: ANN401 - an object of an extra
    about: dict[str, str] = item.metadata.to_dict() if item.metadata else {}
    return TakenBack(item.id, item.amount, about.get(NAME), about.get(REASON))


def read_transfer(client: "StripeClient", transfer_id: str) -> Sent:
    """A transfer as Stripe knows it now, with all that took it back."""
    found: Any = client.v1.transfers.retrieve(transfer_id)
    about: dict[str, str] = found.metadata.to_dict() if found.metadata else {}
    back = reversals(client, transfer_id) if found.amount_reversed else []
    return Sent(found.id, about.get("end_to_end", ""), found.amount, tuple(back))


def reversals_told(client: "StripeClient", since: datetime) -> list[tuple[str, str, str, str]]:
    """Events about transfers taken back since a moment: (id, type, transfer, hash), oldest first.

    Stripe lists an event for 30 days.
    """
    listed = client.v1.events.list(
        {"type": REVERSED, "created": {"gte": int(since.timestamp())}, "limit": PAGE}
    )
    found = [
        (item.id, str(item.type), str(item.data.object["id"]), sha256_hex(str(item).encode()))
        for item in listed.auto_paging_iter()
    ]
    return found[::-1]
