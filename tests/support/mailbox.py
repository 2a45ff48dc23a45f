"""A post office on a port of this machine: what people receive, and servers in a bad mood.

``mailbox.newest(to=…)`` gives the last mail to an address, with the links in it. The carrier of the
outbox hands mails over when a test says ``mailbox.carry(service)``.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy.orm import sessionmaker

from tests.support.live import port_of_its_own
from tests.support.service import Service
from voucher_service.config import MailSettings, Settings
from voucher_service.jobs.mails import Round, carry

LINK = re.compile(r"https?://\S+")
SENDER = "Pass numérique <pass@example.org>"
OPERATOR = "operateur@example.org"


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as somebody reads it."""

    to: str
    mail: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @property
    def text(self) -> str:
        return str(self.mail.get_content())

    @property
    def message_id(self) -> str:
        return str(self.mail["Message-ID"])

    @property
    def links(self) -> list[str]:
        """Every address in it, in order."""
        return LINK.findall(self.text)


@dataclass(slots=True)
class Mailbox:
    """All that was received, and the answers that addresses get instead."""

    received: list[Received] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What the server says to mails for an address: ``550 …`` for good, ``451 …`` for now."""
    hold: threading.Event | None = None
    """Set by a test that wants the server to keep its yes back until this is set."""
    arrived: threading.Event = field(default_factory=threading.Event)
    _controller: Any = None

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def mail_settings(self) -> MailSettings:
        return MailSettings("127.0.0.1", self.port, "none", sender=SENDER, operator=OPERATOR)

    def of(self, settings: Settings) -> Settings:
        """The same settings, with this post office."""
        return replace(settings, mail=self.mail_settings())

    def carry(self, service: Service) -> Round:
        """Carry what the outbox holds, as the background does."""
        service.world.session.commit()
        sessions = sessionmaker(service.world.engine)
        return carry(sessions, self.of(service.services.settings), service.services.now)

    def newest(self, to: str | None = None) -> Received:
        """The last mail, of all or of one address."""
        found = [one for one in self.received if to in {None, one.to}]
        assert found, f"no mail for {to}; there are some for {sorted(self.addresses())}"
        return found[-1]

    def addresses(self) -> set[str]:
        return {one.to for one in self.received}

    # What aiosmtpd calls

    async def handle_RCPT(  # noqa: N802 - its name there
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.received += [Received(to, mail) for to in envelope.rcpt_tos]
        self.arrived.set()
        if self.hold is not None:
            self.hold.wait(10)
        return "250 OK"


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A post office that is open for a while."""
    mailbox = Mailbox()
    port = port_of_its_own()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=port, server_hostname="post.example"
    )
    mailbox._controller = controller  # noqa: SLF001 - its own
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
