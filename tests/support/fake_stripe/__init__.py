"""Stripe on a free port of this machine, for tests: the real library speaks to it over HTTP.

It knows what this product uses of the API and refuses every parameter that the library's own types
do not name (``parameters``). What people and banks do is done by methods: a donor pays, a debit
settles or fails, a card holder disputes, a payout leaves. ``webhooks`` sends what happened, signed,
as often and in the order that a test wants; ``faults`` makes the network and Stripe misbehave.
"""

from tests.support.fake_stripe.faults import Fault
from tests.support.fake_stripe.server import running_stripe
from tests.support.fake_stripe.world import FakeStripe

__all__ = ["FakeStripe", "Fault", "running_stripe"]
