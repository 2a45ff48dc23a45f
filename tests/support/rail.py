"""Payouts by Stripe Connect on a stage: a November of two associations, and who pays it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.bank_files import DEBIT, camt_053, entry, statement
from tests.support.fake_stripe import FakeStripe, accounts, running_stripe
from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY
from tests.support.service import Caller, Service, running_service
from voucher_service.actions import settling
from voucher_service.actions.auditing import audit
from voucher_service.actions.checking import check_books
from voucher_service.core.accounts import IN_TRANSIT, payable, receivable_from
from voucher_service.core.bank_file import BankEntry
from voucher_service.core.campaign import PARIS
from voucher_service.jobs import rail as jobs
from voucher_service.partners import StripeAccount
from voucher_service.store import rail as store
from voucher_service.store.postings import balance
from voucher_service.store.session import sessions_on

NOVEMBER, BATCH = "2026-11", "VP-2026-000001"
PING, ALIS44 = "RA-2026-000001", "RA-2026-000002"


XML = {"Content-Type": "application/xml"}


@dataclass(slots=True)
class Desk:
    """A November of two associations, closed and approved: 70.00 € and 40.00 € are owed."""

    stripe: FakeStripe
    service: Service
    autumn: Autumn
    bank: int = 0
    """What the bank's last statement closed with."""
    days: int = 0

    @property
    def maker(self) -> Caller:
        return self.service.by("finance")

    @property
    def approver(self) -> Caller:
        return self.service.by("operator")

    def recipients(self, *, ready: bool = True) -> None:
        for point in (self.autumn.ping, self.autumn.alis44):
            made = self.approver.post(f"/associations/{point.association}/recipient")
            assert made.status_code == 201, made.text
            if ready:
                accounts.onboard(self.stripe, made.get_json()["account"])

    def batch(self) -> None:
        """Made by one, said to leave by Stripe, let go by another."""
        assert self.maker.post("/payout-batches", {"period": NOVEMBER}).status_code == 201
        chosen = self.maker.post(f"/payout-batches/{BATCH}/by-stripe")
        assert chosen.status_code == 200, chosen.text
        assert self.approver.post(f"/payout-batches/{BATCH}/approve").status_code == 200

    def fund(self) -> dict[str, Any]:
        """The bank shows one transfer to Stripe, which has the money."""
        found = self.bank_day(entry(11_000, DEBIT, text=f"{BATCH} STRIPE"))
        self.stripe.transaction("topup", 11_000, "", 0)
        return found

    def bank_day(self, line: BankEntry) -> dict[str, Any]:
        """The bank's statement of one more day with one line."""
        self.days += 1
        item = statement([line], self.bank, f"day {self.days}")
        self.bank = item.closing_cents
        told = self.maker.post("/bank-statements", data=camt_053(item), headers=XML)
        assert told.status_code == 201, told.text
        found: dict[str, Any] = told.get_json()
        return found

    def send(self) -> str:
        """Stripe is asked to pay; what the job says of it."""
        asked = self.maker.post(f"/payout-batches/{BATCH}/transfers")
        assert asked.status_code == 202, asked.text
        self.service.run_jobs()
        said: str = self.maker.get(f"/jobs/{asked.get_json()['id']}").get_json()["note"]
        return said

    def paid(self) -> None:
        """All of it, until Stripe has sent both."""
        self.recipients()
        self.batch()
        self.fund()
        self.send()

    def take_back(self, end_to_end: str, **body: Any) -> TestResponse:
        return self.maker.post(f"/payouts/{end_to_end}/reversal", body or None)

    def transfer(self, end_to_end: str) -> dict[str, Any]:
        """A payout's transfer as it stands at Stripe."""
        (found,) = self.stripe.objects.of("transfer", description=end_to_end)
        return found

    def at_stripe(self, end_to_end: str, cents: int) -> None:
        """Somebody takes a part back in Stripe's dashboard."""
        with self.stripe.lock:
            accounts.reverse(self.stripe, self.transfer(end_to_end)["id"], {"amount": cents})

    def deliver(self, events: Any = None) -> list[int]:
        """Stripe's webhooks arrive, and the jobs that they leave are done."""
        self.stripe.webhooks.post = self.post
        answers = self.stripe.webhooks.deliver(events)
        self.service.run_jobs()
        return answers

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        self.service.world.session.commit()
        sent = self.service.client.post("/stripe/webhooks", data=body, headers=headers)
        return sent.status_code

    def home(self, cents: int) -> None:
        """What lay at Stripe for nobody comes back to the ring-fenced account."""
        self.bank_day(entry(cents, text="STRIPE"))
        (found,) = self.maker.get("/bank-lines?state=unknown").get_json()["items"]
        to = {"kind": "from_stripe", "campaign": str(self.autumn.campaign)}
        done = self.maker.post(f"/bank-lines/{found['id']}/assign", {"to": to})
        assert done.status_code == 200, done.text
        self.stripe.transaction("payout", -cents, "", 0)

    def for_nobody(self) -> int:
        """Cents that went back and lie at Stripe, by the ledger."""
        session = self.service.world.session
        session.commit()
        lying = store.held(session) - balance(session, IN_TRANSIT)
        session.commit()
        return lying

    def owed_and_owing(self, association: int) -> tuple[int, int]:
        """Cents that an association is owed, and that it owes back, by the ledger."""
        session = self.service.world.session
        session.commit()
        owed = balance(session, payable(association))
        owing = -balance(session, receivable_from(association))
        session.commit()
        return owed, owing

    def states(self) -> list[str]:
        rows = self.maker.get("/payouts").get_json()["items"]
        return [row["state"] for row in rows]

    def differences(self) -> list[str]:
        self.service.world.session.commit()
        sessions = sessions_on(self.service.world.engine)
        return jobs.differences(sessions, self.service.services.settings)


@contextmanager
def running_rail(engine: Engine, url: str, home: Path, *, right: bool = True) -> Iterator[Desk]:
    """The desk for the length of a block; the books must be ``right`` when it ends."""
    with running_stripe() as stripe:
        account = StripeAccount(payouts_key=KEY, webhook_secrets=(SECRET,), api=stripe.address)
        with running_service(engine, url, home, stripe=account) as service:
            world = service.world
            autumn = Autumn(world)
            autumn.spend(autumn.ping, 7)
            autumn.spend(autumn.alis44, 4)
            world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
            for number in world.close(NOVEMBER, END_OF_NOVEMBER):
                settling.approve_statement(world.session, number, "token:2", world.now)
            world.session.commit()
            desk = Desk(stripe, service, autumn)
            yield desk
            if not right:
                return
            if (lying := desk.for_nobody()) > 0:
                desk.home(lying)
            world.session.commit()
            broken = check_books(world.session)
            assert broken == [], broken
            report = audit(world.session, lambda *_: iter(()), None, world.now)
            assert [one for chapter in report.chapters for one in chapter.findings] == []
