"""A worker remembers a phone for some seconds. Revoking the phone does not wait for that."""

import time

import pytest

from tests.support.cast import PING, Point, World
from voucher_service.actions import pairing
from voucher_service.actions.pairing import secret_hash
from voucher_service.core.errors import NotAllowed
from voucher_service.core.passes import Accepted
from voucher_service.store import tables
from voucher_service.store.book import PHONE_SECONDS


def a_phone_and_its_passes(world: World) -> tuple[Point, list[str]]:
    campaign = world.campaign({world.funder("Métropole"): 1})
    order = world.order(campaign, 1)
    world.fund(order)
    [serial] = world.issue(order)
    point = world.point()
    world.stock([serial], point)
    world.hand_over(serial, point)
    return world.at(PING, campaign, "Lieu"), world.codes(serial)


def revoke(world: World, phone: Point) -> None:
    pairing.revoke_device(world.session, phone.device, world.now)
    world.session.commit()


def test_a_phone_is_remembered_for_some_seconds_only(world: World, monkeypatch: pytest.MonkeyPatch):
    phone, _ = a_phone_and_its_passes(world)
    book, token_hash = world.counter.book, secret_hash(phone.token)
    assert book.phone_seen_lately(token_hash) == book.phone(token_hash)
    revoke(world, phone)
    assert book.phone(token_hash) is None
    assert book.phone_seen_lately(token_hash) is not None
    later = time.monotonic() + PHONE_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert book.phone_seen_lately(token_hash) is None


def test_a_token_that_is_nobody_s_is_asked_about_every_time(world: World):
    phone, _ = a_phone_and_its_passes(world)
    book, token_hash = world.counter.book, secret_hash("nobody's")
    assert book.phone_seen_lately(token_hash) is None
    device = world.session.get_one(tables.Device, phone.device)
    device.token_hash = token_hash
    world.session.commit()
    assert book.phone_seen_lately(token_hash) is not None


def test_a_revoked_phone_that_is_still_remembered_spends_nothing(world: World):
    phone, codes = a_phone_and_its_passes(world)
    assert isinstance(world.redeem(phone, codes[0]), Accepted)
    revoke(world, phone)
    with pytest.raises(NotAllowed, match="device_revoked"):
        world.redeem(phone, codes[1])


def test_nor_does_it_learn_or_leave_anything(world: World):
    phone, codes = a_phone_and_its_passes(world)
    world.redeem(phone, codes[0])
    revoke(world, phone)
    for code in (codes[0], "not a pass"):
        with pytest.raises(NotAllowed, match="device_revoked"):
            world.redeem(phone, code)
    assert world.session.query(tables.Refusal).count() == 0
