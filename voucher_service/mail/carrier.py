"""The post office: real SMTP, or in a demonstration without one, files in the home.

A server that is away, or does not let us in, is no fault of a mail; a mail that it refuses for good
is. What a mail says is never logged.
"""

import smtplib
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from voucher_service.config import MailSettings, Mode, Settings
from voucher_service.mail.letters import Letter
from voucher_service.store.queries.mails import Claimed

TIMEOUT_SECONDS = 20.0
LASTING = 500
"""Answers of a server from here on are for good (RFC 5321, 4.2.1)."""


class Away(Exception):
    """The post office does not answer, or does not let us in: nothing leaves for now."""


class NotNow(Exception):
    """It did not take this mail, and might later."""


class Refused(Exception):
    """It will never take this mail."""


class PostOffice(ABC):
    """Takes mails, one by one."""

    @abstractmethod
    def take(self, mail: EmailMessage) -> None:
        """Hand a mail over; raises :class:`Away`, :class:`NotNow`, :class:`Refused`."""


class SmtpOffice(PostOffice):
    """A server that speaks SMTP."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def take(self, mail: EmailMessage) -> None:
        """Hand a mail over."""
        try:
            self._server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, said),) = error.recipients.values()
            raise _refusal(code, said) from error
        except smtplib.SMTPSenderRefused as error:
            # It may be about us, not about this mail: it is tried again.
            raise NotNow(_text(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise Refused(str(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Away(str(error)) from error


class Folder(PostOffice):
    """Files that anybody can open in a mail program, for a demonstration."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, mail: EmailMessage) -> None:
        """Write a mail down, for its owner's eyes only: it may hold a link that opens something."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{mail['Message-ID'].strip('<>').split('@')[0]}.eml"
        path.touch(mode=0o600)
        path.write_bytes(bytes(mail))


@contextmanager
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """The post office of these settings, open; raises :class:`Away`."""
    if not settings.mail.host:
        if settings.mode is Mode.PRODUCTION:
            raise Away("VOUCHER_SMTP_HOST is not set")
        yield Folder(settings.mails)
        return
    # Our own name: looking the machine's up may wait for a name server that is not there.
    server = _connect(settings.mail, urlsplit(settings.base_url).hostname or "localhost")
    try:
        yield SmtpOffice(server)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _connect(mail: MailSettings, our_name: str) -> smtplib.SMTP:
    try:
        reach = _reach_in_private if mail.security == "tls" else _reach
        server = reach(mail, our_name)
        try:
            if mail.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if mail.user:
                server.login(mail.user, mail.password)
        except BaseException:
            server.close()
            raise
    except (smtplib.SMTPException, OSError) as error:
        # What a server says of a login may repeat it: only the kind of error goes on.
        raise Away(type(error).__name__) from error
    return server


def _reach(mail: MailSettings, our_name: str) -> smtplib.SMTP:
    return smtplib.SMTP(mail.host, mail.port, our_name, TIMEOUT_SECONDS)


def _reach_in_private(mail: MailSettings, our_name: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    return smtplib.SMTP_SSL(
        mail.host, mail.port, our_name, timeout=TIMEOUT_SECONDS, context=context
    )


def envelope(to: Claimed, letter: Letter, settings: Settings, now: datetime) -> EmailMessage:
    """A mail as it is sent. Its Message-ID comes from its row: sent twice, it is one mail.

    Raises :class:`Refused` for an address that a header takes for several, or for none.
    """
    mail = EmailMessage()
    mail["Message-ID"] = f"<{to.told}.{to.number}@{urlsplit(settings.base_url).hostname}>"
    mail["Date"] = format_datetime(now)
    mail["From"] = settings.mail.sender
    mail["To"] = to.address
    if [bool(one.domain) for one in mail["To"].addresses] != [True]:
        raise Refused("this is not one mail address")
    mail["Subject"] = letter.subject
    # Nobody's absence note should answer a machine (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail["Content-Language"] = to.language
    return mail


def _refusal(code: int, said: bytes | str) -> Exception:
    return (Refused if code >= LASTING else NotNow)(_text(code, said))


def _text(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"
