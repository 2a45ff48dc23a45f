"""A post office on a port of this machine: what people receive, and servers in a bad mood.

``mailbox.newest(to=…)`` gives the last mail to an address, with the links in it. The carrier of the
outbox hands mails over when a test says ``mailbox.carry(service)``.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
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
def open_mailbox(**options: Any) -> Iterator[Mailbox]:
    """A post office that is open for a while; ``options`` are those of aiosmtpd's server."""
    mailbox = Mailbox()
    port = port_of_its_own()
    named: dict[str, Any] = {"hostname": "127.0.0.1", "server_hostname": "post.example"}
    controller = Controller(mailbox, port=port, **named, **options)
    mailbox._controller = controller  # noqa: SLF001 - its own
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for an address, signed by itself, and its key: two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post.example")])
    begins = datetime.now(UTC) - timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "post.crt", folder / "post-secret"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
