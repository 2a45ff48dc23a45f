"""Commands about gifts: the comparison with Stripe, alone and in the nightly round; a try."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import House
from tests.support.fake_stripe import FakeStripe, running_stripe
from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeStripe]:
    """A Stripe that the commands' environment names; its key stands in a file."""
    (tmp_path / "stripe.key").write_text(KEY, encoding="utf-8")
    with running_stripe() as stripe:
        monkeypatch.setenv("VOUCHER_STRIPE_KEY_FILE", str(tmp_path / "stripe.key"))
        monkeypatch.setenv("VOUCHER_STRIPE_WEBHOOK_SECRETS", SECRET)
        monkeypatch.setenv("VOUCHER_STRIPE_API", stripe.address)
        yield stripe


def test_what_differs_from_stripe_is_named_and_the_night_goes_on(
    sqlite_house: House, stripe: FakeStripe
):
    assert sqlite_house.facts("stripe-compare")["stripe"]["differences"] == []
    bill = stripe.bill(300)
    said = sqlite_house.run("stripe-compare")
    assert said.exit_code == 1
    assert bill["id"] in said.output
    assert bill["id"] in sqlite_house.done("tick")


def test_without_a_key_the_command_says_what_is_missing(sqlite_house: House):
    said = sqlite_house.run("stripe-compare")
    assert said.exit_code == 2
    assert "VOUCHER_STRIPE_KEY_FILE" in said.output


def test_a_test_account_is_tried_and_no_other(
    sqlite_house: House, stripe: FakeStripe, monkeypatch: pytest.MonkeyPatch
):
    assert "open, then expired" in sqlite_house.done("stripe-try")
    assert len(stripe.sessions()) == 1
    monkeypatch.delenv("VOUCHER_STRIPE_KEY_FILE")
    assert sqlite_house.run("stripe-try").exit_code == 2
