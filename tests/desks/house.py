"""A house for the association's desk: PiNG after an autumn in which all sorts happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.support.cast import CV, MAILBOX, Point, World
from tests.support.contesting import contest
from tests.support.nantes import Nantes
from tests.support.paying import pay
from voucher_service.actions import bank_accounts, contesting, disputing, paying, settling
from voucher_service.core.campaign import PARIS
from voucher_service.core.contests import Outcome
from voucher_service.core.passes import Accepted
from voucher_service.core.payout_batch import Account
from voucher_service.store import tables

NEW_IBAN = "FR7630004000031234567890143"


@dataclass(slots=True)
class House:
    """PiNG with two sites: one statement paid and given back, another one, and open cases."""

    nantes: Nantes
    nord: Point
    codes: list[str]
    october: str = ""
    november: str = ""
    contest: int = 0
    refusal: int = 0

    @property
    def world(self) -> World:
        return self.nantes.service.world

    @property
    def association(self) -> int:
        return self.nantes.ping.association

    def spend(self, phone: Point, count: int, **changed: object) -> None:
        for code in [self.codes.pop() for _ in range(count)]:
            assert isinstance(self.world.redeem(phone, code, **changed), Accepted)

    def use(self) -> int:
        """The last use."""
        found = self.world.session.query(tables.Redemption).order_by(tables.Redemption.id.desc())
        return found.limit(1).one().id

    def close(self, label: str, cutoff: datetime) -> str:
        self.world.now = cutoff + timedelta(hours=9)
        numbers = self.world.close(label, cutoff)
        return next(number for number in numbers if number.startswith("RA"))


def house_of(nantes: Nantes) -> House:
    """Everybody has their booklets, and PiNG a second site; nothing was spent yet."""
    world = nantes.service.world
    codes = []
    for serial in nantes.serials[:3]:
        world.hand_over(serial, nantes.ccas)
        codes += world.codes(serial)
    site = world.site(nantes.ping.association, "PiNG Nord")
    return House(nantes, world.phone(nantes.ping.association, site, "Tablette"), codes)


def lived_in(nantes: Nantes) -> House:
    """The same after November and some of December."""
    house = house_of(nantes)
    world, session = house.world, house.world.session
    ping = nantes.ping
    house.spend(ping, 3)
    world.redeem(house.nord, world.codes(nantes.serials[2])[4])
    house.refusal = session.query(tables.Refusal).one().id
    disputing.dispute_refusal(session, house.refusal, "Nous avons aidé.", "person:9", world.now)
    house.november = house.close("2026-11", datetime(2026, 12, 1, tzinfo=PARIS))
    settling.approve_statement(session, house.november, "token:2", world.now)
    pay(world, "2026-11")
    paying.payout_executed(session, house.november, world.now)
    paying.payout_returned(session, house.november, "AC04", world.now)
    account = Account("PiNG", NEW_IBAN)
    bank_accounts.propose(session, ping.association, account, "person:9", world.now)
    session.commit()
    house.spend(house.nord, 2, service=CV)
    house.spend(ping, 1, service=MAILBOX, offline=True, moment=world.now - timedelta(hours=30))
    house.contest = contest(world, house.use())
    session.commit()
    return house


def decide(house: House, outcome: Outcome) -> None:
    """Somebody decided the contest that the association answered."""
    world = house.world
    contesting.decide(world.session, house.contest, outcome, "vu", "token:2", world.now)
    world.session.commit()
