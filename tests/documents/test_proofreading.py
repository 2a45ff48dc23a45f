"""A copy is read against its statement: the cell or the words that differ are named."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from tests.documents.samples import association_statement, funder_statement
from voucher_service.core.canonical import canonical, sha256_hex
from voucher_service.core.findings import MISSING, Difference
from voucher_service.documents.proofreading import proofread
from voucher_service.documents.statement_files import CSV, PDF, draw
from voucher_service.store.queries.statements import Statement

HERE, ELSEWHERE = "https://pass.example.fr", "https://autre.example.fr"


def frozen(document: dict[str, Any], proof_of: Statement | None = None) -> Statement:
    """A statement as it is stored; or a forged one, under the proof of the true one."""
    content = canonical(document)
    true = proof_of or Statement(sha256=sha256_hex(content), signature=bytes(64))
    return Statement(
        number=str(document["number"]),
        document=content,
        sha256=true.sha256,
        signature=true.signature,
        kid="beef",
        issued_at=datetime(2026, 12, 1, tzinfo=UTC),
    )


def read(statement: Statement, media_type: str, content: bytes) -> list[Difference]:
    return list(proofread(statement, media_type, content, HERE))


def test_a_true_copy_says_nothing_else():
    for document in (association_statement(3), funder_statement()):
        statement = frozen(document)
        for media_type in (CSV, PDF):
            assert read(statement, media_type, draw(statement, media_type, HERE)) == []


def test_a_page_drawn_when_the_service_had_another_address_is_still_a_true_copy():
    statement = frozen(association_statement(3))
    assert read(statement, PDF, draw(statement, PDF, ELSEWHERE)) == []


def test_a_cell_a_line_and_a_column_that_are_altered_are_named():
    statement = frozen(association_statement(3))
    true = draw(statement, CSV, HERE).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(true), delimiter=";"))
    amount = rows[2][-1]
    rows[2][-1] = "99,00"
    shorter = [*rows[:3]]
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(shorter)
    found = read(statement, CSV, text.getvalue().encode("utf-8-sig"))
    assert found[0] == Difference("line 2, Montant (€)", amount, "99,00")
    assert (found[1].field, found[1].found) == ("line 3", MISSING)


def test_words_of_a_page_drawn_from_other_facts_are_named():
    document = association_statement(3)
    statement = frozen(document)
    totals = document["totals"] | {"net_cents": document["totals"]["net_cents"] + 1}
    holder = document["association"] | {"holder": "M. Untel"}
    forged = frozen(document | {"totals": totals, "association": holder}, statement)
    found = read(statement, PDF, draw(forged, PDF, HERE))
    assert {item.field for item in found} == {"text"}
    assert "M. Untel" in " ".join(str(item.found) for item in found)
    assert len(found) in range(2, 5)


def test_a_file_that_is_no_page_any_more_is_named():
    statement = frozen(association_statement(1))
    assert read(statement, PDF, b"%PDF-1.7 no") == [Difference("file", "PDF", MISSING)]


def test_a_statement_that_cannot_be_drawn_any_more_stops_nothing():
    statement = frozen(association_statement(1))
    page = draw(statement, PDF, HERE)
    for broken in (b"{", b"[]", b'{"kind": "association"}'):
        statement.document = broken
        assert read(statement, PDF, page) == []
        assert read(statement, CSV, b"") == []
