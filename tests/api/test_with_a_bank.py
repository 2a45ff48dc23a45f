"""To a bank that answers, and back: files over HTTP on both sides, and nothing else between."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.bank_loop import Loop, iban, looping
from tests.support.cast import World
from tests.support.problems import refused
from tests.support.service import Service, running_service
from voucher_service.actions import settling
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.campaign import PARIS
from voucher_service.core.references import creditor_reference
from voucher_service.store import tables
from voucher_service.store.engine import make_engine

ASSOCIATIONS = 100
NOVEMBER = {"period": "2026-11"}


@pytest.fixture
def service(sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    engine = make_engine(sqlite_url)
    with running_service(engine, sqlite_url, tmp_path) as service:
        yield service
    engine.dispose()


def spent_at_many(world: World) -> None:
    """A campaign whose passes were spent at a hundred associations in November."""
    campaign = world.campaign({world.funder("Métropole"): 2, world.funder("Région"): 1})
    order = world.order(campaign, 30)
    world.fund(order)
    point, serials = world.point(), world.issue(order)
    world.stock(serials, point)
    for serial in serials:
        world.hand_over(serial, point)
    codes = iter([code for serial in serials for code in world.codes(serial)])
    for number in range(ASSOCIATIONS):
        identity = (f"Médiation n°{number} & Cie", f"W44{number:07d}", iban(1_000 + number))
        phone = world.at(identity, campaign, f"Lieu {number}")
        for _ in range(1 + number % 2):
            if (code := next(codes, None)) is not None:
                world.redeem(phone, code)
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    for statement in world.close("2026-11", datetime(2026, 12, 1, tzinfo=PARIS)):
        settling.approve_statement(world.session, statement, "token:9", world.now)
    world.session.commit()


@pytest.fixture
def crowd(service: Service) -> Iterator[Loop]:
    spent_at_many(service.world)
    with looping(service) as loop:
        yield loop


@pytest.fixture
def calm(service: Service) -> Iterator[Loop]:
    """Nothing to pay, and everything that was asked for has come."""
    world = service.world
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
    funders = [world.funder("Métropole"), world.funder("Région")]
    world.fund(world.order(world.campaign(dict.fromkeys(funders, 1)), 1))
    with looping(service) as loop:
        yield loop


def test_a_hundred_payments_a_duplicate_a_refusal_and_a_return_that_are_cured(crowd: Loop):
    loop, bank, session = crowd, crowd.bank, crowd.service.world.session
    bank.account("CLOSED", iban(1_007), name="Ferme", behaviour="closed-account")
    late = {"days": 3, "reason": "AC04", "end_to_end_id": "RA-2026-000012"}
    bank.reserved(behaviour="return-later", parameters=late)

    status, file = loop.send("2026-11")
    assert (status, file.count(b"<CdtTrfTxInf>")) == (202, ASSOCIATIONS)
    # The same file again: the bank knows it by its number, and the first one stands.
    assert bank.pay(file)[0] == 422
    assert loop.hear("pain.002")["rejected"] == 1
    assert session.get_one(tables.Payout, "RA-2026-000008").return_reason == "AC04"
    assert loop.agrees() is False  # the money is still there: it leaves tomorrow

    loop.until("2026-12-04")
    told = loop.hear()
    # 99 debits, first by a notification, then on the statement of the day; the day before had none.
    assert told == {"matched": 2 * 99, "returned": 0, "rejected": 0, "unknown": 0}
    assert loop.agrees()

    loop.until("2026-12-09")
    told = loop.hear()
    assert (told["returned"], told["unknown"]) == (2, 0)  # notified, then stated
    (back,) = session.query(tables.Payout).filter(tables.Payout.returned_at.is_not(None))
    assert (back.end_to_end, back.return_reason) == ("RA-2026-000012", "AC04")
    assert loop.agrees()
    refused(loop.finance.post("/payout-batches", NOVEMBER), 409, "nothing_to_pay")

    bank.reserved(behaviour="accept", parameters={})
    for association, account in ((8, 5_007), (12, 5_011)):
        path = f"/associations/{association}/bank-accounts"
        given = {"iban": iban(account), "holder": "Nouveau compte"}
        made = loop.finance.post(path, given).json
        assert made is not None
        loop.operator.post(f"/bank-accounts/{made['id']}/confirm")
    loop.until("2026-12-14")
    status, file = loop.send("2026-11")
    assert (status, file.count(b"-2</EndToEndId>")) == (202, 2)
    loop.until("2026-12-16")
    assert loop.hear()["unknown"] == 0
    states = [item.settled_at is not None for item in session.query(tables.Payout)]
    assert states.count(True) == ASSOCIATIONS + 1
    assert books(session).payable == 0
    assert loop.agrees()


def test_money_comes_short_and_cut_and_a_statement_with_a_hole_is_refused(calm: Loop):
    loop, bank, world = calm, calm.bank, calm.service.world
    order = world.order(1, 2)
    first, second = world.session.query(tables.Call).filter_by(order_id=order).order_by("number")
    numbers = (first.number, second.number)
    world.session.commit()
    # Short; then the rest, whose text the bank cuts at 35 signs in the middle of our number.
    bank.receive(3_000, note=f"ACOMPTE {numbers[0]}", debtor={"name": "Metropole"})
    bank.receive(2_000, note=f"VIREMENT TRESOR PUBLIC MANDAT {numbers[0]}", wrap=35)
    bank.receive(5_000, reference=creditor_reference(numbers[1]), note="Merci")
    bank.receive(77, note="SANS NUMERO")
    loop.until("2026-12-03")
    mail = bank.mail("camt.")
    assert any(b"</Ustrd><Ustrd>" in content for content in mail)
    told = loop.take(mail)
    assert (told["matched"], told["unknown"]) == (6, 2)  # notified, then stated
    world.session.expire_all()
    assert world.session.get_one(tables.Order, order).funded_at is not None
    held = books(world.session).bank_reserved
    world.session.commit()
    assert held + 77 == bank.balance()
    assert check_books(world.session) == []
    world.session.commit()

    # The bank leaves an entry out: the balances tell, that day and the day after.
    bank.reserved(behaviour="statement-gap")
    bank.receive(500, note="OUBLIE")
    loop.until("2026-12-04")
    (holed,) = bank.mail("camt.053")
    bank.reserved(behaviour="accept")
    loop.until("2026-12-07")
    (after,) = bank.mail("camt.053")
    before = calm.service.checksum()
    refused(loop.give(holed), 422, "statement_does_not_add_up")
    refused(loop.give(after), 409, "statement_gap")
    assert calm.service.checksum() == before
