"""Gifts as the rules see them: what Stripe would say, without Stripe. Made through real actions."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.support.bank_files import entry
from tests.support.banking import Bank, give
from tests.support.cast import World
from voucher_service.actions import assigning, gift_money, gift_payouts, giving
from voucher_service.core.bank_file import BankEntry
from voucher_service.core.gifts import Checkout, Movement, PaidOut, Stage
from voucher_service.store import tables

LA_POSTE, MAIL = "La Poste", "dons@laposte.example"
GIFT = 2_191_000

__all__ = ["GIFT", "LA_POSTE", "MAIL", "Till", "give"]


@dataclass(slots=True)
class Till:
    """The scheme's account at Stripe: what came, what went back, what was paid out."""

    world: World
    bank: Bank
    movements: dict[int, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    waiting: list[Movement] = field(default_factory=list)
    count: int = 0

    def ask(self, campaign: int, cents: int = GIFT, name: str = LA_POSTE, **asked: object) -> int:
        """Somebody is about to give."""
        given = {"mail": MAIL} | asked
        gift = giving.ask(
            self.world.session,
            giving.Asked(campaign, cents, name, **given),  # type: ignore[arg-type]
            f"link{self.count}-{self.world.session.query(tables.Gift).count()}",
            giving.PUBLIC if "order" not in asked else "token:1",
            self.world.now,
        )
        giving.has_session(self.world.session, gift, f"cs_{gift}")
        self.world.session.commit()
        return gift

    def movement(self, kind: str, cents: int, fee: int = 0) -> Movement:
        """One movement of the account's balance."""
        self.count += 1
        made = Movement(
            f"txn_{self.count:04d}", kind, cents, fee, f"src_{self.count}", self.world.now
        )
        self.waiting.append(made)
        return made

    def paid(self, gift: int, fee: int = 100) -> Movement:
        """The donor's money is at Stripe, less its fee."""
        made = self.movement("charge", self.row(gift).cents, fee)
        self.movements[gift].append(made)
        self.say(gift)
        return made

    def back(self, gift: int, cents: int, fee: int = 0, kind: str = "refund") -> Movement:
        """Money moves again after the payment: negative when it goes back."""
        made = self.movement(kind, cents, fee)
        self.movements[gift].append(made)
        self.say(gift)
        return made

    def checkout(self, gift: int, stage: Stage = Stage.PAID) -> Checkout:
        """What Stripe says of a gift now."""
        return Checkout(f"cs_{gift}", gift, stage, tuple(self.movements[gift]))

    def say(self, gift: int, stage: Stage = Stage.PAID) -> None:
        """The product asks Stripe about a gift."""
        gift_money.take_checkout(self.world.session, self.checkout(gift, stage), self.world.now)
        self.world.session.commit()

    def pay_out(self) -> PaidOut:
        """What no payout took leaves for the bank."""
        name = f"po_{self.count:04d}"
        inside, self.waiting = self.waiting, []
        paid = PaidOut(
            name,
            sum(item.net_cents for item in inside),
            self.world.now.date(),
            "paid",
            f"TRACE{self.count:04d}",
            inside,
        )
        gift_payouts.know(self.world.session, paid, self.world.now)
        self.world.session.commit()
        return paid

    def line(self, paid: PaidOut) -> BankEntry:
        """The bank's line of a payout."""
        return entry(paid.cents, text=f"STRIPE {paid.trace}", name="STRIPE")

    def arrive(self) -> PaidOut:
        """A payout leaves, and the bank shows it."""
        paid = self.pay_out()
        assert self.bank.day(self.line(paid)).counts.matched == 1
        return paid

    def restore(self, cents: int) -> None:
        """The operator puts back what Stripe kept, and a person says so of the bank's line."""
        self.bank.day(entry(cents, text="Reversement"))
        session = self.world.session
        line = session.query(tables.BankLine).filter_by(matched_at=None).order_by("id").first()
        assert line is not None
        assigning.is_stripe_fees(assigning.meant(session, line.id, "token:5", self.world.now))
        session.commit()

    def whole(self, gift: int, fee: int = 100) -> None:
        """A gift from its payment to its passes."""
        self.paid(gift, fee)
        self.arrive()
        self.restore(fee)

    def row(self, gift: int) -> tables.Gift:
        """A gift as it stands now."""
        self.world.session.expire_all()
        return self.world.session.get_one(tables.Gift, gift)
