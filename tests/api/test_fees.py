"""Fees over the API: invoiced, read as Factur-X by its funder alone, credited, paid."""

import facturx

from tests.support.calling import METROPOLE_SIRET
from tests.support.problems import refused

LINES = [{"label": "Frais de gestion", "quantity": 1, "unit_cents": 100_000}]


def test_an_invoice_from_its_issue_to_its_end(service, nantes):
    finance = nantes.finance
    body = {"name": "Métropole", "kind": "public", "siret": METROPOLE_SIRET}
    funder = nantes.operator.post("/funders", body).json["id"]
    refused(
        finance.post("/fee-invoices", {"funder": str(nantes.msa), "lines": LINES}),
        409,
        "siret_missing",
    )
    issued = finance.post(
        "/fee-invoices", {"funder": funder, "lines": LINES, "engagement_number": "E 1"}
    )
    assert issued.status_code == 201
    number = issued.json["number"]
    assert (number, issued.json["total_cents"]) == ("FS-2026-000001", 120_000)

    path, mine = f"/fee-invoices/{number}", service.by("funder", int(funder))
    assert mine.get(path).json["buyer"]["engagement_number"] == "E 1"
    pdf = mine.get(path, headers={"Accept": "application/pdf"})
    _, inside = facturx.get_facturx_xml_from_pdf(pdf.data)
    assert mine.get(path, headers={"Accept": "application/xml"}).data == inside
    assert mine.get(path, headers={"Accept": "text/csv"}).content_type.startswith("text/csv")
    refused(mine.get(path, headers={"Accept": "image/png"}), 406, "not_acceptable")
    assert mine.get(path, headers={"Accept": "application/pdf"}).data == pdf.data  # kept
    refused(service.by("funder", nantes.msa).get(path), 404, "not_found")
    assert [row["number"] for row in mine.get("/fee-invoices").json["items"]] == [number]
    assert service.by("funder", nantes.msa).get("/fee-invoices").json["items"] == []

    note = finance.post(f"{path}/credit-notes", {"net_cents": 50_000, "reason": "Remise"})
    assert (note.json["corrects"], note.json["total_cents"]) == (number, 60_000)
    paid = {"amount_cents": 60_000, "received_on": "2026-11-17", "reference": "VIR 9"}
    assert finance.post(f"{path}/payments", paid).json["left_cents"] == 0
    refused(finance.post(f"{path}/payments", paid), 409, "payment_known")
    balances = finance.get("/fee-books/balances").json["items"]
    assert {item["account"]: item["cents"] for item in balances} == {
        "fees:bank": -60_000,
        "fees:income": 50_000,
        f"fees:receivable:funder:{funder}": 0,
        "fees:vat": 10_000,
    }
    public = service.client.get(f"/verify/{number}", headers={"Accept": "application/json"})
    assert public.json["valid"] is True
