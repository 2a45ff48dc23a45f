import csv
import io
from typing import Any

import pypdf
import pytest

from tests.documents import reading
from tests.documents.samples import PROOF, association_statement, funder_statement
from voucher_service.documents.french import euros
from voucher_service.documents.statement import (
    COLUMNS,
    FUNDER_COLUMNS,
    columns_of,
    lines_of,
    to_csv,
    to_pdf,
)

STATEMENTS: dict[str, Any] = {"association": association_statement(), "funder": funder_statement()}


@pytest.fixture(scope="module")
def pages():
    """What each kind of statement says on paper."""
    return {kind: reading.text(to_pdf(one, PROOF)) for kind, one in STATEMENTS.items()}


def amounts(value, key=""):
    """Every amount of a statement, as paper writes it."""
    match value:
        case dict():
            return {one for name, item in value.items() for one in amounts(item, name)}
        case list():
            return {one for item in value for one in amounts(item)}
        case int() if key.endswith("cents") and key != "awaiting_funds_cents":
            return {euros(value).replace("\xa0", " ")}
        case _:
            return set()


@pytest.mark.parametrize("kind", STATEMENTS)
def test_every_amount_of_the_statement_is_on_paper(kind, pages):
    assert {amount for amount in amounts(STATEMENTS[kind]) if amount not in pages[kind]} == set()


@pytest.mark.parametrize("kind", STATEMENTS)
def test_every_line_is_on_paper_and_in_the_file_under_the_same_titles(kind, pages):
    statement = STATEMENTS[kind]
    rows = csv.reader(io.StringIO(to_csv(statement).decode("utf-8-sig")), delimiter=";")
    assert next(rows) == [column.title_fr for column in columns_of(statement)]
    assert len(list(rows)) == len(lines_of(statement))
    for line in lines_of(statement):
        for column in columns_of(statement):
            assert column.paper(line).replace("\xa0", " ") in pages[kind]


def test_the_head_says_who_owes_whom_how_much_for_which_period(pages):
    assert "RA-2026-000001 du 1er décembre 2026" in pages["association"]
    assert "Doit Loire Numérique Solidaire SIRET 130 025 265 00013" in pages["association"]
    assert "À Les Ateliers du Cœur SIRET 732 829 320 00074" in pages["association"]
    assert "Période : novembre 2026" in pages["association"]
    assert "À payer 403,85 €" in pages["association"]


def test_the_bridge_leads_from_uses_to_the_amount(pages):
    assert (
        "41 pass utilisés 410,00 € Frais retenus − 6,15 € À payer 403,85 €" in pages["association"]
    )
    assert "depuis le début 7 703,33 €" in pages["funder"]
    assert "relevés précédents − 7 293,33 €" in pages["funder"]
    assert "Votre part pour novembre 2026 410,00 €" in pages["funder"]


@pytest.mark.parametrize(
    ("due", "says"),
    [
        (41_000, "Doit Nantes Métropole"),
        (0, "Rien à verser : votre part est couverte par les fonds déjà reçus."),
        (-41_000, "À vous rendre : 410,00 €."),
    ],
)
def test_a_funder_reads_whether_anything_is_due_and_by_whom(due, says):
    assert says in reading.text(to_pdf(funder_statement(due_cents=due), PROOF))


def test_an_account_that_does_not_cover_its_debts_is_said_on_paper():
    books = STATEMENTS["funder"]["books"] | {"solvent": False}
    said = reading.text(to_pdf(funder_statement(books=books), PROOF))
    assert "ne couvre pas tout ce qui est dû" in said


@pytest.mark.parametrize("kind", STATEMENTS)
def test_the_proof_can_be_typed_followed_or_photographed(kind, pages):
    squeezed = pages[kind].replace(" ", "")
    assert PROOF.sha256 in squeezed
    assert PROOF.signature_b64 in squeezed
    assert f"Signature Ed25519, clé {PROOF.kid}" in pages[kind]
    first, *_ = reading.pictures(to_pdf(STATEMENTS[kind], PROOF), 150)
    assert reading.codes(first) == [PROOF.verify_url]


def test_the_last_seal_is_printed_where_there_is_one(pages):
    assert "Dernier scellé du registre, n° 3" in pages["association"]
    assert "scellé du registre" not in pages["funder"]


@pytest.mark.parametrize("kind", STATEMENTS)
def test_two_renderings_are_the_same_bytes(kind):
    statement = STATEMENTS[kind]
    assert to_pdf(statement, PROOF) == to_pdf(statement, PROOF)
    assert to_csv(statement) == to_csv(statement)


def test_a_screen_reader_is_told_the_language_the_title_and_the_tables():
    reader: Any = pypdf.PdfReader(io.BytesIO(to_pdf(STATEMENTS["association"], PROOF)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Relevé de contre-paiement RA-2026-000001"
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_a_name_can_neither_act_as_markup_nor_stop_the_statement():
    strange = "#panic() *Média* $x$ \\ 😀 中\x07文 \u202e"
    association = STATEMENTS["association"]["association"] | {"name": strange}
    said = reading.text(to_pdf(association_statement(association=association), PROOF))
    assert "#panic() *Média* $x$ \\ □ □ □" in said


def test_three_thousand_lines_are_all_there():
    pdf = to_pdf(association_statement(3000), PROOF)
    assert reading.text(pdf).count("10,00 €") >= 3000
    assert "29 550,00 €" in reading.text(pdf)


def test_an_association_without_a_bank_account_or_a_line_still_has_a_statement():
    association = STATEMENTS["association"]["association"] | {"iban_masked": None, "holder": None}
    said = reading.text(to_pdf(association_statement(0, association=association), PROOF))
    assert "À payer 0,00 €" in said
    assert "Virement sur le compte" not in said


def test_each_column_is_a_field_of_the_lines():
    assert {column.key for column in COLUMNS} == set(lines_of(STATEMENTS["association"])[0])
    assert {column.key for column in FUNDER_COLUMNS} == set(lines_of(STATEMENTS["funder"])[0])
