"""From a model to booklets at a point: campaign, order, money, issue, print, parcel, booklet."""

from typing import Any

from tests.support.operators import Operator, operator, plain, refused
from tests.support.service import Service
from voucher_service.core.campaign import SERVICES, MonthsAfterHandover
from voucher_service.store import load, tables

NATIONAL: dict[str, Any] = {
    "name": "Pass national",
    "face_value": "10",
    "passes_per_booklet": "10",
    "minutes_per_pass": "120",
    "funding": "prepaid",
    "valid_from": "2026-12-01",
    "rule": "months_after_handover",
    "months": "12",
    "latest": "2028-12-31",
    "grace": "end_of_next_month",
    "services": [SERVICES[0], SERVICES[1]],
    "territory": "44109 44143, 44190",
    "undo_window_minutes": "30",
    "passes_per_day": "20",
    "borne_by": "scheme",
    "fee": "2,5",
    "funder_1": "1",
    "weight_1": "1",
    "funder_2": "2",
    "weight_2": "2",
}
NEW = "/campaigns/new?model=national"


def test_a_campaign_is_made_from_a_model_and_refused_beside_what_is_wrong(
    service: Service,
) -> None:
    world = service.world
    for name in ("Nantes Métropole", "Département"):
        world.funder(name)
    world.session.commit()
    admin = operator(service, "operator_admin")
    form = admin.text(NEW)
    assert 'value="10"' in form
    assert "20 heures" in plain(form)
    _refused_beside(admin)
    shown = plain(admin.done(NEW, "/campaigns", NATIONAL))
    assert "100,00 €" in shown
    assert "2,50 %" in shown
    made = world.session.query(tables.Campaign).one()
    assert isinstance(load.campaign(made).validity, MonthsAfterHandover)
    assert made.territory == ["44109", "44143", "44190"]
    assert made.downstream_fee_bp == 250
    assert made.services == sorted(SERVICES[:2])
    assert "Pass national" in admin.text("/campaigns")


def _refused_beside(admin: Operator) -> None:
    """What is wrong is said beside its field, what was typed stays, nothing changes."""
    for changed, said in (
        ({"face_value": "dix"}, "par exemple 10"),
        ({"latest": ""}, "Donnez une date"),
        ({"weight_2": ""}, "Remplissez toute la ligne"),
        ({"territory": "Nantes"}, "codes INSEE"),
        ({"funder_2": "1"}, "deux fois"),
        ({"latest": "2026-01-01"}, "La fin vient avant le début"),
    ):
        text = plain(refused(admin, NEW, "/campaigns", 422, NATIONAL | changed))
        assert said in text, changed
        assert "Pass national" in text


def test_an_order_is_paid_issued_printed_and_sent_to_a_point(service: Service) -> None:
    world = service.world
    campaign = world.campaign({world.funder("Nantes Métropole"): 1})
    admin, support = operator(service, "operator_admin"), operator(service, "operator_support")
    finance = operator(service)
    page = f"/campaigns/{campaign}"
    shown = admin.done(page, f"{page}/orders", {"booklets": "4"})
    assert "en attente d&#39;argent" in shown
    refused(admin, page, f"{page}/orders", 422, {"booklets": "0"})
    _pay(finance, admin)
    order = "/orders/1"
    assert "en attente" in admin.done(order, f"{order}/issue")
    service.run_jobs()
    assert "du n° 00000001 au n° 00000004" in admin.text(order)
    assert "en attente" in admin.done(order, f"{order}/prints", {"format": "pdf"})
    assert "Impression n° 1" in admin.text(order)
    assert "Impression" in admin.text("/jobs")
    _send(support)


def _pay(finance: Operator, admin: Operator) -> None:
    """A promise activates nothing; a receipt does, once, and may be taken back."""
    order = "/orders/1"
    promised = {"funder": "1", "payment_order_number": "M 42", "amount": "200"}
    assert "n'active rien" in plain(finance.done(order, f"{order}/promises", promised))
    assert "en attente" in finance.text("/orders?state=called")
    received = {"funder": "1", "amount": "200,00", "received_on": "2026-11-16", "reference": "V1"}
    refused(admin, order, f"{order}/receipts", 403, received)
    assert "par exemple 12,50" in refused(
        finance, order, f"{order}/receipts", 422, received | {"amount": "x"}
    )
    assert "La commande est payée" in finance.done(order, f"{order}/receipts", received)
    assert "déjà noté" in refused(finance, order, f"{order}/receipts", 409, received)
    assert "ne sont plus utilisables" in finance.done(
        order, f"{order}/taken-back", {"receipt": "1"}
    )
    assert "pas payée" in refused(admin, order, f"{order}/issue")
    finance.done(order, f"{order}/receipts", received | {"reference": "V2"})


def _send(support: Operator) -> None:
    """Booklets go to a point; one of them is looked for, blocked, unblocked, replaced."""
    assert "au n° 00000004" in support.text("/points")
    shown = support.done("/points", "/points", {"name": "CCAS", "commune": "Nantes"})
    assert "commencent au n° 00000001" in shown
    parcel = {"first_serial": "00000001", "count": "3"}
    assert "3 carnets partent" in support.done("/points/1", "/points/1/parcels", parcel)
    refused(support, "/points/1", "/points/1/parcels", 409, parcel)
    found = support.done("/booklets", "/booklets", {"serial": "0000 0002"})
    assert "en stock à un point" in found
    assert support.send("/booklets", "/booklets", {"serial": "99"}).status_code == 404
    booklet = "/booklets/00000002"
    refused(support, booklet, f"{booklet}/block", 422)
    assert "Trouvé" in support.done(booklet, f"{booklet}/block", {"reason": "Trouvé ouvert"})
    assert "bloqué" in support.text(booklet)
    support.done(booklet, f"{booklet}/unblock", {"reason": "Vérifié"})
    assert "remplace le n° 00000002" in support.done(
        booklet, f"{booklet}/replace", {"reason": "Mouillé"}
    )
    refused(support, booklet, f"{booklet}/void", fields={"reason": "Encore"})


def test_a_call_is_issued_with_what_its_payer_insists_on_and_reminded_of(service: Service) -> None:
    world = service.world
    campaign = world.campaign({world.funder("Département", "20000002400014"): 1})
    admin, finance = operator(service, "operator_admin"), operator(service)
    insists = {"town": "Nantes", "needs_engagement": "true"}
    assert "prochains papiers" in admin.done("/funders/1", "/funders/1", insists)
    admin.done(f"/campaigns/{campaign}", f"/campaigns/{campaign}/orders", {"booklets": "2"})
    page = "/calls/AF-2026-000001"
    assert "Établir le papier" in finance.text(page)
    assert "exige un numéro d'engagement" in plain(refused(finance, page, f"{page}/issue"))
    refused(admin, page, f"{page}/issue", 403)
    assert "Le papier est établi" in finance.done(
        page, f"{page}/issue", {"engagement_number": "EJ 42"}
    )
    assert finance.get("/documents/AF-2026-000001/pdf").data.startswith(b"%PDF")
    assert "en retard" in plain(refused(finance, page, f"{page}/remind"))
    world.later(days=60)
    later = operator(service)
    assert "La relance est établie" in later.done(page, f"{page}/remind")
    assert "a déjà été relancé" in plain(refused(later, page, f"{page}/remind"))
