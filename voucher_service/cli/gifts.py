"""Commands for gifts by Checkout: the nightly comparison with Stripe, and a try of a test account.

The first is part of the nightly round; here it can be run by itself. The second asks the real
Stripe, with a test key only, whether this service and it still understand each other.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from voucher_service.cli.console import answer, as_json, stop
from voucher_service.cli.home import now, sessions_of
from voucher_service.config import BadSettings, Settings, read_settings
from voucher_service.core.canonical import Json
from voucher_service.jobs import Sessions, rail
from voucher_service.jobs.gifts import Compared, compare
from voucher_service.payments import stripe_reading
from voucher_service.payments.stripe_checkout import Order, open_checkout
from voucher_service.payments.stripe_client import StripeAway, stripe_client, why_off


@dataclass(frozen=True, slots=True)
class Told:
    """What came of the comparison; nothing when gifts are off, a reason when Stripe was away."""

    done: Compared | None = None
    away: str = ""

    def facts(self) -> Json:
        """For machines."""
        if self.done is None:
            return {"away": self.away} if self.away else None
        return {
            "events": self.done.events,
            "movements": self.done.movements,
            "payouts": self.done.payouts,
            "differences": [*self.done.differences],
        }

    def sentences(self) -> list[str]:
        """For people."""
        if self.done is None:
            return [self.away] if self.away else []
        done = self.done
        found = (
            f"Stripe: {done.events} events that no webhook had brought, {done.movements} movements"
            f" that no event had told, {done.payouts} payouts found at the bank."
        )
        return [found, *(f"Stripe, for a person: {text}" for text in done.differences)]


def compare_with_stripe(sessions: Sessions, settings: Settings) -> Told:
    """Compare, where gifts are on. A Stripe that is away is told, and asked again next time."""
    gifts_on = why_off(settings) is None
    if not gifts_on and not settings.stripe.payouts_key:
        return Told()
    try:
        done = compare(sessions, settings, now()) if gifts_on else Compared()
        done.events += rail.catch_up(sessions, settings, now())
        done.differences += rail.differences(sessions, settings)
        return Told(done)
    except StripeAway as away:
        return Told(away=away.detail)


@click.command("stripe-compare")
@as_json
def stripe_compare(*, as_json: bool) -> None:
    """Find what Stripe's webhooks did not bring, and name what differs. Part of `tick`."""
    settings = read_settings()
    missing = why_off(settings)
    if missing and not settings.stripe.payouts_key:
        raise BadSettings(missing)
    with sessions_of(settings) as sessions:
        told = compare_with_stripe(sessions, settings)
    answer({"stripe": told.facts()}, told.sentences(), as_json=as_json)
    if told.done is None or told.done.differences:
        stop("Stripe and the books differ, or Stripe is away: see above.")


@click.command("stripe-try")
def stripe_try() -> None:
    """Try a test account of the real Stripe: open a page, read it again. Takes no money.

    Only with a test key (sk_test_…, VOUCHER_STRIPE_KEY_FILE). Nothing is written here.
    """
    settings = read_settings()
    if not settings.stripe.key.startswith(("sk_test_", "rk_test_")):
        raise BadSettings("Name the file of a test key (sk_test_…) in VOUCHER_STRIPE_KEY_FILE.")
    moment = datetime.now(UTC)
    back = settings.base_url
    order = Order(
        secrets.randbelow(10**9),
        moment,
        2_191_000,
        "essai@example.org",
        "fr",
        "Essai",
        "",
        back,
        back,
    )
    with stripe_client(settings) as client:
        name, address = open_checkout(client, order)
        again, _ = open_checkout(client, order)
        said = stripe_reading.checkout(client, name)
        held = stripe_reading.balance(client)
        client.v1.checkout.sessions.expire(name)
        ended = stripe_reading.checkout(client, name)
    if again != name or said is None or said.gift != order.gift or ended is None:
        stop("Stripe answered otherwise than this service expects.")
    click.echo(f"{address}\n{name}: {said.stage}, then {ended.stage}. Balance: {held} cents.")
