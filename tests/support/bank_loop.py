"""The scheme and its bank, and nothing between them but files over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from werkzeug.test import TestResponse

from tests.support.mock_bank import MockBank, mock_bank
from tests.support.service import Service
from voucher_service.actions.checking import check_books
from voucher_service.actions.paying import books
from voucher_service.core.campaign import PARIS


def iban(account: int) -> str:
    """An account of a French bank, with both its keys."""
    bank, branch = 30006, 1
    key = 97 - (89 * bank + 15 * branch + 3 * account) % 97
    bban = f"{bank:05d}{branch:05d}{account:011d}{key:02d}"
    return f"FR{98 - int(f'{bban}152700') % 97:02d}{bban}"


class Loop:
    """The scheme and its bank."""

    def __init__(self, service: Service, bank: MockBank) -> None:
        self.service, self.bank = service, bank
        self.finance, self.operator = service.by("finance"), service.by("operator")

    def send(self, period: str) -> tuple[int, bytes]:
        """Pay what can be paid of a period, by two people; the bank's status, and the file."""
        made = self.finance.post("/payout-batches", {"period": period}).json
        assert made is not None
        number = made["number"]
        self.operator.post(f"/payout-batches/{number}/approve")
        file = self.operator.get(f"/payout-batches/{number}.xml").data
        return self.bank.pay(file)[0], file

    def until(self, day: str) -> None:
        """Time passes here and there."""
        self.bank.until(day)
        self.service.world.now = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=PARIS)

    def hear(self, *kinds: str) -> dict[str, int]:
        """Take whatever the bank sent; how many lines came to what."""
        return self.take(self.bank.mail(*kinds))

    def give(self, content: bytes) -> TestResponse:
        """Give a file of the bank to the service."""
        headers = {"Content-Type": "application/xml"}
        return self.finance.post("/bank-statements", data=content, headers=headers)

    def take(self, mail: list[bytes]) -> dict[str, int]:
        """Give some files of the bank to the service, which takes them all."""
        heard = dict.fromkeys(("matched", "returned", "rejected", "unknown"), 0)
        for content in mail:
            answer = self.give(content)
            assert answer.status_code == 201, answer.text
            told = answer.json
            assert told is not None
            heard = {name: heard[name] + told[name] for name in heard}
        return heard

    def agrees(self) -> bool:
        """Whether the bank and the books hold the same, and every check of the books holds."""
        session = self.service.world.session
        session.rollback()
        assert check_books(session) == []
        held = books(session).bank_reserved
        session.rollback()
        return held == self.bank.balance()


@contextmanager
def looping(service: Service) -> Iterator[Loop]:
    """The scheme and a bank that holds what its books say."""
    held = books(service.world.session).bank_reserved
    service.world.session.commit()
    with mock_bank(service.world.now, held) as bank:
        yield Loop(service, bank)
