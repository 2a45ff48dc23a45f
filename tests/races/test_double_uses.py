"""A queue that is sent twice at the same time opens one incident, and tells of it once."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.exc import MultipleResultsFound

from tests.races.test_spending import two_phones
from tests.support.cast import World
from tests.support.racing import at_once, shows, without
from voucher_service.actions import disputing, redeeming
from voucher_service.actions.checking import check_books
from voucher_service.core.passes import Refused
from voucher_service.store import tables


def opened_by_eight(world: World) -> int:
    """One refused scan, kept without network, that arrives eight times at once."""
    (winner, late), codes = two_phones(world)
    world.redeem(winner, codes[0])
    scan = world.scan(late, codes[0], offline=True)
    verdicts = at_once([partial(redeeming.redeem, world.counter, scan)] * 8)
    assert all(isinstance(verdict, Refused) for verdict in verdicts), verdicts
    assert world.session.query(tables.Refusal).count() == 1
    return world.session.query(tables.Incident).count()


def test_one_refused_scan_opens_one_incident_however_often_it_arrives(world: World):
    assert opened_by_eight(world) == 1
    assert world.session.query(tables.Outbox).count() == 1
    assert check_books(world.session) == []


def test_twin_without_its_key_every_arrival_opens_an_incident(fresh_worlds: Callable[[], World]):
    def tried() -> int:
        world = fresh_worlds()
        without(world, "ALTER TABLE incident DROP CONSTRAINT uq_incident_event")
        return opened_by_eight(world)

    shows("incidents of one double use", tried)


def disputed_by_eight(world: World) -> int:
    """One refusal that a site disputes eight times at once; how many disputes that makes."""
    (phone, _), _ = two_phones(world)
    refused = world.scan(phone, "no pass")
    redeeming.redeem(world.counter, refused)
    world.session.commit()

    def dispute(turn: int) -> str:
        with type(world.session)(world.engine) as session, session.begin():
            said = (phone.site, phone.device, refused.scan_id, f"Raison {turn}")
            return disputing.dispute(session, *said, world.now).reason

    answers = at_once([partial(dispute, turn) for turn in range(8)])
    # Without the constraint a late one finds others beside its own, and takes its own back.
    doubled = sum(isinstance(answer, MultipleResultsFound) for answer in answers)
    disputes = world.session.query(tables.Dispute).count() + doubled
    assert disputes > 1 or len(set(answers)) == 1, answers
    return disputes


def test_a_refusal_is_disputed_once(world: World):
    assert disputed_by_eight(world) == 1


def test_twin_without_its_constraint_a_refusal_is_disputed_many_times(
    fresh_worlds: Callable[[], World],
):
    def tried() -> int:
        world = fresh_worlds()
        without(world, "ALTER TABLE dispute DROP CONSTRAINT uq_dispute_refusal_id")
        return disputed_by_eight(world)

    shows("disputes of one refusal", tried)
