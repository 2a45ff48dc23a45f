"""A fake Stripe on a port of this machine, and the settings of a product that speaks to it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import stripe as library

from tests.support.fake_stripe import FakeStripe, running_stripe
from tests.support.service import settings as of_a_test
from tests.support.stripe import ACCOUNT
from voucher_service.config import Settings


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    # The library rests half a second before it asks again: a fake needs no mercy.
    monkeypatch.setattr(library.HTTPClient, "INITIAL_DELAY", 0.001)
    with running_stripe() as stripe:
        yield stripe


@pytest.fixture
def settings(stripe: FakeStripe, tmp_path: Path) -> Settings:
    made = of_a_test(tmp_path, "sqlite://")
    return replace(made, stripe=replace(ACCOUNT, api=stripe.address))
