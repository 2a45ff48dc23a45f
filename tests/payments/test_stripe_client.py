"""When gifts by Checkout are on, and which keys are taken where."""

from dataclasses import replace

import pytest

from voucher_service.config import BadSettings, Settings, read_settings
from voucher_service.core.errors import Conflict
from voucher_service.payments import stripe_client
from voucher_service.payments.stripe_client import why_off

SECRETS = {"VOUCHER_STRIPE_WEBHOOK_SECRETS": "whsec_new whsec_old"}
PRODUCTION = {
    "VOUCHER_ENV": "production",
    "VOUCHER_BASE_URL": "https://pass.example.org",
    "VOUCHER_ISSUER_SIRET": "43493312300029",
}


def read(**given: str) -> Settings:
    return read_settings(SECRETS | given)


def test_without_a_key_the_feature_is_off_and_says_so(settings: Settings):
    off = replace(settings, stripe=read().stripe)
    assert "VOUCHER_STRIPE_KEY_FILE" in str(why_off(off))
    with pytest.raises(Conflict) as refused, stripe_client.stripe_client(off):
        pass
    assert refused.value.reason == "stripe_off"


def test_without_the_extra_the_feature_is_off_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    assert why_off(settings) is None
    monkeypatch.setattr(stripe_client, "find_spec", lambda _name: None)
    assert "extra `stripe`" in str(why_off(settings))


@pytest.mark.parametrize("mode", ["demo", "test"])
@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1"])
def test_a_key_that_moves_real_money_is_refused_outside_production(mode: str, key: str):
    with pytest.raises(BadSettings, match="real money"):
        read(VOUCHER_ENV=mode, VOUCHER_STRIPE_KEY=key)


def test_production_takes_no_test_key_and_no_plain_address():
    with pytest.raises(BadSettings, match="test key"):
        read(**PRODUCTION, VOUCHER_STRIPE_KEY="sk_test_1")
    with pytest.raises(BadSettings, match="https"):
        read(
            **PRODUCTION, VOUCHER_STRIPE_KEY="sk_live_1", VOUCHER_STRIPE_API="http://stripe.example"
        )
    assert read(**PRODUCTION, VOUCHER_STRIPE_KEY="sk_live_1").stripe.api == (
        "https://api.stripe.com"
    )


def test_the_key_comes_from_a_file_and_is_never_shown(tmp_path):
    (tmp_path / "key").write_text("sk_test_secret\n", encoding="utf-8")
    settings = read(VOUCHER_STRIPE_KEY_FILE=str(tmp_path / "key"))
    assert settings.stripe.key == "sk_test_secret"
    assert settings.stripe.webhook_secrets == ("whsec_new", "whsec_old")
    assert "secret" not in repr(settings).replace("'secrets", "")


def test_a_key_without_a_secret_for_webhooks_is_refused():
    with pytest.raises(BadSettings, match="WEBHOOK_SECRETS"):
        read_settings({"VOUCHER_STRIPE_KEY": "sk_test_1"})
