"""Every family of stored bytes, altered as its owner could: the auditor names which one it was.

One world holds one of each: statements, calls and reminders, the papers of an end, fees, batches,
files of the bank, and what each was drawn as. Nothing that is forged here stays.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.support import calling as calls
from tests.support.bank_files import entry
from tests.support.banking import Bank as Statements
from tests.support.banking import executed, november_paid
from tests.support.cast import BASE_URL, World, trust_the_keys
from tests.support.fees import OFFICE, invoiced
from tests.support.forging import forged
from voucher_service.actions import calling, invoicing, sealing
from voucher_service.actions.auditing import audit
from voucher_service.actions.auditing_bank import Bank
from voucher_service.core.campaign import PARIS
from voucher_service.core.canonical import sha256_hex
from voucher_service.core.findings import Finding
from voucher_service.documents.proofreading import draw, proofread
from voucher_service.payments.bank_statements import read_bank_file
from voucher_service.payments.sepa import pain_001
from voucher_service.store import documents, fees, renderings, tables
from voucher_service.store.engine import make_engine

CSV, PDF, XML = "text/csv", "application/pdf", "application/xml"
JUDGES = Bank(read_bank_file, pain_001)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def whole(request: pytest.FixtureRequest) -> Iterator[World]:
    with request.getfixturevalue(f"{request.param}_copies").fresh() as url:
        engine = make_engine(url)
        with Session(engine) as session:
            trust_the_keys(session)
            world = World(engine, session)
            one_of_each(world)
            yield world
            world.close_book()
        engine.dispose()


def one_of_each(world: World) -> None:
    order = calls.ordered(world, 2)
    number = calls.issued(world, order)[0]
    november_paid(world)
    bank = Statements(world)
    bank.day(executed("RA-2026-000001", 7_000, name="PiNG", text="SANS OBJET"))
    bank.day(executed("RA-2026-000002", 4_000), entry(77, name="Inconnu", text="?"))
    world.now = datetime(2027, 1, 20, 9, 0, tzinfo=PARIS)
    calling.remind(world.session, number, calls.HOUSE, world.now)
    invoice = invoiced(world, min(world.calls(order)))
    invoicing.issue_credit_note(world.session, invoice, 50_000, "Remise", OFFICE, world.now)
    _draw_all(world)
    sealing.seal(world.session, world.now)
    world.session.commit()


def _draw_all(world: World) -> None:
    """Everything in every form that it comes in."""
    query = world.session.query
    families: tuple[tuple[Any, Any, Sequence[str]], ...] = (
        (tables.Statement, renderings.keep, (CSV, PDF)),
        (tables.Document, documents.keep, (CSV, PDF)),
        (tables.FeeDocument, fees.keep, (CSV, PDF, XML)),
    )
    for table, keep, forms in families:
        for row in query(table).all():
            for form in forms:
                keep(world.session, row.number, form, draw(row, form, BASE_URL), world.now)


def findings(world: World, *, drawings: bool = True) -> list[Finding]:
    """What an auditor finds, who reads every drawing too unless a test is not about them."""
    drawn = partial(proofread, base_url=BASE_URL) if drawings else lambda *_: iter(())
    report = audit(world.session, drawn, None, world.now, JUDGES)
    return [finding for chapter in report.chapters for finding in chapter.findings]


def test_nothing_is_wrong_before(whole: World):
    assert findings(whole) == []


RA, RF, VP = "RA-2026-000001", "RF-2026-000001", "VP-2026-000001"
AF, RL, FS, AS = "AF-2026-000001", "RL-2027-000001", "FS-2027-000001", "AS-2027-000001"
BANK_FILE = "1 (camt.053.001.08)"

#: Of each family: its table, column, key, and the bytes that say a cent, a name, an IBAN, a date.
Says = tuple[bytes, bytes] | None
FAMILIES: list[tuple[str, str, str, str, dict[str, Says]]] = [
    ("statement", "document", "number", RA, {
        "cent": (b'"net_cents":7000,"offset', b'"net_cents":7001,"offset'),
        "name": (b'"holder":"PiNG"', b'"holder":"P1NG"'),
        "iban": (b"0189", b"0180"),
        "date": (b'"issued_on":"2026-12-02"', b'"issued_on":"2026-12-03"'),
    }),
    ("statement", "document", "number", RF, {
        "cent": (b'"period_cents":3667', b'"period_cents":3666'),
        "name": (b'"name":"PiNG"', b'"name":"P1NG"'),
        "iban": None,
        "date": (b'"issued_on":"2026-12-02"', b'"issued_on":"2026-12-03"'),
    }),
    ("document", "document", "number", AF, {
        "cent": (b'"total_cents":5000', b'"total_cents":5001'),
        "name": ("Métropole".encode(), b"Metropole"),
        "iban": (b"FR7630001007941234567890185", b"FR1420041010050500013M02606"),
        "date": (b'"due_on":"2026-12-16"', b'"due_on":"2026-12-17"'),
    }),
    ("document", "document", "number", RL, {
        "cent": (b'"total_cents":5000', b'"total_cents":5001'),
        "name": ("Métropole".encode(), b"Metropole"),
        "iban": (b"FR7630001007941234567890185", b"FR1420041010050500013M02606"),
        "date": (b'"issued_on":"2027-01-20"', b'"issued_on":"2027-01-21"'),
    }),
    ("fee_document", "document", "number", FS, {
        "cent": (b'"total_cents":120004', b'"total_cents":120005'),
        "name": ("Métropole".encode(), b"Metropole"),
        "iban": (b"FR7630004000031234567890143", b"FR1420041010050500013M02606"),
        "date": (b'"issued_on":"2027-01-20"', b'"issued_on":"2027-01-21"'),
    }),
    ("fee_document", "document", "number", AS, {
        "cent": (b'"vat_cents":10000', b'"vat_cents":10001'),
        "name": ("Métropole".encode(), b"Metropole"),
        "iban": None,
        "date": (b'"issued_on":"2027-01-20"', b'"issued_on":"2027-01-21"'),
    }),
    ("payout_batch", "document", "number", VP, {
        "cent": (b'"cents":7000', b'"cents":7001'),
        "name": (b'"holder":"PiNG"', b'"holder":"P1NG"'),
        "iban": (b"FR7630006000011234567890189", b"FR1420041010050500013M02606"),
        "date": (b'"execution_day":"2026-12-03"', b'"execution_day":"2026-12-04"'),
    }),
    ("bank_message", "content", "id", "1", {
        "cent": (b'<Ntry><Amt Ccy="EUR">70.00', b'<Ntry><Amt Ccy="EUR">70.01'),
        "name": (b"<Nm>PiNG", b"<Nm>P1NG"),
        "iban": (b"FR7610107001011234567890129", b"FR7610107001011234567890120"),
        "date": (b"<BookgDt><Dt>2026-12-03", b"<BookgDt><Dt>2026-12-04"),
    }),
]  # fmt: skip


def rewritten(
    world: World, table: str, column: str, key: str, row: str, change: tuple[bytes, bytes]
) -> str:
    """Change stored bytes without a word elsewhere; they must be there to be changed."""
    where = f"{key} = {row}" if row.isdigit() else f"{key} = '{row}'"
    content = bytes(
        world.session.execute(text(f"SELECT {column} FROM {table} WHERE {where}")).scalar_one()  # noqa: S608
    )
    assert change[0] in content, (table, row, change, content)
    digits = content.replace(*change).hex()
    postgresql = world.engine.dialect.name == "postgresql"
    literal = f"decode('{digits}', 'hex')" if postgresql else f"X'{digits}'"
    return f"UPDATE {table} SET {column} = {literal} WHERE {where}"  # noqa: S608


@pytest.mark.parametrize("what", ["cent", "name", "iban", "date"])
def test_what_was_altered_in_any_family_is_named(whole: World, what: str):
    changed = [(family, family[4][what]) for family in FAMILIES]
    forgeries = [rewritten(whole, *family[:4], says) for family, says in changed if says]
    with forged(whole.session, *forgeries):
        named = {item.subject for item in findings(whole, drawings=False)}
    expected = {family[3] for family, says in changed if says} - {"1"} | {BANK_FILE}
    assert expected <= named


#: With the hash put right as well: what the rows behind say is what is left to tell.
COHERENT = {
    "the bank's file of a batch": (
        "payout_batch", "file", VP,
        (b"FR7630006000011234567890189", b"FR1420041010050500013M02606"), "batch_file_differs",
    ),
    "a batch": (
        "payout_batch", "document", VP, (b'"holder":"PiNG"', b'"holder":"P1NG"'), "batch_field",
    ),
    "a file of the bank": (
        "bank_message", "content", "1", (b"SANS OBJET", b"AVEC OBJET"), "bank_line_missing",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "column", "row", "change", "code"), COHERENT.values())
def test_bytes_altered_with_their_hash_are_named_by_what_stands_behind(
    whole: World, table: str, column: str, row: str, change: tuple[bytes, bytes], code: str
):
    key = "id" if table == "bank_message" else "number"
    forgery = rewritten(whole, table, column, key, row, change)
    with forged(whole.session, forgery):
        rows = {"payout_batch": tables.PayoutBatch, "bank_message": tables.BankMessage}
        stored = whole.session.get_one(rows[table], int(row) if row.isdigit() else row)
        digest = sha256_hex(getattr(stored, column))
        setattr(stored, "file_sha256" if column == "file" else "sha256", digest)
        whole.session.flush()
        found = findings(whole, drawings=False)
    assert code in {item.code for item in found}, found


#: What is altered or taken away behind the triggers, several that do not hide one another at a
#: time, and the code and subject that say so.
GONE = [
    {
        "DELETE FROM bank_message WHERE id = 1": ("bank_file_missing", "1"),
        "DELETE FROM document WHERE number LIKE 'RL%'": ("number_missing", RL),
        "DELETE FROM fee_document WHERE number LIKE 'AS%'": ("number_missing", AS),
        "UPDATE transfer SET cents = cents + 1 WHERE event = 'call:AF-2026-000001'": (
            "transfer_field",
            "call:AF-2026-000001",
        ),
    },
    {
        "DELETE FROM bank_line WHERE id = 3": ("bank_line_missing", "2"),
        "UPDATE bank_line SET booked_on = '2026-12-09' WHERE id = 1": ("bank_line_field", "1"),
        "UPDATE payout_batch SET execution_day = '2026-12-09'": ("batch_field", VP),
        "DELETE FROM statement WHERE number = 'RF-2026-000001'": ("number_missing", RF),
        "DELETE FROM transfer WHERE event = 'call:AF-2026-000001'": (
            "transfer_missing",
            "call:AF-2026-000001",
        ),
    },
    {
        "UPDATE bank_line SET cents = 78 WHERE id = 3": ("bank_line_field", "3"),
        "UPDATE bank_statement SET closing_cents = 5": ("bank_statement_field", "2026-12-03"),
        "UPDATE payout SET cents = 6999 WHERE end_to_end LIKE '%1'": ("batch_field", VP),
    },
    {
        "UPDATE bank_line SET name = 'Autre' WHERE id = 3": ("bank_line_field", "3"),
        "UPDATE bank_account SET holder = 'Autre' WHERE id = 1": ("batch_field", VP),
    },
    {"DELETE FROM payout_batch": ("number_missing", VP)},
]


@pytest.mark.parametrize("gone", GONE)
def test_what_was_taken_away_or_changed_behind_the_triggers_is_named(
    whole: World, gone: dict[str, tuple[str, str]]
):
    with forged(whole.session, *gone):
        found = {(item.code, item.subject) for item in findings(whole, drawings=False)}
    assert set(gone.values()) <= found


def test_every_drawing_that_was_touched_is_named(whole: World):
    alterations = [
        f"UPDATE {table} SET content = {joined(whole, 'content')}"  # noqa: S608
        for table in ("rendering", "document_file", "fee_document_file")
    ]
    files: tuple[Any, ...] = (tables.Rendering, tables.DocumentFile, tables.FeeDocumentFile)
    drawn = [
        f"{row.number} ({row.media_type})"
        for table in files
        for row in whole.session.query(table).all()
    ]
    with forged(whole.session, *alterations):
        found = findings(whole, drawings=False)
        named = {item.subject for item in found if item.code == "rendering_hash"}
    assert named == set(drawn)
    assert len(drawn) > 20


def joined(world: World, column: str) -> str:
    """The same bytes and one more."""
    if world.engine.dialect.name == "postgresql":
        return f"{column} || decode('20', 'hex')"
    return f"CAST({column} || X'20' AS BLOB)"
