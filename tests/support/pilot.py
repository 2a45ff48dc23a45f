"""The pilot as its people and its bank live it: money in, booklets out, months closed and paid.

Money moves by files of the bank only; what persons decide, they say to the management API.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.support.bank_loop import Loop, iban, looping
from tests.support.cast import ALIS44, PING, Point, World
from tests.support.fake_stripe import FakeStripe
from tests.support.service import Caller, Service
from voucher_service.actions import undoing
from voucher_service.core.campaign import PARIS, FixedDate
from voucher_service.core.passes import Accepted
from voucher_service.core.references import creditor_reference
from voucher_service.store import tables


class Pass(NamedTuple):
    """A pass in somebody's hands."""

    serial: str
    number: int
    code: str


@dataclass(slots=True)
class Pilot:
    """The pilot, its bank, and how far the year has come."""

    loop: Loop
    funders: dict[str, int]
    campaign: int
    ping: Point
    alis44: Point
    ccas: int
    passes: list[Pass] = field(default_factory=list)
    """What can still be spent."""

    @property
    def world(self) -> World:
        return self.loop.service.world

    def on(self, month: int, day: int, hour: int = 10) -> None:
        """Go on to a day of 2026, or of the year after."""
        year, month = (2026, month) if month <= 12 else (2027, month - 12)
        self.loop.until(date(year, month, day).isoformat())
        self.world.now = datetime(year, month, day, hour, tzinfo=PARIS)

    def wait(self, *, days: int) -> None:
        """Let some days pass, here and at the bank."""
        self.world.later(days=days)
        self.loop.until(self.world.now.date().isoformat())

    def funded(self, order: int) -> bool:
        """Whether the passes of an order are worth anything."""
        return done(self.loop.finance.get(f"/orders/{order}"))["funded"] is True

    def statement(self, month: int, association: int) -> str:
        """The number of an association's statement of a month."""
        found = done(self.loop.finance.get(f"/statements?period=2026-{month:02d}"))["items"]
        (number,) = [one["number"] for one in found if one["association"] == str(association)]
        return str(number)

    def funder(self, name: str) -> Caller:
        return self.loop.service.by("funder", self.funders[name])

    def call(self, order: int, name: str) -> Any:
        """The call that a funder got for an order."""
        session = self.world.session
        funder = self.funders[name]
        found = session.query(tables.Call).filter_by(order_id=order, funder_id=funder).one()
        session.rollback()
        return found

    def pays(self, order: int, name: str) -> None:
        """A funder's payment reaches the account, under the reference of its call."""
        call = self.call(order, name)
        reference = creditor_reference(call.number)
        self.loop.bank.receive(
            call.amount_cents, reference=reference, note="Pass", debtor={"name": name}
        )

    def give_out(self, order: int) -> None:
        """An order is issued, sent to the CCAS and given to people."""
        world = self.world
        serials = world.issue(order)
        world.stock(serials, self.ccas)
        for serial in serials:
            world.hand_over(serial, self.ccas)
            codes = enumerate(world.codes(serial), 1)
            self.passes += [Pass(serial, number, code) for number, code in codes]

    def use(self, phone: Point, **changed: Any) -> Pass:
        """A pass is spent; which."""
        used = self.passes.pop(0)
        assert isinstance(self.world.redeem(phone, used.code, **changed), Accepted)
        return used

    def take_back(self, phone: Point) -> None:
        """The wrong pass was read: half an hour is enough to take it back."""
        scan = "wrong-" + self.passes[0].serial
        assert isinstance(self.world.redeem(phone, self.passes[0].code, scan_id=scan), Accepted)
        self.world.later(minutes=5)
        session = self.world.session
        undoing.undo(session, phone.site, phone.device, scan, "mauvais pass", self.world.now)
        session.commit()

    def contest(self, used: Pass, phone: Point, outcome: str) -> str:
        """A funder doubts a use, the association answers, a second person decides; its number."""
        body = {"serial": used.serial, "number": used.number, "reason": "Deux fois la même heure"}
        contest = done(self.funder(next(iter(self.funders))).post("/contests", body), 201)["id"]
        association = self.loop.service.by("association", phone.association)
        answer = {"answer": "Deux personnes, la feuille du jour le montre."}
        done(association.post(f"/contests/{contest}/answer", answer))
        decision = {"outcome": outcome, "reason": "Feuille du jour lue"}
        done(self.loop.finance.post(f"/contests/{contest}/decision", decision))
        return str(contest)

    def close(self, month: int) -> list[Any]:
        """The month is closed by one person and approved by another; its statements."""
        cutoff = datetime(2026 + month // 12, month % 12 + 1, 1, tzinfo=PARIS)
        label, loop = f"2026-{month:02d}", self.loop
        done(loop.finance.post("/periods", {"label": label, "cutoff": cutoff.isoformat()}), 201)
        done(loop.finance.post(f"/periods/{label}/close"), 202)
        loop.service.run_jobs()
        statements = done(loop.finance.get(f"/statements?period={label}"))["items"]
        for statement in statements:
            done(loop.operator.post(f"/statements/{statement['number']}/approve"))
        return list(statements)

    def pay(self, month: int, *, until: tuple[int, int]) -> int:
        """What is due for a month leaves, and the bank says so; the cents."""
        status, file = self.loop.send(f"2026-{month:02d}")
        assert status == 202
        self.on(*until)
        self.hear()
        return cents_of(file)

    def hear(self, *, unknown: int = 0) -> None:
        """Take what the bank says; each of its lines comes twice, notified and stated."""
        assert self.loop.hear()["unknown"] == 2 * unknown

    def assign(self, **to: Any) -> None:
        """A person says what the line is that nobody could know."""
        (line,) = done(self.loop.finance.get("/bank-lines?state=unknown"))["items"]
        done(self.loop.finance.post(f"/bank-lines/{line['id']}/assign", {"to": to}))

    def new_account(self, association: int, account: str) -> None:
        """An association is paid to another account from now on: two persons, some days."""
        path = f"/associations/{association}/bank-accounts"
        given = {"iban": account, "holder": "Nouveau compte"}
        made = done(self.loop.finance.post(path, given), 201)
        done(self.loop.operator.post(f"/bank-accounts/{made['id']}/confirm"))

    def end(self) -> list[int]:
        """All agree that it ends; what each funder is credited for what nobody used."""
        path = f"/campaigns/{self.campaign}/closing"
        done(self.loop.operator.post(path), 201)
        for name in self.funders:
            done(self.funder(name).post(f"{path}/approve", {}))
        closed = done(self.loop.finance.post(f"{path}/statement"), 201)
        return [credit["deposit_cents"] for credit in closed["credits"]]

    def send_home(self, *, until: tuple[int, int]) -> None:
        """Each funder wants its money back; it leaves by two persons and the bank says so."""
        loop, path = self.loop, f"/campaigns/{self.campaign}/closing/choices"
        for turn, name in enumerate(self.funders):
            account = {"iban": iban(9_000 + turn), "holder": name}
            chosen = done(
                self.funder(name).post(path, {"to": {"choice": "refund", "account": account}}), 201
            )
            done(loop.operator.post(f"/refunds/{chosen['refund']}/approve"))
        number = done(loop.finance.post("/refund-batches", {}), 201)["number"]
        done(loop.operator.post(f"/refund-batches/{number}/approve"))
        assert loop.bank.pay(loop.finance.get(f"/refund-batches/{number}.xml").data)[0] == 202
        self.on(*until)
        self.hear()

    def pays_by_checkout(self, stripe: FakeStripe, order: int, name: str) -> None:
        """A funder follows a link to Stripe's page, whose payout reaches the account.

        Stripe kept its fee; the operator puts it back, and no funder's money pays it.
        """
        finance, cents = self.loop.finance, self.call(order, name).amount_cents
        who = {"name": name, "mail": "dons@fondation.example", "funder": str(self.funders[name])}
        asked = who | {"amount_cents": cents, "order": str(order)}
        link = done(finance.post(f"/campaigns/{self.campaign}/gifts", asked), 201)["url"]
        led = self.loop.service.client.get(urlsplit(link).path)
        assert led.status_code == 303, led.text
        stripe.pay(led.headers["Location"].rpartition("/")[2])
        payout = stripe.pay_out()
        assert payout is not None
        assert set(stripe.webhooks.deliver()) == {200}
        self.loop.service.run_jobs()
        self.loop.bank.receive(payout["amount"], note=f"STRIPE {payout['trace_id']['value']}")
        self.loop.bank.receive(cents - payout["amount"], note="FRAIS DE CARTE")
        self.wait(days=2)
        self.hear(unknown=1)
        assert not self.funded(order)
        self.assign(kind="stripe_fees")


def done(answer: TestResponse, status: int = 200) -> Any:
    """What an answer holds that must be a success."""
    assert answer.status_code == status, answer.text
    return answer.get_json()


def cents_of(file: bytes) -> int:
    """What a payment file moves in all."""
    (total,) = set(re.findall(rb"<CtrlSum>([0-9]+)[.]([0-9]{2})</CtrlSum>", file))
    return int(b"".join(total))


@contextmanager
def piloting(service: Service, weights: dict[str, int], last_day: date) -> Iterator[Pilot]:
    """The pilot on the fifth of January 2026, before anything was ordered."""
    world = service.world
    world.now = datetime(2026, 1, 5, 9, 0, tzinfo=PARIS)
    funders = {name: world.funder(name) for name in weights}
    shares = {funders[name]: weight for name, weight in weights.items()}
    campaign = world.campaign(shares, validity=FixedDate(last_day))
    ping, alis44 = world.at(PING, campaign, "PiNG Breil"), world.at(ALIS44, campaign, "Alis44")
    ccas = world.point()
    with looping(service) as loop:
        yield Pilot(loop, funders, campaign, ping, alis44, ccas)
