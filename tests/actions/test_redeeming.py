"""One redemption: every reason to refuse, echoes, scan ids, typed codes, scans without network."""

from datetime import date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.cast import (
    ALIS44,
    BASE_URL,
    CV,
    FORMS,
    PASS_KEY,
    PING,
    TYPED_CODES,
    Point,
    World,
)
from voucher_service.actions import accrediting, distributing, pairing, redeeming, undoing
from voucher_service.actions import trusting as trust
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.campaign import PARIS, FixedDate, Grace
from voucher_service.core.errors import Conflict, NotAllowed, TooMany
from voucher_service.core.pass_text import to_url
from voucher_service.core.passes import Accepted, Refused
from voucher_service.core.reasons import Reason
from voucher_service.core.signing import KeyStatus, SigningKey
from voucher_service.store import tables


class Pilot:
    """One booklet in somebody's hands, and a phone at PiNG."""

    def __init__(self, world: World, **changed: object) -> None:
        self.world = world
        self.funder = world.funder("Nantes Métropole")
        self.campaign = world.campaign({self.funder: 1}, **changed)
        order = world.order(self.campaign, 3)
        world.fund(order)
        self.serial, self.in_stock, self.unmoved = world.issue(order)
        self.ccas = world.point()
        world.stock([self.serial, self.in_stock], self.ccas)
        world.hand_over(self.serial, self.ccas)
        self.ping = world.at(PING, self.campaign, "PiNG Breil")
        self.codes = world.codes(self.serial)

    def reason(self, code: str, phone: Point | None = None, **changed: object) -> Reason:
        """Why a scan is refused."""
        verdict = self.world.redeem(phone or self.ping, code, **changed)
        assert isinstance(verdict, Refused)
        return verdict.reason


@pytest.fixture
def pilot(world: World) -> Pilot:
    return Pilot(world)


def test_a_pass_is_spent_once_and_says_when_and_where_it_was(pilot: Pilot):
    elsewhere = pilot.world.at(ALIS44, pilot.campaign, "Alis44 Bottière")
    assert isinstance(pilot.world.redeem(pilot.ping, pilot.codes[0]), Accepted)
    assert pilot.reason(pilot.codes[0]) is Reason.ALREADY_REDEEMED_HERE
    assert pilot.reason(pilot.codes[0], elsewhere) is Reason.ALREADY_REDEEMED_ELSEWHERE


def test_the_same_scan_sent_again_gets_the_same_answer_and_spends_nothing_more(pilot: Pilot):
    first = pilot.world.redeem(pilot.ping, pilot.codes[0], scan_id="scan-echo")
    pilot.world.later(hours=2)
    again = pilot.world.redeem(pilot.ping, pilot.codes[0], scan_id="scan-echo")
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (first.echo, again.echo) == (False, True)
    assert (first.moment, first.undo_until) == (again.moment, again.undo_until)
    assert pilot.world.session.query(tables.Redemption).count() == 1


def test_a_success_is_echoed_even_after_the_booklet_was_blocked(pilot: Pilot):
    pilot.world.redeem(pilot.ping, pilot.codes[0], scan_id="scan-echo")
    distributing.block(pilot.world.session, pilot.serial, "volé", "token:1", pilot.world.now)
    again = pilot.world.redeem(pilot.ping, pilot.codes[0], scan_id="scan-echo")
    assert isinstance(again, Accepted)
    assert again.echo


def test_a_scan_id_stands_for_one_pass_only(pilot: Pilot):
    pilot.world.redeem(pilot.ping, pilot.codes[0], scan_id="scan-mine")
    with pytest.raises(Conflict, match="scan_id_reused"):
        pilot.world.redeem(pilot.ping, pilot.codes[1], scan_id="scan-mine")
    with pytest.raises(Conflict, match="scan_id_reused"):
        pilot.world.redeem(pilot.ping, "not a pass", scan_id="scan-mine")
    assert pilot.world.session.query(tables.Redemption).count() == 1


def test_a_scan_that_was_taken_back_cannot_be_sent_again(pilot: Pilot):
    world, ping = pilot.world, pilot.ping
    world.redeem(ping, pilot.codes[0], scan_id="scan-undone")
    undoing.undo(world.session, ping.site, ping.device, "scan-undone", "erreur", world.now)
    with pytest.raises(Conflict, match="scan_undone"):
        world.redeem(ping, pilot.codes[0], scan_id="scan-undone")


def test_two_phones_may_use_the_same_scan_id_by_chance(pilot: Pilot):
    other = pilot.world.phone(pilot.ping.association, pilot.ping.site)
    assert isinstance(pilot.world.redeem(pilot.ping, pilot.codes[0], scan_id="scan-same"), Accepted)
    assert isinstance(pilot.world.redeem(other, pilot.codes[1], scan_id="scan-same"), Accepted)


# What the code itself says


def test_a_text_that_is_no_pass_is_unreadable(pilot: Pilot):
    for text in ("bonjour", "https://pass.example.org/p#", "1234", "XNWC-FESF-EYY2", "0" * 256):
        assert pilot.reason(text) is Reason.UNREADABLE


def test_a_changed_digit_is_never_accepted(pilot: Pilot):
    digits = pilot.codes[0]
    changed = digits[:-1] + ("1" if digits[-1] != "1" else "2")
    assert pilot.reason(changed) is Reason.BAD_SIGNATURE


def sealed_by(key: SigningKey, booklet_id: bytes, number: int, campaign: int, cents: int) -> str:
    return to_url(BASE_URL, key.seal(booklet_id, number, campaign, cents, 1_893_452_399))


def test_a_pass_of_a_key_we_do_not_know_is_refused(pilot: Pilot):
    stranger = SigningKey(b"\x99\x99", Ed25519PrivateKey.generate())
    code = sealed_by(stranger, b"abcdef", 1, pilot.campaign, 1000)
    assert pilot.reason(code) is Reason.UNKNOWN_KEY


def test_a_well_signed_pass_that_the_register_does_not_know_is_refused(pilot: Pilot):
    code = sealed_by(PASS_KEY, b"abcdef", 1, pilot.campaign, 1000)
    assert pilot.reason(code) is Reason.UNKNOWN_BOOKLET


def test_a_well_signed_pass_must_say_what_the_register_says(pilot: Pilot):
    booklet = pilot.world.session.get_one(tables.Booklet, int(pilot.serial))
    for number, campaign, cents in (
        (6, pilot.campaign, 1000),
        (1, pilot.campaign + 1, 1000),
        (1, pilot.campaign, 5000),
    ):
        code = sealed_by(PASS_KEY, booklet.public_id, number, campaign, cents)
        assert pilot.reason(code) is Reason.UNKNOWN_BOOKLET


def test_a_revoked_key_is_believed_only_for_what_the_register_knows(pilot: Pilot):
    trust.change_key(pilot.world.session, PASS_KEY.kid.hex(), KeyStatus.REVOKED)
    pilot.world.session.commit()
    forged = sealed_by(PASS_KEY, b"abcdef", 1, pilot.campaign, 1000)
    assert pilot.reason(forged) is Reason.KEY_REVOKED
    assert isinstance(pilot.world.redeem(pilot.ping, pilot.codes[0]), Accepted)


# What the register says


def test_a_booklet_still_in_stock_is_refused(pilot: Pilot):
    (code, *_) = pilot.world.codes(pilot.in_stock)
    assert pilot.reason(code) is Reason.NOT_HANDED_OVER
    (code, *_) = pilot.world.codes(pilot.unmoved)
    assert pilot.reason(code) is Reason.NOT_HANDED_OVER


def test_blocked_then_void(pilot: Pilot):
    session, now = pilot.world.session, pilot.world.now
    distributing.block(session, pilot.serial, "volé", "token:1", now)
    assert pilot.reason(pilot.codes[0]) is Reason.BLOCKED
    distributing.void(session, pilot.serial, "détruit", "token:1", now)
    assert pilot.reason(pilot.codes[0]) is Reason.VOIDED


def test_before_the_first_day_and_after_the_last(world: World):
    pilot = Pilot(
        world,
        valid_from=date(2026, 12, 1),
        validity=FixedDate(date(2026, 12, 31)),
        grace=Grace.NONE,
    )
    assert pilot.reason(pilot.codes[0]) is Reason.NOT_YET_VALID
    world.now = datetime(2027, 1, 1, 0, 0, tzinfo=PARIS)
    assert pilot.reason(pilot.codes[0]) is Reason.EXPIRED


def test_a_site_must_be_accredited_and_approved_for_the_campaign(pilot: Pilot):
    world = pilot.world
    other = world.campaign({pilot.funder: 1})
    alis44 = world.at(ALIS44, other, "Alis44 Bottière")
    assert pilot.reason(pilot.codes[0], alis44) is Reason.CAMPAIGN_NOT_APPROVED
    accrediting.decide(
        world.session,
        pilot.ping.association,
        Accreditation.SUSPENDED,
        "contrôle en cours",
        "token:1",
        world.now,
    )
    assert pilot.reason(pilot.codes[0]) is Reason.SITE_NOT_ACCREDITED


def test_a_campaign_may_pay_for_some_services_in_some_communes_only(world: World):
    pilot = Pilot(world, services=frozenset({FORMS}), territory=frozenset({"44109"}))
    assert pilot.reason(pilot.codes[0], service=CV) is Reason.WRONG_SERVICE
    reze = world.phone(
        pilot.ping.association, world.site(pilot.ping.association, "PiNG Rezé", "44143")
    )
    assert pilot.reason(pilot.codes[0], reze, service=FORMS) is Reason.WRONG_TERRITORY
    assert isinstance(world.redeem(pilot.ping, pilot.codes[0], service=FORMS), Accepted)


# Without network


def test_a_phone_keeps_so_many_passes_a_day_without_network(world: World):
    pilot = Pilot(world, offline_passes_per_day=2)
    yesterday = world.now - timedelta(days=1)
    for code in pilot.codes[:2]:
        assert isinstance(world.redeem(pilot.ping, code, offline=True, moment=yesterday), Accepted)
    code = pilot.codes[2]
    assert pilot.reason(code, offline=True, moment=yesterday) is Reason.OFFLINE_LIMIT
    assert isinstance(world.redeem(pilot.ping, code, offline=True), Accepted)


def test_each_campaign_has_an_allowance_of_its_own_on_a_phone(world: World):
    pilot = Pilot(world, offline_passes_per_day=1)
    other = world.campaign({pilot.funder: 1}, offline_passes_per_day=1)
    order = world.order(other, 1)
    world.fund(order)
    [serial] = world.issue(order)
    world.stock([serial], pilot.ccas)
    world.hand_over(serial, pilot.ccas)
    accrediting.approve_for_campaign(
        world.session, other, pilot.ping.association, "token:1", world.now
    )
    for codes in (pilot.codes, world.codes(serial)):
        assert isinstance(world.redeem(pilot.ping, codes[0], offline=True), Accepted)
        assert pilot.reason(codes[1], offline=True) is Reason.OFFLINE_LIMIT


def test_an_offline_scan_that_comes_after_a_week_is_too_late(pilot: Pilot):
    code, moment = pilot.codes[0], pilot.world.now
    pilot.world.later(days=7, minutes=1)
    assert pilot.reason(code, offline=True, moment=moment) is Reason.OFFLINE_TOO_LATE


def test_a_refused_offline_scan_takes_nothing_from_the_allowance(world: World):
    pilot = Pilot(world, offline_passes_per_day=1)
    world.redeem(pilot.ping, pilot.codes[0])
    assert pilot.reason(pilot.codes[0], offline=True) is Reason.ALREADY_REDEEMED_HERE
    assert isinstance(world.redeem(pilot.ping, pilot.codes[1], offline=True), Accepted)


# Refusals are remembered


def test_a_refusal_is_kept_once_with_both_clocks_and_never_the_code(pilot: Pilot):
    world, served = pilot.world, pilot.world.now - timedelta(hours=3)
    code = world.codes(pilot.in_stock)[0]
    for _ in range(2):
        pilot.reason(code, scan_id="scan-again", moment=served, offline=True)
    refusal = world.session.query(tables.Refusal).one()
    assert (refusal.reason, refusal.booklet_id, refusal.number) == (
        "not_handed_over",
        int(pilot.in_stock),
        1,
    )
    assert (refusal.moment, refusal.at) == (served, world.now)
    kept = [str(value) for value in vars(refusal).values()]
    assert not any(code[-40:] in value for value in kept)


def test_a_check_spends_nothing_and_keeps_nothing(pilot: Pilot):
    scan = pilot.world.scan(pilot.ping, pilot.codes[0], scan_id="", service="")
    assert isinstance(redeeming.look(pilot.world.counter, scan), Accepted)
    assert pilot.world.session.query(tables.Redemption).count() == 0
    assert pilot.world.session.query(tables.Refusal).count() == 0


# Typed codes


def test_a_typed_code_spends_the_same_pass(pilot: Pilot):
    typed = pilot.world.printed(pilot.serial)[2].typed
    verdict = pilot.world.redeem(pilot.ping, typed.lower().replace("-", " "))
    assert isinstance(verdict, Accepted)
    assert verdict.standing.number == 3
    assert pilot.reason(pilot.codes[2]) is Reason.ALREADY_REDEEMED_HERE


def test_guessing_learns_nothing_unknown_not_handed_over_and_foreign_look_alike(pilot: Pilot):
    world = pilot.world
    foreign = world.at(ALIS44, world.campaign({pilot.funder: 1}), "Alis44")
    in_stock = world.printed(pilot.in_stock)[0].typed
    assert pilot.reason(in_stock) is Reason.UNKNOWN_BOOKLET
    assert pilot.reason(TYPED_CODES.write(9_999, 1)) is Reason.UNKNOWN_BOOKLET
    mine = world.printed(pilot.serial)[0].typed
    assert pilot.reason(mine, foreign) is Reason.UNKNOWN_BOOKLET


def test_after_five_wrong_typed_codes_a_phone_waits_and_after_twenty_it_stops(pilot: Pilot):
    world, ping = pilot.world, pilot.ping
    for turn in range(20):
        assert pilot.reason(TYPED_CODES.write(9_000 + turn, 1)) is Reason.UNKNOWN_BOOKLET
        if turn % 5 == 4:
            with pytest.raises(TooMany) as paused:
                world.redeem(ping, TYPED_CODES.write(8_000, 1))
            assert paused.value.retry_after == (900 if turn < 19 else 86_400)
            world.later(minutes=16)
    with pytest.raises(TooMany, match="typed_codes_off"):
        world.redeem(ping, world.printed(pilot.serial)[0].typed)
    assert isinstance(world.redeem(ping, pilot.codes[0]), Accepted), "the QR code still works"


def test_a_slip_of_the_hand_is_no_guess(pilot: Pilot):
    for _ in range(30):
        assert pilot.reason("XNWC-FESF-EYY2") is Reason.UNREADABLE


# Revocation


def test_a_phone_revoked_between_the_look_and_the_spending_spends_nothing(pilot: Pilot):
    pairing.revoke_device(pilot.world.session, pilot.ping.device, pilot.world.now)
    with pytest.raises(NotAllowed, match="device_revoked"):
        pilot.world.redeem(pilot.ping, pilot.codes[0])
    assert pilot.world.session.query(tables.Redemption).count() == 0
