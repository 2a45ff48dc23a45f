"""An invoice as the UN/CEFACT Cross Industry Invoice, profile EN 16931: what Factur-X carries.

From the invoice's own JSON and nothing else, so the same invoice always gives the same bytes. No
figure is computed here. The order of elements is that of the schema.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}

EN16931 = "urn:cen.eu:en16931:2017"
SERVICES_SENT = "S1"
"""How it is invoiced (BT-23): an invoice of services, sent by its seller or in its name."""

SIREN, SIRET, DIRECTORY = "0002", "0009", "0225"
"""Schemes of identifiers: of a company, of a place of it, of the French invoicing directory."""

TRANSFER, CLEARED = "58", "97"
"""How it is paid (UNTDID 4461): by SEPA credit transfer, or settled between the partners."""

ONE = "C62"

Facts = Mapping[str, Any]
"""An invoice as it was signed."""


def to_cii(invoice: Facts, words: Mapping[str, Any]) -> bytes:
    """The XML of an invoice; ``words``: the sentences that the law asks for, by their code."""
    root = etree.Element(f"{{{NAMESPACES['rsm']}}}CrossIndustryInvoice", nsmap=NAMESPACES)
    context = _add(root, "rsm:ExchangedDocumentContext")
    _add(context, "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", SERVICES_SENT)
    _add(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", EN16931)
    heading = _add(root, "rsm:ExchangedDocument")
    _add(heading, "ram:ID", invoice["number"])
    _add(heading, "ram:TypeCode", invoice["type_code"])
    _date(heading, "ram:IssueDateTime/udt:DateTimeString", invoice["issued_on"])
    for code, sentence in words["notes"].items():
        note = _add(heading, "ram:IncludedNote")
        _add(note, "ram:Content", sentence)
        _add(note, "ram:SubjectCode", code)
    trade = _add(root, "rsm:SupplyChainTradeTransaction")
    for rank, line in enumerate(invoice["lines"], start=1):
        _line(trade, rank, line, invoice["vat"])
    _agreement(trade, invoice)
    event = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    _date(trade, f"ram:ApplicableHeaderTradeDelivery/{event}", invoice["supplied_on"])
    _settlement(trade, invoice, words)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _line(trade: Element, rank: int, line: Facts, vat: Facts) -> None:
    item = _add(trade, "ram:IncludedSupplyChainTradeLineItem")
    _add(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(rank))
    _add(item, "ram:SpecifiedTradeProduct/ram:Name", line["label"])
    price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount"
    _add(item, price, euros(line["unit_cents"]))
    quantity = _add(
        item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", str(line["quantity"])
    )
    quantity.set("unitCode", ONE)
    settled = _add(item, "ram:SpecifiedLineTradeSettlement")
    tax = _add(settled, "ram:ApplicableTradeTax")
    _add(tax, "ram:TypeCode", "VAT")
    _add(tax, "ram:CategoryCode", vat["category"])
    _add(tax, "ram:RateApplicablePercent", euros(vat["rate_bp"]))
    total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    _add(settled, total, euros(line["net_cents"]))


def _agreement(trade: Element, invoice: Facts) -> None:
    agreement = _add(trade, "ram:ApplicableHeaderTradeAgreement")
    buyer = invoice["buyer"]
    if buyer["service_code"]:
        _add(agreement, "ram:BuyerReference", buyer["service_code"])
    _trader(_add(agreement, "ram:SellerTradeParty"), invoice["seller"], seller=True)
    _trader(_add(agreement, "ram:BuyerTradeParty"), buyer, seller=False)
    if buyer["engagement_number"]:
        order = "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
        _add(agreement, order, buyer["engagement_number"])


def _trader(place: Element, trader: Facts, *, seller: bool) -> None:
    siret, siren = trader["siret"], (trader["siret"] or "")[:9]
    if siret:
        _add(place, "ram:GlobalID", siret).set("schemeID", SIRET)
    _add(place, "ram:Name", trader["name"])
    if siren:
        _add(place, "ram:SpecifiedLegalOrganization/ram:ID", siren).set("schemeID", SIREN)
    address = _add(place, "ram:PostalTradeAddress")
    for name, key in (
        ("PostcodeCode", "postcode"),
        ("LineOne", "street"),
        ("CityName", "town"),
    ):
        if trader[key]:
            _add(address, f"ram:{name}", trader[key])
    _add(address, "ram:CountryID", "FR")
    if siren:
        _add(place, "ram:URIUniversalCommunication/ram:URIID", siren).set("schemeID", DIRECTORY)
    registration = "ram:SpecifiedTaxRegistration/ram:ID"
    if trader["vat_number"]:
        _add(place, registration, trader["vat_number"]).set("schemeID", "VA")
    elif seller and (siren or trader["rna"]):
        _add(place, registration, siren or trader["rna"]).set("schemeID", "FC")


def _settlement(trade: Element, invoice: Facts, words: Mapping[str, Any]) -> None:
    settlement = _add(trade, "ram:ApplicableHeaderTradeSettlement")
    _add(settlement, "ram:PaymentReference", invoice["reference"])
    _add(settlement, "ram:InvoiceCurrencyCode", "EUR")
    _means(_add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans"), invoice["pay_to"])
    _tax(_add(settlement, "ram:ApplicableTradeTax"), invoice, words)
    due = "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"
    _date(settlement, due, invoice["due_on"])
    sums = _add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    _add(sums, "ram:LineTotalAmount", euros(invoice["net_cents"]))
    _add(sums, "ram:TaxBasisTotalAmount", euros(invoice["net_cents"]))
    _add(sums, "ram:TaxTotalAmount", euros(invoice["vat_cents"])).set("currencyID", "EUR")
    _add(sums, "ram:GrandTotalAmount", euros(invoice["total_cents"]))
    _add(sums, "ram:DuePayableAmount", euros(invoice["total_cents"]))
    corrected = invoice["corrects"]
    if corrected:
        reference = _add(settlement, "ram:InvoiceReferencedDocument")
        _add(reference, "ram:IssuerAssignedID", corrected["number"])
        day = "ram:FormattedIssueDateTime/qdt:DateTimeString"
        _date(reference, day, corrected["issued_on"])


def _means(means: Element, account: Facts | None) -> None:
    _add(means, "ram:TypeCode", TRANSFER if account else CLEARED)
    if account:
        holder = _add(means, "ram:PayeePartyCreditorFinancialAccount")
        _add(holder, "ram:IBANID", account["iban"])
        _add(holder, "ram:AccountName", account["holder"])
        if account["bic"]:
            bank = "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"
            _add(means, bank, account["bic"])


def _tax(tax: Element, invoice: Facts, words: Mapping[str, Any]) -> None:
    vat = invoice["vat"]
    _add(tax, "ram:CalculatedAmount", euros(invoice["vat_cents"]))
    _add(tax, "ram:TypeCode", "VAT")
    if not vat["rate_bp"]:
        _add(tax, "ram:ExemptionReason", words["exemptions"][invoice["kind"]])
    _add(tax, "ram:BasisAmount", euros(invoice["net_cents"]))
    _add(tax, "ram:CategoryCode", vat["category"])
    _add(tax, "ram:RateApplicablePercent", euros(vat["rate_bp"]))


def _date(place: Element, path: str, day: str) -> None:
    _add(place, path, day.replace("-", "")).set("format", "102")


def _add(place: Element, path: str, text: str | None = None) -> Element:
    """A new element, and those that lead to it; the last one holds the text."""
    for step in path.split("/"):
        prefix, name = step.split(":")
        place = etree.SubElement(place, f"{{{NAMESPACES[prefix]}}}{name}")
    place.text = text
    return place


def euros(cents: int) -> str:
    """Cents, or hundredths of a percent, as the standard writes them: ``1234.50``."""
    return f"{cents // 100}.{cents % 100:02d}"
