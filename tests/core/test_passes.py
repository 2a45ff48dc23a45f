"""Judging a scan: every reason, and the order of the checks, which is the specification."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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


def held_by(scan_id: str, site: int, association: int = 3) -> Holder:
    return Holder(9, association, site, scan_id, NOON - timedelta(days=1), NOON)


def rules(**changed: Any) -> dict[str, Any]:
    return {"campaign": replace(GOOD.campaign, **changed)}


Case = tuple[Standing, Scan]

STANDING, CAMPAIGN, SCANNED = "standing", "campaign", "scan"

#: What speaks against a pass, in the order in which it is said, and where it is known from.
ORDER: list[tuple[Reason, str, dict[str, Any]]] = [
    (Reason.UNKNOWN_BOOKLET, STANDING, {"number": 6}),
    (Reason.VOIDED, STANDING, {"voided": True}),
    (Reason.BLOCKED, STANDING, {"blocked": True}),
    (Reason.NOT_FUNDED, STANDING, {"activated": False}),
    (Reason.NOT_HANDED_OVER, STANDING, {"handed_over": False}),
    (Reason.SITE_NOT_ACCREDITED, STANDING, {"accredited": False}),
    (Reason.CAMPAIGN_NOT_APPROVED, STANDING, {"approved": False}),
    (Reason.ALREADY_REDEEMED_HERE, STANDING, {"holder": held_by("scan-other", HERE)}),
    (Reason.NOT_YET_VALID, CAMPAIGN, {"valid_from": date(2026, 11, 17)}),
    (Reason.EXPIRED, STANDING, {"valid_until": date(2026, 9, 30)}),
    (Reason.OFFLINE_TOO_LATE, SCANNED, {"received_at": NOON + timedelta(days=8)}),
    (Reason.WRONG_SERVICE, CAMPAIGN, {"services": frozenset({FORMS})}),
    (Reason.WRONG_TERRITORY, CAMPAIGN, {"territory": frozenset({"44143"})}),
]

#: What the rules cannot know: the code itself was no good, or a locked counter decides.
ELSEWHERE_DECIDED = {
    Reason.UNREADABLE,
    Reason.BAD_SIGNATURE,
    Reason.UNKNOWN_KEY,
    Reason.KEY_REVOKED,
    Reason.OFFLINE_LIMIT,
}


def but(case: Case, where: str, wrong: dict[str, Any]) -> Case:
    """The same pass and scan, with one more thing wrong."""
    standing, scan = case
    if where == SCANNED:
        return standing, replace(scan, **wrong)
    if where == CAMPAIGN:
        return replace(standing, campaign=replace(standing.campaign, **wrong)), scan
    return replace(standing, **wrong), scan


def reason(standing: Standing, scan: Scan = SCAN) -> Reason | None:
    verdict = judge(standing, scan)
    return verdict.reason if isinstance(verdict, Refused) else None


def test_a_pass_that_nothing_speaks_against_is_accepted():
    verdict = judge(GOOD, SCAN)
    assert isinstance(verdict, Accepted)
    assert not verdict.echo
    assert verdict.undo_until == NOON + timedelta(minutes=30)


@pytest.mark.parametrize(("expected", "where", "wrong"), ORDER)
def test_each_thing_that_speaks_against_it_is_named(
    expected: Reason, where: str, wrong: dict[str, Any]
):
    assert reason(*but((GOOD, SCAN), where, wrong)) is expected


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_of_two_things_the_one_that_comes_first_is_said(first: int):
    expected, where, wrong = ORDER[first]
    for _, later_where, later_wrong in ORDER[first + 1 :]:
        also = but((GOOD, SCAN), later_where, later_wrong)
        assert reason(*but(also, where, wrong)) is expected


def test_every_reason_is_said_by_the_rules_or_decided_elsewhere():
    said = {reason for reason, *_ in ORDER} | {Reason.ALREADY_REDEEMED_ELSEWHERE}
    assert said | ELSEWHERE_DECIDED == set(Reason)
    assert not said & ELSEWHERE_DECIDED


def test_the_last_pass_of_a_booklet_is_one_of_its_passes():
    assert reason(replace(GOOD, number=GOOD.passes)) is None


def test_a_use_elsewhere_is_told_apart_from_one_here():
    used = replace(GOOD, holder=held_by("scan-other", ELSEWHERE))
    assert reason(used) is Reason.ALREADY_REDEEMED_ELSEWHERE


def test_the_same_scan_is_an_echo_whatever_has_changed_since():
    again = replace(GOOD, holder=held_by("scan-mine", HERE), blocked=True, approved=False)
    verdict = judge(again, SCAN)
    assert isinstance(verdict, Accepted)
    assert verdict.echo
    assert verdict.moment == NOON - timedelta(days=1)


def test_the_same_scan_is_an_echo_for_a_phone_that_was_paired_anew_meanwhile():
    again = replace(GOOD, holder=held_by("scan-mine", ELSEWHERE))
    verdict = judge(again, replace(SCAN, device=8))
    assert isinstance(verdict, Accepted)
    assert verdict.echo


def test_the_same_scan_id_of_another_association_is_no_echo():
    other = replace(GOOD, holder=held_by("scan-mine", ELSEWHERE, association=4))
    assert reason(other) is Reason.ALREADY_REDEEMED_ELSEWHERE


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


@pytest.mark.parametrize(
    "night",
    [date(2026, 10, 25), date(2027, 3, 28)],
    ids=["the night has 25 hours", "the night has 23 hours"],
)
def test_the_last_day_ends_at_midnight_in_paris_when_the_clocks_change(night: date):
    standing = replace(GOOD, valid_until=night, **rules(grace=Grace.NONE))
    midnight = datetime(night.year, night.month, night.day + 1, tzinfo=PARIS).astimezone(UTC)
    before = midnight - timedelta(seconds=1)
    assert reason(standing, replace(SCAN, moment=before, received_at=before)) is None
    expired = replace(SCAN, moment=midnight, received_at=midnight)
    assert reason(standing, expired) is Reason.EXPIRED


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
