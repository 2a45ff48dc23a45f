"""The acceptance scenarios of the domain, by number, through the real actions on both engines."""

from datetime import date, datetime, timedelta
from functools import partial

import pytest

from tests.support.cast import ALIS44, CV, FORMS, MAILBOX, PING, Point, World
from tests.support.racing import at_once
from voucher_service.actions import (
    accrediting,
    distributing,
    issuing,
    ordering,
    redeeming,
    undoing,
)
from voucher_service.actions.checking import check_books
from voucher_service.actions.identifiers import checked_siret
from voucher_service.actions.paying import books
from voucher_service.core import accounts
from voucher_service.core.campaign import PARIS, FixedDate, MonthsAfterHandover
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.funnel import hours
from voucher_service.core.passes import Accepted, Refused
from voucher_service.core.reasons import Reason
from voucher_service.store import booklets, tables
from voucher_service.store.postings import balance
from voucher_service.store.queries import sums

NANTES_FUNDERS = (
    ("Nantes Métropole", 40),
    ("Département de Loire-Atlantique", 30),
    ("État", 20),
    ("MSA Loire-Atlantique – Vendée", 10),
)


def nantes(world: World, **changed: object) -> int:
    """The Nantes campaign with its four funders at 40/30/20/10."""
    weights = {world.funder(name): weight for name, weight in NANTES_FUNDERS}
    return world.campaign(weights, **changed)


def funded_booklets(world: World, campaign: int, count: int) -> list[str]:
    order = world.order(campaign, count)
    world.fund(order)
    return world.issue(order)


def handed_over(world: World, campaign: int, count: int = 1) -> list[str]:
    """Booklets in people's hands."""
    serials = funded_booklets(world, campaign, count)
    point = world.point()
    world.stock(serials, point)
    for serial in serials:
        world.hand_over(serial, point)
    return serials


def refusal(world: World, point: Point, code: str, **changed: object) -> Reason:
    verdict = world.redeem(point, code, **changed)
    assert isinstance(verdict, Refused)
    return verdict.reason


def test_01_a_funded_order_holds_its_whole_value_and_lacks_nothing(world: World):
    campaign = nantes(world)
    order = world.order(campaign, 2000)
    world.fund(order)
    assert len(world.issue(order)) == 2000
    position = books(world.session)
    assert position.bank_reserved == 10_000_000
    assert position.outstanding == 10_000_000
    assert position.bank_reserved - position.owed == 0


def test_02_a_payment_order_number_alone_makes_nothing_spendable(world: World):
    campaign = nantes(world)
    order = world.order(campaign, 2000)
    for funder, cents in world.calls(order).items():
        ordering.record_promise(world.session, order, funder, f"MD-{funder}", cents, world.now)
    world.session.commit()
    with pytest.raises(Conflict, match="not_funded"):
        issuing.issue(world.session, order, world.now, lambda _done, _total: None)
    assert world.session.query(tables.Booklet).count() == 0
    assert books(world.session).outstanding == 0


def test_02_bis_a_payment_that_bounced_puts_the_passes_to_sleep_until_it_is_made_good(world: World):
    campaign = nantes(world)
    order = world.order(campaign, 2)
    world.fund(order)
    (serial, _) = world.issue(order)
    point = world.point()
    world.stock([serial], point)
    world.hand_over(serial, point)
    phone = world.at(PING, campaign, "PiNG Breil")
    code, other = world.codes(serial)[:2]

    receipt = world.session.query(tables.Receipt).filter_by(order_id=order).first()
    assert receipt is not None
    ordering.reverse_receipt(world.session, receipt.id, world.now)
    world.session.commit()
    assert refusal(world, phone, code) is Reason.NOT_FUNDED
    assert books(world.session).solvent
    assert check_books(world.session) == []

    world.receive(order, receipt.funder_id, receipt.amount_cents, "VIR à nouveau")
    assert isinstance(world.redeem(phone, other), Accepted)
    assert check_books(world.session) == []
    last = world.session.query(tables.Receipt).order_by(tables.Receipt.id.desc()).first()
    assert last is not None
    with pytest.raises(Conflict, match="passes_spent"):
        ordering.reverse_receipt(world.session, last.id, world.now)


def test_03_four_funders_bear_37_uses_to_the_cent(world: World):
    campaign = nantes(world)
    serials = handed_over(world, campaign, 8)
    phone = world.at(PING, campaign, "PiNG Breil")
    codes = [code for serial in serials for code in world.codes(serial)]
    for code in codes[:37]:
        assert isinstance(world.redeem(phone, code), Accepted)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    world.close("2026-11", datetime(2026, 12, 1, tzinfo=PARIS))
    statements = world.session.query(tables.Statement).filter_by(kind="funder")
    parts = [row.total_cents for row in statements.order_by(tables.Statement.funder_id)]
    assert parts == [14_800, 11_100, 7_400, 3_700]


def test_03_bis_three_equal_funders_bear_one_pass_then_three_exactly(world: World):
    funders = {world.funder(f"Financeur {n}"): 1 for n in (1, 2, 3)}
    campaign = world.campaign(funders)
    codes = world.codes(handed_over(world, campaign)[0])
    phone = world.at(PING, campaign, "PiNG Breil")
    borne = dict.fromkeys(funders, 0)
    for label, spent_on, cutoff, uses in (
        ("2026-11", datetime(2026, 11, 20, tzinfo=PARIS), datetime(2026, 12, 1, tzinfo=PARIS), 1),
        ("2026-12", datetime(2026, 12, 10, tzinfo=PARIS), datetime(2027, 1, 1, tzinfo=PARIS), 2),
    ):
        world.now = spent_on
        for code in [codes.pop() for _ in range(uses)]:
            assert isinstance(world.redeem(phone, code), Accepted)
        world.now = cutoff + timedelta(days=1)
        for number in world.close(label, cutoff):
            statement = world.session.get_one(tables.Statement, number)
            if statement.funder_id is not None:
                borne[statement.funder_id] += statement.total_cents
        if label == "2026-11":
            assert list(borne.values()) == [334, 333, 333]
    assert list(borne.values()) == [1000, 1000, 1000]


def test_04_a_hand_over_takes_one_booklet_from_the_stock_and_names_nobody(world: World):
    campaign = nantes(world)
    serials = funded_booklets(world, campaign, 300)
    point = world.point()
    world.stock(serials, point)
    handed = world.hand_over(serials[0], point)
    assert handed.valid_until == date(2027, 12, 31)
    assert booklets.in_stock(world.session, point) == 299
    columns = {column.name for column in tables.Handover.__table__.columns}
    assert columns == {"booklet_id", "point_id", "newcomer", "at"}


def test_04_bis_validity_may_count_from_the_hand_over_up_to_a_ceiling(world: World):
    rule = MonthsAfterHandover(months=12, latest=date(2027, 12, 31))
    campaign = nantes(world, validity=rule)
    serials = funded_booklets(world, campaign, 2)
    point = world.point()
    world.stock(serials, point)
    assert world.hand_over(serials[0], point).valid_until == date(2027, 11, 16)
    world.now = datetime(2027, 3, 31, 10, 0, tzinfo=PARIS)
    assert world.hand_over(serials[1], point).valid_until == date(2027, 12, 31)


def test_05_a_pass_used_before_its_hand_over_is_refused_and_the_point_is_told(world: World):
    campaign = nantes(world)
    serials = funded_booklets(world, campaign, 299)
    point = world.point()
    world.stock(serials, point)
    phone = world.at(PING, campaign, "PiNG Breil")
    assert refusal(world, phone, world.codes(serials[7])[0]) is Reason.NOT_HANDED_OVER
    told = world.session.query(tables.Outbox).one()
    assert told.topic == "used_before_handover"
    assert told.payload == {"point": point, "serial": serials[7], "site": phone.site}


def test_06_one_booklet_is_spent_at_two_sites_for_two_services(world: World):
    campaign = nantes(world)
    (serial,) = handed_over(world, campaign)
    ping, alis44 = world.at(PING, campaign, "PiNG"), world.at(ALIS44, campaign, "Alis44 Bottière")
    for number, code in enumerate(world.codes(serial)):
        site, service = (ping, MAILBOX) if number < 2 else (alis44, FORMS)
        assert isinstance(world.redeem(site, code, service=service), Accepted)
    assert balance(world.session, accounts.payable(ping.association)) == 2_000
    assert balance(world.session, accounts.payable(alis44.association)) == 3_000
    assert booklets.passes_used(world.session, int(serial)) == 5


def test_07_two_phones_read_one_pass_at_once_and_exactly_one_succeeds(world: World):
    """The crowd of it, over HTTP and with its twin, is in ``tests/races``."""
    campaign = nantes(world)
    (serial,) = handed_over(world, campaign)
    ping, alis44 = world.at(PING, campaign, "PiNG"), world.at(ALIS44, campaign, "Alis44 Bottière")
    for code in world.codes(serial):
        scans = [world.scan(phone, code) for phone in (ping, alis44)]
        counter = world.counter
        told = at_once([partial(redeeming.redeem, counter, scan) for scan in scans])
        assert sorted(type(verdict).__name__ for verdict in told) == ["Accepted", "Refused"]
        (loser,) = [verdict for verdict in told if isinstance(verdict, Refused)]
        assert loser.reason is Reason.ALREADY_REDEEMED_ELSEWHERE
        assert loser.standing is not None
        assert loser.standing.holder is not None
        assert loser.standing.holder.moment == world.now
    assert world.session.query(tables.Redemption).count() == 5
    assert check_books(world.session) == []


def test_08_the_last_day_lasts_until_midnight_in_paris_and_grace_until_the_end_of_january(
    world: World,
):
    world.now = datetime(2021, 6, 1, 9, 0, tzinfo=PARIS)
    campaign = nantes(world, valid_from=date(2021, 1, 1), validity=FixedDate(date(2021, 12, 31)))
    codes = world.codes(handed_over(world, campaign)[0])
    phone = world.at(PING, campaign, "PiNG Breil")

    world.now = datetime(2021, 12, 31, 23, 59, 59, tzinfo=PARIS)
    assert isinstance(world.redeem(phone, codes[0]), Accepted)
    world.now = datetime(2022, 1, 31, 15, 0, tzinfo=PARIS)
    assert isinstance(world.redeem(phone, codes[1]), Accepted)
    world.now = datetime(2022, 2, 1, 0, 0, 1, tzinfo=PARIS)
    assert refusal(world, phone, codes[2]) is Reason.EXPIRED

    world.now = datetime(2022, 2, 3, 9, 0, tzinfo=PARIS)
    served = datetime(2022, 1, 31, 15, 0, tzinfo=PARIS)
    assert isinstance(world.redeem(phone, codes[3], moment=served, offline=True), Accepted)


def test_11_the_2001st_family_finds_no_booklet_and_500_are_counted_anonymously(world: World):
    campaign = nantes(world)
    serials = funded_booklets(world, campaign, 20)
    point = world.point()
    world.stock(serials, point)
    for serial in serials:
        world.hand_over(serial, point)
    for _ in range(5):
        answer = distributing.hand_over(world.session, None, point, None, "token:1", world.now)
        assert answer == distributing.NoStock()
    world.session.commit()
    unmet = world.session.query(tables.UnmetRequest).one()
    assert (unmet.point_id, unmet.people) == (point, 5)


def test_12_hours_are_counted_at_two_a_pass(world: World):
    funder = world.funder("La Poste")
    campaign = world.campaign({funder: 1}, minutes_per_pass=120)
    codes = world.codes(handed_over(world, campaign)[0])
    phone = world.at(PING, campaign, "PiNG Breil")
    for code in codes[:3]:
        world.redeem(phone, code)
    found = sums.uses(world.session, [campaign], [sums.Side.SERVICE], sums.mark(world.session))
    assert hours(sum(one.uses for one in found), 120) == 6
    assert hours(5_180, 120) == 10_360
    assert hours(10, 120) == 20


def test_16_a_workshop_of_ten_with_one_expired_pass_keeps_the_nine_others(world: World):
    campaign = nantes(world)
    ended = nantes_again(world, validity=FixedDate(date(2026, 9, 30)))
    codes = [code for serial in handed_over(world, campaign, 2) for code in world.codes(serial)]
    world.now -= timedelta(days=90)
    codes[4] = world.codes(handed_over(world, ended)[0])[0]
    world.now += timedelta(days=90)
    phone = world.at(PING, campaign, "PiNG Breil")
    accrediting.approve_for_campaign(world.session, ended, phone.association, "token:1", world.now)
    world.session.commit()
    verdicts = [world.redeem(phone, code) for code in codes]
    assert sum(isinstance(verdict, Accepted) for verdict in verdicts) == 9
    assert isinstance(verdicts[4], Refused)
    assert verdicts[4].reason is Reason.EXPIRED


def nantes_again(world: World, **changed: object) -> int:
    """A second campaign of one of the same funders."""
    return world.campaign({1: 1}, **changed)


def test_17_a_lost_booklet_is_blocked_and_replaced_and_the_liability_does_not_move(world: World):
    campaign = nantes(world)
    (serial,) = handed_over(world, campaign)
    phone = world.at(PING, campaign, "PiNG Breil")
    codes = world.codes(serial)
    for code in codes[:2]:
        assert isinstance(world.redeem(phone, code), Accepted)
    before = books(world.session).outstanding

    distributing.block(world.session, serial, "lost", "token:1", world.now)
    assert [refusal(world, phone, code) for code in codes[2:]] == [Reason.BLOCKED] * 3
    distributing.unblock(world.session, serial, "retrouvé", "token:1", world.now)
    distributing.block(world.session, serial, "perdu encore", "token:1", world.now)

    new = distributing.replace(world.session, serial, "lost", "token:1", world.now)
    world.session.commit()
    assert books(world.session).outstanding == before
    assert [refusal(world, phone, code) for code in codes[2:]] == [Reason.VOIDED] * 3
    booklet = world.session.get_one(tables.Booklet, int(new))
    assert (booklet.passes, booklet.replaces_id) == (3, int(serial))
    world.session.commit()
    world.hand_over(new, booklet.point_id or 0)
    assert all(isinstance(world.redeem(phone, code), Accepted) for code in world.codes(new))
    kinds = [event.kind for event in world.session.query(tables.BookletEvent).order_by("id")]
    assert kinds == [
        "handed_over",
        "blocked",
        "unblocked",
        "blocked",
        "voided",
        "replaced",
        "stands_in",
        "handed_over",
    ]
    assert check_books(world.session) == []


def test_18_a_wrong_scan_is_undone_before_the_cut_off_and_only_contested_after(world: World):
    campaign = nantes(world)
    code, other = world.codes(handed_over(world, campaign)[0])[:2]
    phone = world.at(PING, campaign, "PiNG Breil")
    assert isinstance(world.redeem(phone, code, scan_id="scan-wrong"), Accepted)
    world.later(minutes=10)
    for _ in range(2):  # said twice, it is taken back once
        undoing.undo(
            world.session, phone.site, phone.device, "scan-wrong", "mauvais pass", world.now
        )
    assert isinstance(world.redeem(phone, code), Accepted)
    kinds = [transfer.kind for transfer in world.session.query(tables.Transfer).order_by("id")]
    assert kinds[-3:] == ["use", "undo", "use"]

    assert isinstance(world.redeem(phone, other, scan_id="scan-late"), Accepted)
    world.later(minutes=31)
    with pytest.raises(Conflict, match="undo_window_over"):
        undoing.undo(world.session, phone.site, phone.device, "scan-late", "trop tard", world.now)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    world.close("2026-11", datetime(2026, 12, 1, tzinfo=PARIS))
    with pytest.raises(Conflict, match="already_settled"):
        undoing.undo(world.session, phone.site, phone.device, "scan-late", "trop tard", world.now)
    assert check_books(world.session) == []


@pytest.mark.parametrize(("fee_bp", "fee", "net"), [(400, 1_480, 35_520), (0, 0, 37_000)])
def test_20_a_downstream_fee_is_kept_back_from_the_gross(
    world: World, fee_bp: int, fee: int, net: int
):
    campaign = nantes(world, fee_bp=fee_bp)
    codes = [code for serial in handed_over(world, campaign, 8) for code in world.codes(serial)]
    phone = world.at(PING, campaign, "PiNG Breil")
    for code in codes[:37]:
        assert isinstance(world.redeem(phone, code, service=CV), Accepted)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    world.close("2026-11", datetime(2026, 12, 1, tzinfo=PARIS))
    statement = world.session.query(tables.Statement).filter_by(kind="association").one()
    assert statement.total_cents == net
    assert balance(world.session, accounts.payable(phone.association)) == net
    assert balance(world.session, accounts.OPERATOR_FEES) == fee
    assert books(world.session).payable == 37_000
    assert check_books(world.session) == []


@pytest.mark.parametrize(
    "siret",
    [
        "43493312300029",
        "35600000009075",  # La Poste's own rule only: its digits sum to 45
        "35600000000048",
        "24330031600011",  # Nantes Métropole, an example of the national schema: Luhn sum 30
    ],
)
def test_21_a_siret_is_good_by_luhn_or_by_la_postes_own_rule(siret: str):
    assert checked_siret(siret) == siret


@pytest.mark.parametrize(
    "siret", ["24330031600012", "4349331230002", "35600000009074", "W44200123"]
)
def test_21_bis_any_other_siret_is_refused(siret: str):
    with pytest.raises(Invalid, match="bad_siret"):
        checked_siret(siret)
