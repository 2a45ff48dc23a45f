"""What a phone may hold for 72 hours: keys and rules, signed, the same on every worker."""

import json
from datetime import date

import pytest

from merchants.messages import TrustOut
from tests.support.cast import PASS_KEY, STATEMENT_KEY
from voucher_service.actions import accrediting, trusting
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.attestation import from_base64url, verify
from voucher_service.core.campaign import SERVICES, MonthsAfterHandover
from voucher_service.core.canonical import canonical
from voucher_service.core.signing import KeyStatus

TRUST = "/scan/v1/trust"


@pytest.fixture
def trust(service, nantes):
    """Ask for the trust list as PiNG's phone."""
    return lambda **headers: service.send("GET", TRUST, nantes.ping.token, headers=headers)


def is_signed(document) -> bool:
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    signature = from_base64url(document["signature"])
    return document["kid"] == STATEMENT_KEY.kid and verify(
        canonical(unsigned), signature, STATEMENT_KEY.public
    )


def test_a_phone_reads_the_keys_and_the_rules_of_its_campaigns(trust, nantes):
    document = trust().json
    TrustOut.model_validate_json(json.dumps(document))
    assert [key["kid"] for key in document["keys"]] == [PASS_KEY.kid.hex()]
    assert from_base64url(document["keys"][0]["public"]) == PASS_KEY.public
    assert document["services"] == list(SERVICES)
    assert document["offline"] == {"passes_per_day": 20, "trust_hours": 72, "warn_hours": 24}
    [campaign] = document["campaigns"]
    assert campaign["id"] == str(nantes.campaign)
    assert campaign["face_value_cents"] == 1000
    assert campaign["validity"] == {"rule": "fixed_date", "until": "2027-12-31"}
    assert campaign["offline"] == {"passes_per_day": 20, "borne_by": "scheme"}
    assert document["site"]["code_insee"] == "44109"


def test_a_validity_that_counts_from_the_hand_over_is_told_as_it_is(service, nantes, trust):
    world = service.world
    validity = MonthsAfterHandover(6, date(2027, 12, 31))
    campaign = world.campaign({nantes.etat: 1}, validity=validity)
    accrediting.approve_for_campaign(
        world.session, campaign, nantes.ping.association, "token:1", world.now
    )
    rule = {"rule": "months_after_handover", "months": 6, "latest": "2027-12-31"}
    assert trust().json["campaigns"][-1]["validity"] == rule


def test_the_list_is_signed_with_the_key_that_signs_statements(trust):
    assert is_signed(trust().json)


def test_whoever_alters_a_letter_breaks_the_signature(trust):
    document = trust().json
    document["campaigns"][0]["face_value_cents"] = 100_000
    assert not is_signed(document)


def test_within_the_hour_it_is_the_same_to_the_byte_and_need_not_be_sent_again(service, trust):
    service.world.now = service.world.now.replace(minute=1)
    first = trust()
    service.world.later(minutes=58)
    again = trust()
    assert again.data == first.data
    assert trust(**{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_in_the_next_hour_its_version_is_higher_by_one(service, trust):
    first = trust()
    service.world.later(hours=1)
    later = trust(**{"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert later.json["version"] == first.json["version"] + 1
    assert later.json["issued_at"] > first.json["issued_at"]


def test_a_revoked_key_is_told_at_once_even_within_the_hour(service, trust):
    first = trust()
    trusting.change_key(service.world.session, PASS_KEY.kid.hex(), KeyStatus.REVOKED)
    later = trust(**{"If-None-Match": first.headers["ETag"]})
    assert [key["status"] for key in later.json["keys"]] == ["revoked"]
    assert is_signed(later.json)


@pytest.mark.parametrize("step", [Accreditation.SUSPENDED, Accreditation.REVOKED])
def test_a_site_that_is_no_longer_accredited_has_no_campaign(service, nantes, trust, step):
    world = service.world
    accrediting.decide(
        world.session, nantes.ping.association, step, "Plus de conseiller", "token:1", world.now
    )
    assert trust().json["campaigns"] == []
    assert trust().json["offline"]["passes_per_day"] == 0


def test_nobody_reads_it_without_a_phone(service):
    assert service.send("GET", TRUST, None).status_code == 401
    assert service.send("GET", TRUST, "no-such-token").status_code == 401
