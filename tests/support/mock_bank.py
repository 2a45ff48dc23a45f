"""A bank to speak to over HTTP: mock-bank on a free port, holding the ring-fenced account."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mockbank.server import Config, make_server

from tests.support.paying import RESERVED_IBAN


@dataclass(frozen=True)
class MockBank:
    """The bank, as its customer sees it."""

    address: str

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One request: the status and what the answer holds."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        kind = "application/xml" if isinstance(body, bytes) else "application/json"
        request = urllib.request.Request(  # noqa: S310 - an address of this machine
            self.address + path, data, {"Content-Type": kind}, method=method
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def pay(self, file: bytes) -> tuple[int, dict[str, Any]]:
        """Give a payment file."""
        return self.ask("POST", "/payments", file)

    def account(self, number: str, iban: str, **facts: Any) -> None:
        """Open an account at this bank."""
        status, said = self.ask("POST", "/_mock/accounts", {"id": number, "iban": iban, **facts})
        assert status == 201, said

    def reserved(self, **facts: Any) -> None:
        """Change how the bank behaves on the ring-fenced account."""
        status, said = self.ask("PATCH", "/_mock/accounts/RESERVED", facts)
        assert status == 200, said

    def balance(self) -> int:
        """What the ring-fenced account holds, in cents."""
        return int(self.ask("GET", "/_mock/accounts/RESERVED")[1]["balance"])

    def receive(self, cents: int, **facts: Any) -> None:
        """Money arrives from somebody."""
        credit = {"account": "RESERVED", "amount": cents, **facts}
        status, said = self.ask("POST", "/_mock/credits", credit)
        assert status == 201, said

    def until(self, day: str) -> None:
        """Let time pass."""
        assert self.ask("POST", f"/_mock/advance?to={day}")[0] == 200

    def mail(self, *kinds: str) -> list[bytes]:
        """What the bank sent about the ring-fenced account since it was asked last, oldest first.

        What banks send to one another (pacs.004) is not for its customers.
        """
        wanted = kinds or ("pain.002", "camt.")
        return [
            message["body"].encode()
            for message in self.ask("GET", "/_mock/mailbox")[1]
            if message["account"] == "RESERVED" and message["type"].startswith(wanted)
        ]


@contextmanager
def mock_bank(now: datetime, balance: int) -> Iterator[MockBank]:
    """A bank that opens at some moment, for the length of a block."""
    clock = now.strftime("%Y-%m-%dT%H:%M")
    server = make_server(Config(port=0, quiet=True, clock=clock, timezone="Europe/Paris"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        bank = MockBank(f"http://127.0.0.1:{server.server_address[1]}")
        bank.account("RESERVED", RESERVED_IBAN, name="Operateur", balance=balance, currency="EUR")
        yield bank
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
