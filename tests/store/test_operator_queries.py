"""What the operator's desk reads: queues, the grid, unusual patterns, names, lists backwards."""

from datetime import datetime

import pytest

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import MIDDLE_OF_NOVEMBER, PING, World
from tests.support.paying import APPROVER, pay
from voucher_service.actions import accrediting, settling
from voucher_service.core.campaign import PARIS
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.patterns import PatternKind
from voucher_service.store import tables
from voucher_service.store.queries import grid, names, patterns, places, waiting
from voucher_service.store.queries.paging import Window


@pytest.fixture
def autumn(world: World) -> Autumn:
    return Autumn(world)


def after_november(autumn: Autumn, *, uses: int = 7) -> World:
    autumn.spend(autumn.ping, uses)
    autumn.spend(autumn.alis44, 4)
    autumn.world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    return autumn.world


def test_the_two_totals_of_a_period_meet_and_are_what_the_statements_say(autumn: Autumn) -> None:
    world = after_november(autumn)
    world.close("2026-11", END_OF_NOVEMBER)
    found = grid.grid(world.session, "2026-11")
    assert found.meets
    assert found.by_association_cents == found.by_funder_cents == 11_000
    assert found.net_cents == found.statements_net_cents == 11_000
    assert found.statements_funders_cents == 11_000
    (campaign,) = found.campaigns
    assert [row.borne_cents for row in campaign.rows] == [7_000, 4_000]
    assert all(sum(row.cells.values()) == row.borne_cents for row in campaign.rows)
    columns = {n: sum(row.cells[n] for row in campaign.rows) for n in campaign.funders}
    assert columns == campaign.funders


def test_a_use_that_disappears_after_the_close_shows_in_the_grid(autumn: Autumn) -> None:
    world = after_november(autumn)
    world.close("2026-11", END_OF_NOVEMBER)
    lost = world.session.query(tables.Redemption).filter_by(site_id=autumn.ping.site).first()
    assert lost is not None
    lost.period_id = None
    world.session.flush()
    found = grid.grid(world.session, "2026-11")
    assert not found.meets
    assert "RA-2026-000001" in found.differing


def test_a_period_that_is_not_closed_has_no_grid(autumn: Autumn) -> None:
    world = autumn.world
    settling.open_period(world.session, "2026-11", END_OF_NOVEMBER, world.now)
    for label in ("2026-11", "2026-10"):
        with pytest.raises(NotFound):
            grid.grid(world.session, label)


def test_the_queues_follow_a_november(autumn: Autumn) -> None:
    world = after_november(autumn)
    nothing = waiting.waiting(world.session, world.now)
    assert set(vars_of(nothing).values()) == {0}
    settling.open_period(world.session, "2026-11", END_OF_NOVEMBER, world.now)
    assert waiting.waiting(world.session, world.now).periods == 1
    world.close("2026-11", END_OF_NOVEMBER)
    closed = waiting.waiting(world.session, world.now)
    assert (closed.periods, closed.statements, closed.unpaid) == (0, 5, 0)
    settling.approve_period(world.session, "2026-11", APPROVER, world.now)
    approved = waiting.waiting(world.session, world.now)
    assert (approved.statements, approved.unpaid) == (0, 2)
    pay(world, "2026-11")
    assert set(vars_of(waiting.waiting(world.session, world.now)).values()) == {0}


def test_applications_accounts_and_orders_wait_for_somebody(world: World) -> None:
    funder = world.funder("Nantes Métropole")
    campaign = world.campaign({funder: 1})
    order = world.order(campaign, 2)
    application = accrediting.Application("PiNG", "a@ping.example", PING[2], "PiNG", rna=PING[1])
    accrediting.apply_for_accreditation(world.session, application, world.now)
    before = waiting.waiting(world.session, world.now)
    assert (before.applications, before.accounts, before.unfunded) == (1, 1, 1)
    world.fund(order)
    assert waiting.waiting(world.session, world.now).unissued == 1
    world.issue(order)
    assert waiting.waiting(world.session, world.now).unpacked == 2


def test_nobody_approves_a_period_that_he_closed_and_nothing_is_approved(autumn: Autumn) -> None:
    world = after_november(autumn)
    world.close("2026-11", END_OF_NOVEMBER, actor="token:1")
    with pytest.raises(Conflict, match="four_eyes"):
        settling.approve_period(world.session, "2026-11", "token:1", world.now)
    assert waiting.waiting(world.session, world.now).statements == 5
    assert settling.approve_period(world.session, "2026-11", APPROVER, world.now) == 5
    with pytest.raises(Conflict, match="approved_already"):
        settling.approve_period(world.session, "2026-11", APPROVER, world.now)


def test_a_booklet_used_up_in_a_visit_is_found_and_undone_uses_are_not(autumn: Autumn) -> None:
    world = autumn.world
    autumn.spend(autumn.ping, 5)
    world.session.commit()
    found = patterns.found(world.session)
    assert [item.kind for item in found.patterns] == [PatternKind.WHOLE_BOOKLET]
    assert (found.uses, found.since, found.before) == (5, MIDDLE_OF_NOVEMBER, None)
    first = world.session.query(tables.Redemption).order_by(tables.Redemption.id).first()
    assert first is not None
    first.undone_at = world.now
    world.session.flush()
    assert patterns.found(world.session).patterns == []


def test_older_uses_are_looked_at_on_the_next_page(
    autumn: Autumn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "LOOKED_AT", 4)
    autumn.spend(autumn.ping, 6)
    session = autumn.world.session
    session.commit()
    latest = patterns.found(session)
    assert (latest.uses, latest.before) == (4, 3)
    assert (patterns.found(session, latest.before).uses) == 2


def test_names_are_found_by_number_and_unknown_ones_left_out(autumn: Autumn) -> None:
    session = autumn.world.session
    assert names.associations(session, [autumn.ping.association, None, 99]) == {
        autumn.ping.association: "PiNG"
    }
    assert names.sites(session, [autumn.ping.site]) == {autumn.ping.site: "PiNG Breil"}
    assert names.campaigns(session, []) == {}
    assert names.points(session, [1]) == {1: "CCAS de Nantes"}
    assert names.funders(session, autumn.funders[:1]) == {autumn.funders[0]: "Financeur 1"}


def test_a_list_is_read_from_its_newest_row_backwards(autumn: Autumn) -> None:
    session = autumn.world.session
    first = places.associations(session, None, Window(None, 1, newest_first=True))
    assert [row.name for row in first.rows] == ["Alis44"]
    second = places.associations(session, None, Window(int(first.next or 0), 1, newest_first=True))
    assert [row.name for row in second.rows] == ["PiNG"]
    assert second.next is None


def vars_of(found: waiting.Waiting) -> dict[str, int]:
    return {name: getattr(found, name) for name in found.__slots__}
