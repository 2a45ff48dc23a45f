"""The product and a fake Stripe beside it: gifts from the page to the passes, over HTTP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import stripe as library
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from tests.support.bank_files import camt_053, entry, statement
from tests.support.fake_stripe import FakeStripe, running_stripe
from tests.support.fake_stripe.webhooks import SECRET
from tests.support.fake_stripe.world import KEY
from tests.support.nantes import Nantes, nantes_of
from tests.support.service import Service, running_service
from voucher_service.core.bank_file import BankEntry
from voucher_service.jobs import gifts as jobs
from voucher_service.partners import StripeAccount
from voucher_service.store import tables

ACCOUNT = StripeAccount(key=KEY, webhook_secrets=(SECRET,))
LA_POSTE = {"amount": "21 910,00", "name": "La Poste", "mail": "dons@laposte.example"}

XML = {"Content-Type": "application/xml"}


@dataclass(slots=True)
class House:
    """A scheme that is open to gifts, and Stripe. Reusable: a year may be played on it."""

    stripe: FakeStripe
    service: Service
    nantes: Nantes
    bank: int = 0
    days: int = 0

    @property
    def campaign(self) -> int:
        return self.nantes.campaign

    def open_to_gifts(self) -> None:
        path = f"/campaigns/{self.campaign}/gifts/opening"
        assert self.nantes.operator.post(path).status_code == 200

    def type(self, **typed: str) -> TestResponse:
        """A donor fills our form and sends it."""
        self.service.world.session.commit()
        return self.service.client.post(f"/give/{self.campaign}", data=LA_POSTE | typed)

    def give(self, **typed: str) -> str:
        """A donor comes to Stripe's page; the name of its session."""
        answer = self.type(**typed)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].rpartition("/")[2]

    def deliver(self, events: Any = None) -> list[int]:
        """Stripe's webhooks arrive, and the jobs that they leave are done."""
        self.service.world.session.commit()
        answers = self.stripe.webhooks.deliver(events)
        self.service.run_jobs()
        return answers

    def gift(self, number: int = 1) -> tables.Gift:
        """A gift as it stands now."""
        self.service.world.session.expire_all()
        return self.service.world.session.get_one(tables.Gift, number)

    def bank_day(self, *lines: BankEntry) -> dict[str, Any]:
        """The bank's statement of one more day, sent to the management API."""
        self.days += 1
        on = self.service.world.now.date()
        item = statement(
            [replace(line, booked_on=on, value_on=on) for line in lines],
            self.bank,
            f"{on}/{self.days}",
            on,
        )
        self.bank = item.closing_cents
        answer = self.nantes.finance.post("/bank-statements", data=camt_053(item), headers=XML)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def payout_line(self, payout: dict[str, Any]) -> BankEntry:
        """How the bank shows a payout of Stripe."""
        return entry(payout["amount"], text=f"STRIPE {payout['trace_id']['value']}", name="STRIPE")

    def pay_out(self) -> dict[str, Any]:
        """Stripe pays out, tells it, and the bank shows it."""
        payout = self.stripe.pay_out()
        assert payout is not None
        self.deliver()
        assert self.bank_day(self.payout_line(payout))["matched"] == 1
        return payout

    def put_back_fees(self) -> None:
        """The operator puts back what Stripe kept, and a person says so of the bank's line."""
        owed = self.nantes.finance.get("/stripe").get_json()["fees_owed"]
        cents = sum(item["amount_cents"] for item in owed)
        if cents:
            self.bank_day(entry(cents, text="FRAIS"))
            lines = self.nantes.finance.get("/bank-lines?state=unknown").get_json()["items"]
            path = f"/bank-lines/{lines[0]['id']}/assign"
            done = self.nantes.finance.post(path, {"to": {"kind": "stripe_fees"}})
            assert done.status_code == 200, done.text

    def compare(self) -> jobs.Compared:
        """The nightly comparison."""
        self.service.world.session.commit()
        sessions = sessionmaker(self.service.world.engine)
        return jobs.compare(sessions, self.service.services.settings, self.service.world.now)

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Where webhooks arrive."""
        return self.service.client.post("/stripe/webhooks", data=body, headers=headers).status_code


@contextmanager
def gift_house(engine: Engine, database_url: str, home: Path) -> Iterator[House]:
    """The pilot with an account at a fake Stripe, open to gifts."""
    with running_stripe() as stripe:
        account = replace(ACCOUNT, api=stripe.address, checkout=stripe.address)
        with running_service(engine, database_url, home, stripe=account) as service:
            house = House(stripe, service, nantes_of(service))
            stripe.now = lambda: service.world.now
            stripe.webhooks.post = house.post
            house.open_to_gifts()
            yield house


def hurry(monkeypatch: Any) -> None:
    """The library rests half a second before it asks again: a fake needs no mercy."""
    monkeypatch.setattr(library.HTTPClient, "INITIAL_DELAY", 0.001)


def policy_of(page: TestResponse) -> str:
    """Where the form of a page may lead."""
    found = re.search(r"form-action ([^;]*);", page.headers["Content-Security-Policy"])
    assert found is not None
    return found[1]


def count(session: Session, table: type) -> int:
    """How many rows a table has now."""
    session.commit()
    found = session.query(table).count()
    session.commit()
    return found
