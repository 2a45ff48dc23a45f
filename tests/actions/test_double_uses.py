"""Two phones without network took the same pass: one wins, the other is an incident, once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.autumn import Autumn
from tests.support.cast import Point, World
from voucher_service.actions import disputing, undoing
from voucher_service.actions.checking import check_books
from voucher_service.core import accounts
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.passes import Accepted, Refused
from voucher_service.core.reasons import Reason
from voucher_service.store import tables
from voucher_service.store.postings import balance


@pytest.fixture
def autumn(world: World) -> Autumn:
    return Autumn(world)


def incidents(world: World) -> list[tables.Incident]:
    world.session.rollback()
    return world.session.query(tables.Incident).order_by(tables.Incident.id).all()


def told(world: World, topic: str) -> list[dict[str, Any]]:
    world.session.rollback()
    return [row.payload for row in world.session.query(tables.Outbox).filter_by(topic=topic)]


def refused(world: World, phone: Point, code: str, **changed: object) -> Reason:
    verdict = world.redeem(phone, code, **changed)
    assert isinstance(verdict, Refused)
    return verdict.reason


def double_use(autumn: Autumn) -> str:
    """A pass taken at PiNG and, without network, at Alis44; the code."""
    world, code = autumn.world, autumn.codes.pop()
    world.redeem(autumn.ping, code, offline=True)
    reason = refused(world, autumn.alis44, code, offline=True, scan_id="scan-late")
    assert reason is Reason.ALREADY_REDEEMED_ELSEWHERE
    return code


@pytest.mark.parametrize("borne_by", ["scheme", "site"])
def test_the_second_one_becomes_an_incident_and_the_campaign_says_who_bears_it(
    world: World, borne_by: str
):
    autumn = Autumn(world, borne_by=borne_by)
    double_use(autumn)
    [incident] = incidents(world)
    winner = world.session.query(tables.Redemption).one()
    refusal = world.session.query(tables.Refusal).one()
    assert (incident.kind, incident.borne_by, incident.cents) == ("double_use", borne_by, 1000)
    assert (incident.redemption_id, incident.refusal_id) == (winner.id, refusal.id)
    assert (incident.association_id, incident.campaign_id) == (
        autumn.alis44.association,
        autumn.campaign,
    )
    assert (incident.opened_at, incident.closed_at) == (world.now, None)
    found = {"incident": incident.id, "association": autumn.alis44.association}
    assert told(world, "double_use_found") == [found | {"borne_by": borne_by}]


def test_two_phones_with_overlapping_queues_the_totals_tie_to_the_ledger(autumn: Autumn):
    world = autumn.world
    codes = [autumn.codes.pop() for _ in range(9)]
    for phone, mine in ((autumn.ping, codes[:6]), (autumn.alis44, codes[3:])):
        for code in mine:
            world.redeem(phone, code, offline=True)
    uses = world.session.query(tables.Redemption).count()
    opened = incidents(world)
    assert (uses, len(opened)) == (9, 3)
    owed = [
        balance(world.session, accounts.payable(phone.association), autumn.campaign)
        for phone in (autumn.ping, autumn.alis44)
    ]
    assert owed == [6000, 3000]
    assert sum(owed) + sum(incident.cents for incident in opened) == 12 * 1000
    assert check_books(world.session) == []


def test_a_second_use_at_the_same_site_is_one_too(autumn: Autumn):
    world, code = autumn.world, autumn.codes.pop()
    other = world.phone(autumn.ping.association, autumn.ping.site)
    world.redeem(autumn.ping, code, offline=True)
    assert refused(world, other, code, offline=True) is Reason.ALREADY_REDEEMED_HERE
    assert len(incidents(world)) == 1


def test_a_refusal_with_a_network_or_for_another_reason_is_none(autumn: Autumn):
    world, code = autumn.world, autumn.codes.pop()
    world.redeem(autumn.ping, code)
    refused(world, autumn.alis44, code)
    assert refused(world, autumn.alis44, "no pass", offline=True) is Reason.UNREADABLE
    assert incidents(world) == []
    assert check_books(world.session) == []


def test_sending_it_again_opens_no_second_incident_and_tells_nobody_twice(autumn: Autumn):
    code = double_use(autumn)
    for _ in range(2):
        refused(autumn.world, autumn.alis44, code, offline=True, scan_id="scan-late")
    assert len(incidents(autumn.world)) == 1
    assert len(told(autumn.world, "double_use_found")) == 1


def test_another_attempt_on_the_same_pass_is_another_incident(autumn: Autumn):
    code = double_use(autumn)
    refused(autumn.world, autumn.alis44, code, offline=True, scan_id="scan-once-more")
    assert len(incidents(autumn.world)) == 2


def test_an_attempt_that_became_an_incident_stays_one_even_if_the_winner_takes_his_back(
    autumn: Autumn,
):
    """Whoever bears it is asked about this attempt: it must not be paid a second time as a use."""
    world, code = autumn.world, double_use(autumn)
    winner = world.session.query(tables.Redemption).one()
    undoing.undo(
        world.session, autumn.ping.site, autumn.ping.device, winner.scan_id, "Erreur", world.now
    )
    again = {"offline": True, "scan_id": "scan-late"}
    assert refused(world, autumn.alis44, code, **again) is Reason.ALREADY_REDEEMED_ELSEWHERE
    assert isinstance(world.redeem(autumn.alis44, code), Accepted), "the pass itself lives again"
    assert len(incidents(world)) == 1
    assert check_books(world.session) == []


# A phone that was paired anew, with its queue


@pytest.fixture
def paired_anew(autumn: Autumn) -> Point:
    """What PiNG's phone is after it was paired again."""
    return autumn.world.phone(autumn.ping.association, autumn.ping.site)


def test_a_scan_whose_answer_was_lost_is_an_echo_under_the_new_device(
    autumn: Autumn, paired_anew: Point
):
    world, code = autumn.world, autumn.codes.pop()
    first = world.redeem(autumn.ping, code, scan_id="scan-kept")
    for offline in (True, False):
        again = world.redeem(paired_anew, code, scan_id="scan-kept", offline=offline)
        assert isinstance(first, Accepted)
        assert isinstance(again, Accepted)
        assert again.echo
        assert (again.moment, again.undo_until) == (first.moment, first.undo_until)
    assert world.session.query(tables.Redemption).count() == 1
    assert incidents(world) == []


def test_also_at_another_site_of_the_association_but_not_at_another_association(autumn: Autumn):
    world, code = autumn.world, autumn.codes.pop()
    ping = autumn.ping.association
    moved = world.phone(ping, world.site(ping, "PiNG Chantenay"))
    world.redeem(autumn.ping, code, scan_id="scan-kept")
    again = world.redeem(moved, code, scan_id="scan-kept", offline=True)
    assert isinstance(again, Accepted)
    assert again.echo
    reason = refused(world, autumn.alis44, code, scan_id="scan-kept", offline=True)
    assert reason is Reason.ALREADY_REDEEMED_ELSEWHERE
    assert len(incidents(world)) == 1


def test_what_was_refused_before_makes_no_second_incident_under_the_new_device(autumn: Autumn):
    world, code = autumn.world, double_use(autumn)
    paired_anew = world.phone(autumn.alis44.association, autumn.alis44.site)
    refused(world, paired_anew, code, offline=True, scan_id="scan-late")
    assert len(incidents(world)) == 1
    assert check_books(world.session) == []


def test_what_was_taken_back_is_not_spent_again_under_the_new_device(
    autumn: Autumn, paired_anew: Point
):
    world, code, ping = autumn.world, autumn.codes.pop(), autumn.ping
    world.redeem(ping, code, scan_id="scan-kept", offline=True)
    undoing.undo(world.session, ping.site, ping.device, "scan-kept", "Erreur", world.now)
    for phone in (ping, paired_anew):
        with pytest.raises(Conflict, match="scan_undone"):
            world.redeem(phone, code, scan_id="scan-kept", offline=True)
    assert isinstance(world.redeem(paired_anew, code, offline=True), Accepted)


# How it ends


def test_an_incident_is_closed_once_in_words_and_its_association_is_told(autumn: Autumn):
    world = autumn.world
    double_use(autumn)
    [incident] = incidents(world)
    disputing.close_incident(world.session, incident.id, "Payé par la Ville", "token:1", world.now)
    with pytest.raises(Conflict, match="closed_already"):
        disputing.close_incident(world.session, incident.id, "Non", "token:2", world.now)
    world.session.commit()
    [closed] = incidents(world)
    assert (closed.resolution, closed.closed_by) == ("Payé par la Ville", "token:1")
    assert told(world, "incident_closed") == [
        {"incident": closed.id, "association": autumn.alis44.association}
    ]
    with pytest.raises(NotFound):
        disputing.close_incident(world.session, 99, "Non", "token:2", world.now)


# The books notice


@pytest.mark.parametrize(
    "altered",
    [
        "DELETE FROM incident",
        "UPDATE incident SET cents = 1",
        "UPDATE incident SET borne_by = 'site'",
        "UPDATE incident SET redemption_id = NULL",
        "UPDATE refusal SET number = number + 1",
        "UPDATE refusal SET reason = 'expired'",
    ],
)
def test_an_incident_that_does_not_meet_its_refusal_is_named(
    autumn: Autumn, forge: Callable[[str], None], altered: str
):
    double_use(autumn)
    assert check_books(autumn.world.session) == []
    forge(altered)
    broken = {problem.invariant for problem in check_books(autumn.world.session)}
    assert broken == {"double_uses_are_incidents"}


def test_a_scan_whose_refusal_was_lost_and_that_comes_again_as_kept_is_an_incident_too(
    autumn: Autumn,
):
    """Refused online, and nobody heard it: the phone kept the scan, and help was given."""
    world, code = autumn.world, autumn.codes.pop()
    world.redeem(autumn.ping, code)
    refused(world, autumn.alis44, code, scan_id="scan-lost")
    assert incidents(world) == []
    for _ in range(2):
        refused(world, autumn.alis44, code, scan_id="scan-lost", offline=True)
    [incident] = incidents(world)
    assert world.session.query(tables.Refusal).one().id == incident.refusal_id
    assert check_books(world.session) == []
