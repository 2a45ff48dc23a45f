"""Closing statements, credit notes and notes of debt on paper and in spreadsheets."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.documents import signed_samples as samples
from voucher_service.documents.signed_documents import CSV, PDF, draw

BASE = "https://pass.example.fr"
DOCUMENTS = {
    "closing_statement": samples.closing,
    "credit_note": samples.credit_note,
    "debit_note": samples.debit_note,
    "call_for_funds": samples.call_for_funds,
    "reminder": samples.reminder,
    "attestation": samples.attestation,
}


def drawn(document: dict[str, Any], media_type: str) -> bytes:
    return draw(samples.row(document), media_type, BASE)


def words(document: dict[str, Any]) -> str:
    pages = PdfReader(io.BytesIO(drawn(document, PDF))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()).replace("\u00a0", " ")


def test_10_the_joint_statement_on_paper():
    said = words(samples.closing())
    for sentence in (
        "48 200,00 €",
        "Jamais remis 600",
        "Non utilisés 4820 48 200,00 €",
        "— jamais remis 3000 30 000,00 €",
        "— remis, non utilisés 1820 18 200,00 €",
        "51,8 % des pass émis, 74 % des pass remis",
        "Fin de validité le 31 décembre 2021, tolérance jusqu’au 31 janvier 2022",
        "derniers envois hors ligne le 7 février 2022",
        "Délibération 2021-118",
        "https://pass.example.fr/verify/EC-2022-000001",
    ):
        assert sentence in said


def test_a_credit_note_speaks_of_face_value_only():
    said = words(samples.credit_note())
    assert "Votre part des pass non utilisés EC-2022-000001 24 100,00 €" in said
    assert "Appel de fonds jamais versé, annulé AF-2021-000004 500,00 €" in said
    assert "Cet avoir ne porte que sur la valeur faciale des pass" in said
    assert "24 600,00 €" in said


def test_a_note_of_debt_says_what_is_left_and_where_to_pay_it():
    said = words(samples.debit_note())
    assert "Pass annulé après son relevé 00000012 / 3 Pas de service 10,00 € 4,00 €" in said
    assert "IBAN FR76 1010 7001 0112 3456 7890 129, BIC BREDFRPP" in said
    assert "ND-2022-000001" in said
    assert "Avant le 10 mars 2022" in said


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_same_document_is_the_same_bytes_as_pdf_a_with_tags(kind: str):
    document = DOCUMENTS[kind]()
    pdf = drawn(document, PDF)
    assert pdf == drawn(document, PDF)
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_spreadsheets_hold_the_funders_and_the_lines():
    lines = drawn(samples.closing(), CSV).decode("utf-8-sig").splitlines()
    assert lines[1].split(";")[-2:] == ['"24100,00"', '"AV-2022-000001"']
    assert len(lines) == 5
    assert "12000" not in drawn(samples.debit_note(), CSV).decode()
    assert '"120,00"' in drawn(samples.debit_note(), CSV).decode()
    credited = drawn(samples.credit_note(), CSV).decode()
    assert '"call_cancelled";"AF-2021-000004";"500,00"' in credited
