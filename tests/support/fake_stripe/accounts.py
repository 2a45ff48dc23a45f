"""Connect: v2 recipient accounts, transfers to them, and transfers taken back."""

from typing import Any

from tests.support.fake_stripe.store import Object, Refused
from tests.support.fake_stripe.world import FakeStripe


def create_account(stripe: FakeStripe, asked: Object) -> Object:
    """A recipient that cannot be paid before it has shown who it is."""
    wanted = asked.get("configuration", {}).get("recipient", {}).get("capabilities", {})
    capabilities: dict[str, Any] = {
        "stripe_balance": {"stripe_transfers": {"status": "restricted", "requested": True}}
    }
    recipient = {"capabilities": capabilities if "stripe_balance" in wanted else {}}
    return stripe.objects.make(
        "acct",
        "v2.core.account",
        display_name=asked.get("display_name"),
        contact_email=asked.get("contact_email"),
        configuration={"recipient": recipient},
        identity=asked.get("identity"),
        metadata=asked.get("metadata", {}),
        dashboard=asked.get("dashboard"),
        _balance=0,
    )


def onboard(stripe: FakeStripe, account: str) -> None:
    """An association shows who it is: it can be paid from now on."""
    found = stripe.objects.get(account, "v2.core.account")
    _transfers(found)["status"] = "active"
    stripe.tell_thin("v2.core.account[configuration.recipient].capability_status_updated", account)


def _transfers(account: Object) -> Object:
    capabilities = account["configuration"]["recipient"]["capabilities"]
    found: Object = capabilities["stripe_balance"]["stripe_transfers"]
    return found


def transfer(stripe: FakeStripe, asked: Object) -> Object:
    """Money of the platform's balance becomes a recipient's."""
    account = stripe.objects.get(asked["destination"], "v2.core.account")
    if _transfers(account)["status"] != "active":
        message = "Your destination account needs the stripe_transfers capability."
        raise Refused(message, code="insufficient_capabilities_for_transfer")
    if asked["amount"] > stripe.balance():
        raise Refused("You have insufficient available funds.", code="balance_insufficient")
    made = stripe.objects.make(
        "tr",
        "transfer",
        amount=asked["amount"],
        amount_reversed=0,
        currency=asked["currency"],
        destination=asked["destination"],
        transfer_group=asked.get("transfer_group"),
        metadata=asked.get("metadata", {}),
        description=asked.get("description"),
        reversed=False,
        balance_transaction=None,
    )
    made["balance_transaction"] = stripe.transaction("transfer", -asked["amount"], made["id"], 0)[
        "id"
    ]
    account["_balance"] += asked["amount"]
    stripe.tell("transfer.created", made)
    return made


def reverse(stripe: FakeStripe, name: str, asked: Object) -> Object:
    """A transfer is taken back, whole or in part."""
    made = stripe.objects.get(name, "transfer")
    left = made["amount"] - made["amount_reversed"]
    cents = asked.get("amount", left)
    if not 0 < cents <= left:
        raise Refused("Reversal amount is greater than the unreversed amount.", param="amount")
    account = stripe.objects.get(made["destination"], "v2.core.account")
    if account["_balance"] < cents:
        raise Refused("The recipient's balance is too low.", code="balance_insufficient")
    account["_balance"] -= cents
    made["amount_reversed"] += cents
    made["reversed"] = made["amount_reversed"] == made["amount"]
    reversal = stripe.objects.make(
        "trr",
        "transfer_reversal",
        amount=cents,
        currency="eur",
        transfer=name,
        metadata=asked.get("metadata", {}),
        balance_transaction=None,
    )
    money = stripe.transaction("transfer_refund", cents, reversal["id"], 0)
    reversal["balance_transaction"] = money["id"]
    stripe.tell("transfer.reversed", made)
    return reversal
