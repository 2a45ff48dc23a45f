"""Judging a scan: every reason, and the order of the checks, which is the specification."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.support.cast import FORMS, MAILBOX, the_rules
from voucher_service.core.campaign import PARIS, Grace
from voucher_service.core.passes import (
    Accepted,
    Holder,
    Refused,
    Scan,
    Standing,
    could_be_spent,
    judge,
)
from voucher_service.core.reasons import Reason

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=PARIS)
HERE, ELSEWHERE = 1, 2

SCAN = Scan(
    device=7,
    site=HERE,
    association=3,
    scan_id="scan-mine",
    code="",
    service=MAILBOX,
    moment=NOON,
    received_at=NOON,
)
GOOD = Standing(
    booklet=1,
    serial="00000001",
    passes=5,
    number=2,
    campaign=replace(the_rules(), number=1),
    activated=True,
    handed_over=True,
    blocked=False,
    voided=False,
    valid_until=date(2026, 12, 31),
    accredited=True,
    approved=True,
    site_commune="44109",
    holder=None,
)


def held_by(scan_id: str, site: int, device: int = 7) -> Holder:
    return Holder(9, device, site, scan_id, NOON - timedelta(days=1), NOON)


def rules(**changed: Any) -> dict[str, Any]:
    return {"campaign": replace(GOOD.campaign, **changed)}


#: What speaks against a pass, in the order in which it is said.
ORDER: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.UNKNOWN_BOOKLET, {"number": 6}),
    (Reason.VOIDED, {"voided": True}),
    (Reason.BLOCKED, {"blocked": True}),
    (Reason.NOT_FUNDED, {"activated": False}),
    (Reason.NOT_HANDED_OVER, {"handed_over": False}),
    (Reason.SITE_NOT_ACCREDITED, {"accredited": False}),
    (Reason.CAMPAIGN_NOT_APPROVED, {"approved": False}),
    (Reason.ALREADY_REDEEMED_HERE, {"holder": held_by("scan-other", HERE)}),
    (Reason.EXPIRED, {"valid_until": date(2026, 9, 30)}),
    (Reason.WRONG_SERVICE, rules(services=frozenset({FORMS}))),
]


def reason(standing: Standing, scan: Scan = SCAN) -> Reason | None:
    verdict = judge(standing, scan)
    return verdict.reason if isinstance(verdict, Refused) else None


def test_a_pass_that_nothing_speaks_against_is_accepted():
    verdict = judge(GOOD, SCAN)
    assert isinstance(verdict, Accepted)
    assert not verdict.echo
    assert verdict.undo_until == NOON + timedelta(minutes=30)


@pytest.mark.parametrize(("expected", "wrong"), ORDER)
def test_each_thing_that_speaks_against_it_is_named(expected: Reason, wrong: dict[str, Any]):
    assert reason(replace(GOOD, **wrong)) is expected


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_of_two_things_the_one_that_comes_first_is_said(first: int):
    for later in range(first + 1, len(ORDER)):
        both = replace(GOOD, **(ORDER[later][1] | ORDER[first][1]))
        assert reason(both) is ORDER[first][0]


def test_a_use_elsewhere_is_told_apart_from_one_here():
    used = replace(GOOD, holder=held_by("scan-other", ELSEWHERE))
    assert reason(used) is Reason.ALREADY_REDEEMED_ELSEWHERE


def test_the_same_scan_is_an_echo_whatever_has_changed_since():
    again = replace(GOOD, holder=held_by("scan-mine", HERE), blocked=True, approved=False)
    verdict = judge(again, SCAN)
    assert isinstance(verdict, Accepted)
    assert verdict.echo
    assert verdict.moment == NOON - timedelta(days=1)


def test_the_same_scan_id_of_another_phone_is_no_echo():
    other = replace(GOOD, holder=held_by("scan-mine", HERE, device=8))
    assert reason(other) is Reason.ALREADY_REDEEMED_HERE


@pytest.mark.parametrize(
    ("grace", "last_second"),
    [
        (Grace.NONE, datetime(2026, 12, 31, 23, 59, 59, tzinfo=PARIS)),
        (Grace.END_OF_NEXT_MONTH, datetime(2027, 1, 31, 23, 59, 59, tzinfo=PARIS)),
    ],
)
def test_the_last_second_is_good_and_the_next_is_not(grace: Grace, last_second: datetime):
    standing = replace(GOOD, **rules(grace=grace))
    in_time = replace(SCAN, moment=last_second, received_at=last_second)
    late = last_second + timedelta(seconds=1)
    assert reason(standing, in_time) is None
    assert reason(standing, replace(SCAN, moment=late, received_at=late)) is Reason.EXPIRED


def test_the_first_day_begins_at_midnight_in_paris():
    standing = replace(GOOD, **rules(valid_from=date(2026, 11, 16)))
    midnight = datetime(2026, 11, 16, 0, 0, tzinfo=PARIS)
    before = midnight - timedelta(seconds=1)
    assert reason(standing, replace(SCAN, moment=midnight)) is None
    assert reason(standing, replace(SCAN, moment=before)) is Reason.NOT_YET_VALID


def test_a_service_is_presented_within_a_week():
    week = replace(SCAN, received_at=NOON + timedelta(days=7), offline=True)
    assert reason(GOOD, week) is None
    late = replace(SCAN, received_at=NOON + timedelta(days=7, seconds=1), offline=True)
    assert reason(GOOD, late) is Reason.OFFLINE_TOO_LATE


def test_a_territory_is_a_list_of_communes_and_a_site_without_one_is_outside():
    nantes_only = rules(territory=frozenset({"44109"}))
    assert reason(replace(GOOD, **nantes_only)) is None
    for commune in ("44143", None):
        elsewhere = replace(GOOD, site_commune=commune, **nantes_only)
        assert reason(elsewhere) is Reason.WRONG_TERRITORY


def test_a_check_before_the_service_is_chosen_is_not_about_services():
    only_forms = replace(GOOD, **rules(services=frozenset({FORMS})))
    assert reason(only_forms, replace(SCAN, service="")) is None


@pytest.mark.parametrize(
    ("changed", "usable"),
    [
        ({}, True),
        ({"accredited": False, "approved": False}, True),
        ({"blocked": True}, False),
        ({"holder": held_by("scan-other", HERE)}, False),
        ({"valid_until": date(2026, 9, 30)}, False),
    ],
)
def test_its_holder_may_ask_whether_it_can_be_spent_somewhere(
    changed: dict[str, Any], *, usable: bool
):
    assert could_be_spent(replace(GOOD, **changed), NOON) is usable
