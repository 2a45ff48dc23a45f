"""A funder reads what it was invoiced for the operator's service, and keeps the files."""

import facturx

from tests.support.calling import METROPOLE_SIRET
from tests.support.fees import OFFICE, invoiced
from voucher_service.actions import invoicing
from voucher_service.store import tables


def test_invoices_are_listed_with_what_is_left_and_their_files(service, nantes, metropole):
    world = service.world
    assert "ne vous a rien facturé" in metropole.text("/invoices")
    world.session.get_one(tables.Funder, nantes.metropole).siret = METROPOLE_SIRET
    number = invoiced(world, nantes.metropole)
    note = invoicing.issue_credit_note(world.session, number, 50_000, "Remise", OFFICE, world.now)
    world.session.get_one(tables.Funder, nantes.msa).siret = "43493312300029"
    others = invoiced(world, nantes.msa)
    said = metropole.text("/invoices")
    for words in (number, "1 200,04 €", "Reste à payer", "600,04 €", note, "Avoir sur"):
        assert words in said
    assert others not in said
    pdf = metropole.open(f"/invoices/{number}/pdf")
    _, inside = facturx.get_facturx_xml_from_pdf(pdf.data)
    assert metropole.open(f"/invoices/{number}/xml").data == inside
    assert metropole.open(f"/invoices/{number}/json").json["number"] == number
    assert metropole.open(f"/invoices/{number}/csv").status_code == 200
    for path in (f"/invoices/{number}/doc", f"/invoices/{others}/pdf", "/invoices/FS-1/pdf"):
        assert metropole.open(path).status_code == 404
    world.session.rollback()
    invoicing.record_payment(world.session, number, 60_004, world.now.date(), "VIR", world.now)
    assert "Payée" in metropole.text("/invoices")
