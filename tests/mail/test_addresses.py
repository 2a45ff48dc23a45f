"""Mail addresses: one word is one mailbox, in a form, in a header and nowhere else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.support.service import settings
from voucher_service.http.fields import Email
from voucher_service.mail.carrier import Refused, envelope
from voucher_service.mail.letters import Letter
from voucher_service.store.queries.mails import Claimed

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
TAKES = TypeAdapter(Email)

SEVERAL = ["a,victim@ville.example", "a;victim@ville.example"]
ANOTHER = [
    "a:victim@ville.example;",
    "<a@ville.example",
    '"a"@ville.example',
    "a@ville.example,",
    "a@ville.example(x)",
]
UNSEEN = ["a@ville\u2028Bcc:x", "a@ville\u0085x", "a\u00a0@ville.example", "a@\u202eelliv.example"]


@pytest.mark.parametrize("address", [*SEVERAL, *ANOTHER, *UNSEEN, "a b@x.example", "a@b@c"])
def test_what_a_header_would_read_otherwise_is_no_address(address):
    with pytest.raises(ValidationError):
        TAKES.validate_python(address)


@pytest.mark.parametrize("address", ["o'neil+x@a-b.example", "é.martin@mairie-évry.example"])
def test_addresses_of_people_are_taken(address):
    assert TAKES.validate_python(address) == address


@pytest.mark.parametrize("address", SEVERAL)
def test_a_mail_goes_to_one_mailbox_or_nowhere(tmp_path: Path, address):
    to = Claimed(1, address, "fr", 1, "account_changed", {})
    with pytest.raises(Refused):
        envelope(to, Letter("Sujet", "Texte"), settings(tmp_path, "sqlite://"), NOW)
