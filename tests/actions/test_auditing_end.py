"""The auditor at the end of a campaign: what was altered of its papers and its money is named."""

from functools import partial

import pytest

from tests.actions.test_refunding import Ended
from tests.support import ending
from tests.support.cast import BASE_URL, World
from tests.support.forging import forged
from voucher_service.actions.auditing import audit
from voucher_service.core.findings import Finding
from voucher_service.documents.proofreading import proofread
from voucher_service.documents.signed_documents import CSV, PDF, draw
from voucher_service.store import documents, tables

EC, AV = "EC-2028-000001", "AV-2028-000001"


@pytest.fixture
def drawn(world: World) -> World:
    """A campaign that ended, one deposit sent home, one carried over; every paper drawn."""
    ended = Ended(world)
    ending.refund(world, ended.campaign, ended.other)
    ended.carry(ended.next_order(1))
    for row in world.session.query(tables.Document).all():
        for media_type in (PDF, CSV):
            content = draw(row, media_type, BASE_URL)
            documents.keep(world.session, row.number, media_type, content, world.now)
    world.session.commit()
    return world


def findings(world: World) -> list[Finding]:
    report = audit(world.session, partial(proofread, base_url=BASE_URL), None, world.now)
    return [finding for chapter in report.chapters for finding in chapter.findings]


def test_the_end_of_a_campaign_is_wholly_explained(drawn: World):
    assert findings(drawn) == []


def rewritten(world: World, number: str, old: bytes, new: bytes) -> str:
    """Change a document's bytes as its owner could, without a word elsewhere."""
    content = world.session.get_one(tables.Document, number).document
    assert content.count(old) == 1
    digits = content.replace(old, new).hex()
    postgresql = world.engine.dialect.name == "postgresql"
    literal = f"decode('{digits}', 'hex')" if postgresql else f"X'{digits}'"
    return f"UPDATE document SET document = {literal} WHERE number = '{number}'"  # noqa: S608


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (b'"total_cents":2500', b'"total_cents":2499', "total_cents"),
        (b'"issued_on":"2028-02-09"', b'"issued_on":"2028-02-08"', "issued_on"),
        (b'"deposit_cents":2500', b'"deposit_cents":9500', ""),
    ],
)
def test_a_document_that_was_rewritten_is_named(drawn: World, old: bytes, new: bytes, field: str):
    with forged(drawn.session, rewritten(drawn, AV, old, new)):
        found = findings(drawn)
    codes = {item.code for item in found if item.subject == AV}
    assert {"document_hash", "document_signature"} <= codes
    named = {item.field for item in found if item.code == "document_field"}
    assert named == ({field} if field else set())


FORGERIES = [
    ("UPDATE document SET kid = 'beef'", "document_key_unknown", EC, "kid"),
    (
        "UPDATE transfer SET cents = cents - 1 WHERE event LIKE 'expiry%1'",
        "transfer_field",
        "expiry:closing:1.1:1",
        "cents",
    ),
    (
        "DELETE FROM transfer WHERE kind = 'refund_executed'",
        "transfer_missing",
        "refund_executed:RB-2028-000001",
        "",
    ),
    ("UPDATE refund SET cents = 1", "transfer_field", "refund:RB-2028-000001", "cents"),
    (
        "UPDATE carry_over SET campaign_id = 2",
        "transfer_field",
        "carried_over:RP-2028-000001",
        "campaign",
    ),
    (
        "UPDATE document_file SET sha256 = 'x' WHERE media_type = 'text/csv'",
        "rendering_hash",
        f"{EC} (text/csv)",
        "sha256",
    ),
    (
        (
            "UPDATE document_file SET content = (SELECT other.content FROM document_file other"
            " WHERE other.number = 'AV-2028-000002' AND other.media_type = 'text/csv')"
            " WHERE number = 'EC-2028-000001' AND media_type = 'text/csv'"
        ),
        "rendering_says",
        f"{EC} (text/csv)",
        "line 0",
    ),
]


@pytest.mark.parametrize(("statement", "code", "subject", "field"), FORGERIES)
def test_what_was_altered_is_named(
    drawn: World, statement: str, code: str, subject: str, field: str
):
    with forged(drawn.session, statement):
        found = findings(drawn)
    named = [item for item in found if (item.code, item.subject) == (code, subject)]
    assert any(item.field.startswith(field) for item in named), found
