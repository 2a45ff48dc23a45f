"""The auditor: what was altered behind the triggers is named, with the field and both values.

Forgeries that do not hide one another are tried together: each must be named all the same.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.actions.test_checking import ALTERATIONS as BROKEN_INVARIANTS
from tests.support.autumn import END_OF_NOVEMBER, Autumn
from tests.support.cast import STATEMENT_KEY, World, trust_the_keys
from tests.support.contesting import REJECTED, UPHELD, contest, decide
from tests.support.forging import forged
from tests.support.paying import pay
from voucher_service.actions import ordering, paying, sealing, settling, undoing
from voucher_service.actions.auditing import audit
from voucher_service.actions.auditing_sources import TRACED
from voucher_service.core.campaign import PARIS, Funding
from voucher_service.core.canonical import Json, canonical, sha256_hex
from voucher_service.core.findings import MISSING, Difference, Finding, Report
from voucher_service.core.transfer import Kind
from voucher_service.store import tables
from voucher_service.store.engine import make_engine

DAY_AFTER = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)
RA1, RA2, RF1 = "RA-2026-000001", "RA-2026-000002", "RF-2026-000001"


def nothing_drawn(*_rendering: object) -> Iterator[Difference]:
    yield from ()


def audited(world: World, since: datetime | None = None) -> Report:
    return audit(world.session, nothing_drawn, since, world.now)


def findings(world: World, since: datetime | None = None) -> list[Finding]:
    chapters = audited(world, since).chapters
    return [finding for chapter in chapters for finding in chapter.findings]


def found_after(world: World, *forgeries: str) -> list[Finding]:
    with forged(world.session, *forgeries):
        return findings(world)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def closed(request: pytest.FixtureRequest) -> Iterator[Autumn]:
    """One November for all of this file: nothing that is forged here stays."""
    with request.getfixturevalue(f"{request.param}_copies").fresh() as url:
        engine = make_engine(url)
        with Session(engine) as session:
            trust_the_keys(session)
            world = World(engine, session)
            yield november(world)
            world.close_book()
        engine.dispose()


def november(world: World) -> Autumn:
    """A November with every kind of movement: a fee, an undo, contests, a payout that came back."""
    autumn = Autumn(world, fee_bp=150)
    autumn.spend(autumn.ping, 5)
    site, device = autumn.ping.site, autumn.ping.device
    undoing.undo(world.session, site, device, "scan-00000001", "Erreur", world.now)
    for redemption, outcome in ((2, UPHELD), (3, REJECTED)):
        decide(world, contest(world, redemption), outcome)
    sealing.seal(world.session, world.now)
    world.session.commit()
    autumn.spend(autumn.ping, 4)
    autumn.spend(autumn.alis44, 4)
    world.now = DAY_AFTER
    world.close("2026-11", END_OF_NOVEMBER)
    for number in (RA1, RA2):
        settling.approve_statement(world.session, number, "token:2", world.now)
    pay(world, "2026-11")
    for number in (RA1, RA2):
        paying.payout_executed(world.session, number, world.now)
    paying.payout_returned(world.session, RA2, "AC04", world.now)
    sealing.seal(world.session, world.now)
    world.session.commit()
    return autumn


def test_books_that_nobody_touched_are_clean_and_all_was_looked_at(closed: Autumn):
    report = audited(closed.world)
    assert [chapter.findings for chapter in report.chapters] == [[]] * len(report.chapters)
    assert report.clean
    looked_at = {chapter.name: chapter.looked_at for chapter in report.chapters}
    written = closed.world.session.scalar(text("SELECT count(*) FROM transfer"))
    assert looked_at["ledger"] == written
    assert (looked_at["documents"], looked_at["numbers"], looked_at["seals"]) == (5, 9, 3)
    assert report.books.solvent


def test_every_kind_of_movement_is_traced_to_what_made_it():
    assert set(TRACED) == set(Kind)


# A document whose bytes were altered

Path = tuple[str | int, ...]

#: Of each document: what a forger writes where, and how the field is named.
FORGERIES: dict[str, list[tuple[Path, str | int, str]]] = {
    RA1: [
        (("totals", "net_cents"), 6896, "totals.net_cents"),
        (("totals", "gross_cents"), 7001, "totals.gross_cents"),
        (("lines", 2, "cents"), 1001, "lines[3].cents"),
        (("lines", 0, "service_at"), "2026-11-17T10:00:00+01:00", "lines[1].service_at"),
        (("association", "name"), "Ping Pong", "association.name"),
        (("association", "iban_masked"), "FR76 …0190", "association.iban_masked"),
        (("association", "holder"), "M. Untel", "association.holder"),
        (("issued_on",), "2026-12-03", "issued_on"),
        (("contest_until",), "2027-01-02", "contest_until"),
        (("campaigns", 0, "by_funder", 1, "cents"), 2334, "campaigns[1].by_funder[2].cents"),
        (("seal", "hash"), "0" * 64, "seal.hash"),
    ],
    RF1: [
        (("share", "period_cents"), 3668, "share.period_cents"),
        (("funder", "name"), "Financeur 9", "funder.name"),
        (("by_association", 1, "share_cents"), 1334, "by_association[2].share_cents"),
        (("by_service", 0, "redemptions"), 12, "by_service[1].redemptions"),
        (("activity", "cumulative", "used_cents"), 11, "activity.cumulative.used_cents"),
        (("period", "cutoff"), "2026-12-02T00:00:00+01:00", "period.cutoff"),
    ],
}


@dataclass
class Forged:
    """A document with other values, and what the auditor must say of them."""

    content: bytes
    named: list[Finding]


def forge_document(world: World, number: str) -> Forged:
    document = json.loads(world.session.get_one(tables.Statement, number).document)
    named = []
    for path, value, name in FORGERIES[number]:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        assert place[path[-1]] != value
        named.append(Finding("document_field", number, name, place[path[-1]], value))
        place[path[-1]] = value
    return Forged(canonical(document), named)


def replaced(world: World, number: str, content: bytes, sha256: str) -> str:
    """SQL that puts other bytes and another hash in the place of a document's."""
    written = content.hex()
    on_postgresql = world.engine.dialect.name == "postgresql"
    value = f"'\\x{written}'::bytea" if on_postgresql else f"x'{written}'"
    return f"UPDATE statement SET document = {value}, sha256 = '{sha256}' WHERE number = '{number}'"  # noqa: S608


def test_a_cent_a_name_an_iban_or_a_date_altered_in_a_document_is_named(closed: Autumn):
    world = closed.world
    forgeries = {number: forge_document(world, number) for number in FORGERIES}
    # A careful forger also writes the new hash, but cannot sign.
    statements = [
        replaced(world, number, forged.content, sha256_hex(forged.content))
        for number, forged in forgeries.items()
    ]
    found = found_after(world, *statements)
    for number, forgery in forgeries.items():
        assert Finding("document_signature", number) in found
        assert [item for item in forgery.named if item not in found] == []
        fields = {item.field for item in found if (item.code, item.subject) == (
            "document_field", number)}  # fmt: skip
        assert fields - {item.field for item in forgery.named} <= {"total_cents"}
    assert findings(world) == []


def test_a_careless_forger_is_also_caught_by_the_hash(closed: Autumn):
    found = found_after(closed.world, replaced(closed.world, RA1, b"{", "beef"))
    codes = {item.code for item in found if item.subject == RA1}
    assert {"document_hash", "document_signature", "document_unreadable"} <= codes


# A register that was altered under documents that hold

MOVED = "outstanding:campaign:1 → payable:association:1, 1000 cents, 2026-11-16"


def field(subject: str, name: str, expected: Json, found: Json) -> Finding:
    return Finding("transfer_field", subject, name, expected, found)


def differs(subject: str, name: str, expected: Json, found: Json) -> Finding:
    return Finding("register_differs", subject, name, expected, found)


Forgery = tuple[str, Finding]

#: Each group is done at once; each forgery of it must be named.
ALTERED: dict[str, list[Forgery]] = {
    "the register under its documents": [
        (
            "UPDATE statement SET total_cents = total_cents + 1 WHERE number = 'RA-2026-000001'",
            differs(RA1, "total_cents", 6895, 6896),
        ),
        (
            "UPDATE bank_account SET iban = 'FR7630001007941234567890185' WHERE id = 1",
            differs(RA1, "association.iban_masked", "FR76 …0189", "FR76 …0185"),
        ),
        (
            "UPDATE redemption SET cents = 1001 WHERE id = 5",
            differs(RA1, "lines[3].cents", 1000, 1001),
        ),
        (
            "UPDATE redemption SET site_id = 2 WHERE id = 6",
            differs(RA1, "lines[4].site", "1", "2"),
        ),
        (
            "UPDATE statement SET kid = 'beef' WHERE number = 'RF-2026-000001'",
            Finding("document_key_unknown", RF1, "kid", MISSING, "beef"),
        ),
        ("DELETE FROM association WHERE id = 2", Finding("document_unexplained", RA2)),
    ],
    "the people": [
        ("UPDATE period SET closed_by = 'token:2'",
         Finding("same_person", RA1, "actor", MISSING, "token:2")),
        ("DELETE FROM statement_approval WHERE number = 'RA-2026-000002'",
         Finding("paid_unapproved", RA2)),
        ("UPDATE payout SET cents = 1 WHERE end_to_end = 'RA-2026-000002'",
         Finding("payout_amount", RA2, "cents", 3940, 1)),
        ("UPDATE payout SET statement_number = 'RA-9' WHERE end_to_end = 'RA-2026-000001'",
         Finding("payout_for_nothing", RA1)),
        ("UPDATE signing_key SET status = 'revoked' WHERE purpose = 'statement'",
         Finding("document_key_revoked", RF1, "kid", MISSING, STATEMENT_KEY.kid)),
    ],
    "the numbers": [
        ("DELETE FROM statement WHERE number = 'RA-2026-000001'", Finding("number_missing", RA1)),
        ("UPDATE counter SET value = 1 WHERE series = 'RF-2026'",
         Finding("number_beyond", "RF-2026-000002", "RF-2026", 1, "RF-2026-000002")),
        ("DELETE FROM call WHERE number = 'AF-2026-000002'",
         Finding("number_missing", "AF-2026-000002")),
    ],
    "transfers": [
        ("UPDATE transfer SET cents = 1001 WHERE event = 'use:5'",
         field("use:5", "cents", 1000, 1001)),
        ("UPDATE transfer SET credit = 'payable:association:2' WHERE event = 'use:6'",
         field("use:6", "credit", "payable:association:1", "payable:association:2")),
        ("UPDATE transfer SET value_date = '2026-11-17' WHERE event = 'use:7'",
         field("use:7", "value_date", "2026-11-16", "2026-11-17")),
        ("UPDATE transfer SET kind = 'top_up' WHERE event = 'use:8'",
         field("use:8", "kind", "use", "top_up")),
        ("UPDATE transfer SET cents = 9999 WHERE event = 'call:AF-2026-000002'",
         field("call:AF-2026-000002", "cents", 10000, 9999)),
        ("UPDATE transfer SET cents = 9999 WHERE event = 'receipt:1:owed'",
         field("receipt:1:owed", "cents", 10000, 9999)),
        ("UPDATE transfer SET reference = 'VIR 9' WHERE event = 'receipt:2:owed'",
         field("receipt:2:owed", "reference", "VIR 1/2", "VIR 9")),
        ("UPDATE transfer SET debit = 'funds:funder:3' WHERE event = 'activation:1.1:2'",
         field("activation:1.1:2", "debit", "funds:funder:2", "funds:funder:3")),
        ("UPDATE transfer SET cents = 500 WHERE event = 'undo:use:1'",
         field("undo:use:1", "cents", 1000, 500)),
        ("UPDATE transfer SET reverses = NULL WHERE event = 'upheld:1'",
         field("upheld:1", "reverses", "use:2", None)),
        ("UPDATE transfer SET debit = 'payable:association:2' WHERE event = 'contest:2'",
         field("contest:2", "debit", "payable:association:1", "payable:association:2")),
        ("UPDATE transfer SET cents = 104 WHERE event = 'fee:RA-2026-000001:1'",
         field(f"fee:{RA1}:1", "cents", 105, 104)),
        ("UPDATE transfer SET cents = 6896 WHERE event = 'sent:RA-2026-000001:1'",
         field(f"sent:{RA1}:1", "cents", 6895, 6896)),
        ("DELETE FROM transfer WHERE event = 'returned:RA-2026-000002:1'",
         Finding("transfer_missing", f"returned:{RA2}:1", "",
                 "bank_reserved → payable:association:2, 3940 cents", MISSING)),
        ("DELETE FROM transfer WHERE event = 'use:9'",
         Finding("transfer_missing", "use:9", "", MOVED, MISSING)),
        ("DELETE FROM redemption WHERE id = 4",
         Finding("transfer_unexplained", "use:4", "", MISSING, MOVED)),
        ("UPDATE transfer SET event = 'bonus:1', kind = 'fee' WHERE event = 'use:3'",
         Finding("transfer_unexplained", "bonus:1", "", MISSING, MOVED)),
    ],
    "sealed rows": [
        ("UPDATE transfer SET recorded_at = '2026-11-16 12:00:00+00:00' WHERE event = 'use:5'",
         Finding("sealed_transfer_altered", "use:5", "1")),
        ("DELETE FROM transfer WHERE id = 8", Finding("sealed_transfer_missing", "#8", "1")),
        ("DELETE FROM seal_item WHERE seal_number = 2 AND position = 0",
         Finding("seal_item_missing", "2", "0")),
    ],
    "a lost seal": [("DELETE FROM seal WHERE number = 2", Finding("seal_missing", "2"))],
}  # fmt: skip


@pytest.mark.parametrize("group", ALTERED)
def test_whatever_is_altered_is_named_with_both_values(closed: Autumn, group: str):
    statements, named = zip(*ALTERED[group], strict=True)
    found = found_after(closed.world, *statements)
    assert [item for item in named if item not in found] == [], found


@pytest.mark.parametrize(
    ("forgery", "named"),
    [
        ("UPDATE seal SET cents = cents + 1 WHERE number = 3", ("3", "cents")),
        ("UPDATE seal SET transfers = transfers + 1 WHERE number = 3", ("3", "count")),
        ("UPDATE seal SET root = previous WHERE number = 3", ("3", "root")),
        ("UPDATE seal SET previous = root WHERE number = 3", ("3", "previous")),
        ("UPDATE seal SET hash = root WHERE number = 2", ("2", "hash")),
        ("UPDATE seal_item SET leaf = NULL WHERE seal_number = 1", None),
        ("UPDATE statement SET sha256 = 'x' WHERE number = 'RF-2026-000001'", (RF1, "sha256")),
    ],
)
def test_an_altered_column_of_hashes_is_one_fault_and_not_a_crowd(
    closed: Autumn, forgery: str, named: tuple[str, str] | None
):
    found = [item for item in found_after(closed.world, forgery) if item.code != "register_differs"]
    assert [(item.subject, item.field) for item in found] == ([named] if named else [])


def test_without_kept_hashes_the_seal_is_named_alone(closed: Autumn):
    found = found_after(
        closed.world,
        "UPDATE seal_item SET leaf = NULL",
        "UPDATE transfer SET reference = 'VIR 9' WHERE event = 'receipt:1:owed'",
    )
    assert Finding("seal_rows", "1") in found


def test_what_the_nightly_check_finds_the_auditor_finds_too(closed: Autumn):
    for _, statement in BROKEN_INVARIANTS:
        if "max(sealed_at)" in statement or "'-2'" in statement:
            continue  # they need a story of their own, told with the invariants
        # The first redemption of this story was taken back: the fifth is like their first.
        forgery = statement.replace(
            "period_id = NULL WHERE id = 1", "period_id = NULL WHERE id = 5"
        )
        assert found_after(closed.world, forgery), forgery


def test_a_name_that_changed_since_is_a_remark_and_no_fault(closed: Autumn):
    with forged(closed.world.session, "UPDATE association SET name = 'PiNG Nantes' WHERE id = 1"):
        report = audited(closed.world)
    assert report.clean
    remarks = [remark for chapter in report.chapters for remark in chapter.remarks]
    assert Finding("changed_since", RA1, "association.name", "PiNG", "PiNG Nantes") in remarks


def test_since_leaves_out_what_is_older_but_never_the_chain(closed: Autumn):
    world = closed.world
    tomorrow, in_november = DAY_AFTER.replace(day=3), datetime(2026, 11, 1, tzinfo=PARIS)
    assert (
        next(c for c in audited(world, tomorrow).chapters if c.name == "documents").looked_at == 0
    )
    with forged(world.session, "UPDATE seal SET hash = root WHERE number = 2"):
        assert "seal_field" in {item.code for item in findings(world, tomorrow)}
    with forged(world.session, "UPDATE transfer SET reference = 'x' WHERE event = 'use:5'"):
        assert findings(world, tomorrow) == []
        assert findings(world, in_november) != []


def test_a_post_funded_month_is_traced_too(world: World):
    autumn = Autumn(world, funding=Funding.POSTPAID)
    autumn.spend(autumn.ping, 5)
    world.now = DAY_AFTER
    world.close("2026-11", END_OF_NOVEMBER)
    assert findings(world) == []
    found = found_after(world, "UPDATE transfer SET cents = 1 WHERE event = 'postpaid:2026-11:1:1'")
    assert field("postpaid:2026-11:1:1", "cents", 1667, 1) in found


def test_a_bounced_receipt_is_traced_to_its_reversal(world: World):
    autumn = Autumn(world)
    order = world.order(autumn.campaign, 1)
    receipt = world.receive(order, autumn.funders[0], 5000, "VIR 7")
    ordering.reverse_receipt(world.session, receipt, world.now)
    world.session.commit()
    assert findings(world) == []
    found = found_after(world, "DELETE FROM transfer WHERE event LIKE 'reversal:receipt:%'")
    assert "transfer_missing" in {item.code for item in found}
