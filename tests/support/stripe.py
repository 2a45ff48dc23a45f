"""The scheme's account at the fake Stripe."""

from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY
from voucher_service.config import StripeAccount

ACCOUNT = StripeAccount(key=KEY, webhook_secrets=(SECRET,))
