"""Factur-X under its own judges: the schema, the rules of EN 16931 and those of France.

Each row of the table of trials that were made before the product: what passes, and what must not.
"""

import io
from collections.abc import Callable
from typing import Any

import facturx
import pytest
from lxml import etree
from lxml.etree import _Element as Element
from pypdf import PdfReader

from tests.documents import invoice_samples as samples
from tests.documents import reading
from voucher_service.core.errors import Invalid
from voucher_service.core.invoices import EXEMPT, FEE_INVOICE, STANDARD, Line, Vat, invoice
from voucher_service.documents import factur_x, invoices
from voucher_service.documents.cii import NAMESPACES, to_cii
from voucher_service.documents.proofreading import proofread

BASE = "https://pass.example.fr"
Change = Callable[[Element], None]

SETTLEMENT = ".//ram:ApplicableHeaderTradeSettlement"


def xml(document: dict[str, Any], *changes: Change) -> bytes:
    """An invoice's XML, with what a test puts in it or takes out."""
    root = etree.fromstring(to_cii(document, factur_x.words()))
    for change in changes:
        change(root)
    written: bytes = etree.tostring(root)
    return written


def broken(document: dict[str, Any], *changes: Change) -> set[str]:
    """The rules that are broken, each by the name before its place."""
    return {
        fault.name.split("_")[0].split("/")[0]
        for fault in factur_x.faults_of(xml(document, *changes))
    }


def found(root: Element, path: str) -> list[Element]:
    return list(root.iterfind(path, NAMESPACES))


def says(path: str, text: str) -> Change:
    def change(root: Element) -> None:
        for element in found(root, path):
            element.text = text

    return change


def without(path: str) -> Change:
    def change(root: Element) -> None:
        for element in found(root, path):
            element.getparent().remove(element)

    return change


OUTSIDE_VAT = (
    says(".//ram:ApplicableTradeTax/ram:CategoryCode", "O"),
    without(".//ram:RateApplicablePercent"),
    without(".//ram:TaxTotalAmount"),
)
"""Face value as an invoice, which this product never makes: outside VAT."""
NO_NUMBER = without(".//ram:SellerTradeParty/ram:SpecifiedTaxRegistration")


@pytest.mark.parametrize(
    "document",
    [samples.taxed, samples.exempt, samples.credited, samples.self_billed],
    ids=lambda sample: sample.__name__,
)
def test_what_we_make_breaks_no_rule(document):
    assert list(factur_x.faults_of(xml(document()))) == []


@pytest.mark.parametrize("code", ["380", "381", "384", "386"])
def test_face_value_alone_would_pass_outside_vat(code):
    kind = says(".//rsm:ExchangedDocument/ram:TypeCode", code)
    corrects = {"number": "FS-2022-000009", "issued_on": "2022-02-01"}
    # A credit note and a corrected invoice name the first.
    document = samples.exempt() | {"corrects": corrects if code in {"381", "384"} else None}
    assert broken(document, *OUTSIDE_VAT, NO_NUMBER, kind) == set()


def mixed(root: Element) -> None:
    """A second line, and its tax, outside VAT."""
    line = found(root, ".//ram:IncludedSupplyChainTradeLineItem")[1]
    OUTSIDE_VAT[0](line)
    OUTSIDE_VAT[1](line)
    tax = found(root, f"{SETTLEMENT}/ram:ApplicableTradeTax")[0]
    other = etree.fromstring(etree.tostring(tax))
    for name, text in (
        ("CalculatedAmount", "0.00"),
        ("BasisAmount", "37.50"),
        ("CategoryCode", "O"),
    ):
        found(other, f"ram:{name}")[0].text = text
    OUTSIDE_VAT[1](other)
    tax.addnext(other)


MUST_FAIL = {
    "a debit note": (
        samples.exempt,
        [*OUTSIDE_VAT, NO_NUMBER, says(".//rsm:ExchangedDocument/ram:TypeCode", "383")],
        {"BR-FR-04"},
    ),
    "face value of a seller with a VAT number": (samples.taxed, [*OUTSIDE_VAT], {"BR-O-02"}),
    "face value and fees on one invoice": (
        samples.taxed,
        [mixed],
        {"BR-O-11", "BR-O-12", "BR-O-02"},
    ),
    "an exempt seller that no tax office knows": (samples.self_billed, [NO_NUMBER], {"BR-E-02"}),
    "no word of late payment": (samples.taxed, [without(".//ram:IncludedNote")], {"BR-FR-05"}),
    "a total off by one euro": (
        samples.taxed,
        [says(".//ram:GrandTotalAmount", "4846.00")],
        {"BR-CO-15", "BR-CO-16"},
    ),
}


@pytest.mark.parametrize(("document", "changes", "rules"), MUST_FAIL.values(), ids=MUST_FAIL)
def test_what_must_not_pass_does_not(document, changes, rules):
    assert rules <= broken(document(), *changes)


def test_each_of_the_three_notes_is_missed():
    faults = factur_x.faults_of(xml(samples.taxed(), without(".//ram:IncludedNote")))
    assert len([fault for fault in faults if "BR-FR-05" in fault.name]) == 3


def test_the_librarys_own_check_would_not_have_seen_a_wrong_total():
    wrong = xml(samples.taxed(), says(".//ram:GrandTotalAmount", "4846.00"))
    assert facturx.xml_check_schematron(wrong, flavor="factur-x", level="en16931") is True


def test_an_invoice_that_breaks_a_rule_is_not_made():
    with pytest.raises(Invalid, match="BR-CO-15"):
        factur_x.xml_of(samples.taxed() | {"total_cents": 484_501})


def test_the_pdf_holds_the_xml_and_says_so():
    document = samples.taxed()
    pdf = invoices.draw(samples.row(document), invoices.PDF, BASE)
    name, inside = facturx.get_facturx_xml_from_pdf(pdf, check_xsd=True)
    assert (name, inside) == ("factur-x.xml", factur_x.xml_of(document))
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    told = root["/Metadata"].get_data().decode()
    for fact in ("<pdfaid:part>3", "<fx:ConformanceLevel>EN 16931", "<fx:DocumentType>INVOICE"):
        assert fact in told
    assert root["/MarkInfo"]["/Marked"]  # what a screen reader needs is still there
    assert len(list(reading.pictures(pdf, 40))) == 1


def test_the_page_says_the_sums_and_never_the_ring_fenced_account():
    pdf = invoices.draw(samples.row(samples.taxed()), invoices.PDF, BASE)
    said = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    said = said.replace("\u00a0", " ").replace("\u202f", " ")
    for sentence in ("4 037,50 €", "TVA à 20 %", "807,50 €", "4 845,00 €", "ENG-2022-118"):
        assert sentence in said
    assert "hors du champ" not in said


def test_a_proofreader_finds_an_invoice_drawn_again_to_be_the_same():
    document = samples.row(samples.credited())
    for media_type in (invoices.PDF, invoices.CSV, invoices.XML):
        content = invoices.draw(document, media_type, BASE)
        assert list(proofread(document, media_type, content, BASE)) == []
    altered = invoices.draw(document, invoices.XML, BASE).replace(b"1200.00", b"1200.01")
    assert list(proofread(document, invoices.XML, altered, BASE))


@pytest.mark.parametrize(("category", "rate"), [(STANDARD, 0), (EXEMPT, 2_000), ("O", 0)])
def test_vat_is_a_rate_or_an_exemption(category, rate):
    with pytest.raises(Invalid):
        Vat(category, rate)


@pytest.mark.parametrize(("quantity", "cents"), [(0, 1), (1, 0), (-1, 5), (True, 1), (1, 1.0)])
def test_no_line_is_empty_negative_or_a_float(quantity, cents):
    with pytest.raises(Invalid):
        Line("Frais", quantity, cents)


def test_more_than_a_million_of_a_thing_is_written_in_digits():
    many = [Line("Frais", 1_234_567, 5)]
    head = samples.heading("FS-2022-000003")
    order, vat = samples.ENGAGED, samples.TAXED
    document = invoice(
        head, FEE_INVOICE, samples.SELLER, samples.METROPOLE, order, many, vat, samples.OWN_ACCOUNT
    )
    (quantity,) = found(etree.fromstring(xml(document)), ".//ram:BilledQuantity")
    assert quantity.text == "1234567"
    assert list(factur_x.faults_of(xml(document))) == []


def test_vat_is_rounded_to_the_nearest_cent():
    assert [Vat(STANDARD, 2_000).on(net) for net in (1, 2, 3, 12, 13)] == [0, 0, 1, 2, 3]
