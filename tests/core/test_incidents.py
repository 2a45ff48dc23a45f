"""When a refused scan is a pass that paid for two services."""

from dataclasses import replace

import pytest

from tests.core.test_passes import SCAN
from voucher_service.core.incidents import double_use_event, is_double_use
from voucher_service.core.passes import Refused
from voucher_service.core.reasons import ALREADY_REDEEMED, Reason


@pytest.mark.parametrize("reason", Reason)
def test_only_a_used_pass_taken_without_network_is_a_double_use(reason: Reason):
    offline = replace(SCAN, offline=True)
    assert is_double_use(Refused(reason), offline) == (reason in ALREADY_REDEEMED)
    assert not is_double_use(Refused(reason), SCAN), "online nobody is helped before the verdict"


def test_its_key_is_the_attempt_of_an_association_on_a_pass_whichever_phone_sends_it():
    key = double_use_event(SCAN, 12, 3)
    assert double_use_event(replace(SCAN, device=99, site=99), 12, 3) == key
    others = [
        double_use_event(replace(SCAN, association=99), 12, 3),
        double_use_event(replace(SCAN, scan_id="scan-other"), 12, 3),
        double_use_event(SCAN, 1, 23),
        double_use_event(SCAN, 12, 4),
    ]
    assert len({key, *others}) == 5
