"""A public site's attestation and a self-billed invoice over the API, seen by their association."""

import facturx

from tests.support.problems import refused
from voucher_service.store import tables


def test_the_papers_of_an_association(service, nantes):
    world, finance, ping = service.world, nantes.finance, nantes.ping
    serial = nantes.serials[0]
    world.hand_over(serial, nantes.ccas)
    world.redeem(ping, world.codes(serial)[0])
    world.later(days=20)
    ra = next(number for number in world.close("2026-11", world.now) if number.startswith("RA"))
    mine = service.by("association", ping.association)
    other = service.by("association", nantes.alis44.association)

    site = {"site": str(ping.site)}
    attested = mine.post(f"/statements/{ra}/attestations", site)
    assert (attested.status_code, attested.json["kind"]) == (201, "attestation")
    assert attested.json["campaign"] is None
    refused(other.post(f"/statements/{ra}/attestations", site), 404, "not_found")

    world.session.get_one(tables.Association, ping.association).siret = "52380911300012"
    path = f"/associations/{ping.association}/billing-mandates"
    given = {"signed_on": "2026-11-01", "reference": "Convention 12", "contest_days": 30}
    refused(finance.post(f"/statements/{ra}/self-billed-invoice"), 409, "no_mandate")
    assert nantes.operator.post(path, given).status_code == 201
    assert mine.get(path).json["items"][0]["contest_days"] == 30
    refused(other.get(path), 404, "not_found")
    invoice = finance.post(f"/statements/{ra}/self-billed-invoice").json
    number = invoice["number"]
    assert (invoice["statement"], invoice["total_cents"]) == (ra, 1_000)
    pdf = mine.get(f"/documents/{number}", headers={"Accept": "application/pdf"}).data
    _, inside = facturx.get_facturx_xml_from_pdf(pdf)
    xml = {"Accept": "application/xml"}
    assert mine.get(f"/documents/{number}", headers=xml).data == inside
    refused(mine.get(f"/documents/{attested.json['number']}", headers=xml), 406, "not_acceptable")
    kinds = [
        row["kind"] for row in mine.get(f"/associations/{ping.association}/documents").json["items"]
    ]
    assert kinds == ["attestation", "self_billed_invoice"]

    why = {"reason": "il manque un pass"}
    refused(other.post(f"/self-billed-invoices/{number}/contest", why), 404, "not_found")
    assert mine.post(f"/self-billed-invoices/{number}/contest", why).json["contested_at"]
    refused(mine.post(f"/self-billed-invoices/{number}/contest", why), 409, "contested_already")
    ended = nantes.operator.post(f"{path}/end")
    assert ended.json["items"][0]["ended_at"]
    refused(nantes.operator.post(f"{path}/end"), 409, "no_mandate")
