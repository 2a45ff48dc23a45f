"""Accreditation at the operator's desk: the queue, the file, each decision, and the account."""

from tests.support.operators import operator, plain, refused
from tests.support.service import Service
from voucher_service.store import tables

PAPER = {
    "name": "Nâga",
    "rna": "W442009012",
    "contact_email": "contact@naga.example",
    "iban": "FR76 3000 1007 9412 3456 7890 185",
    "holder": "NAGA",
}


def test_an_application_on_paper_becomes_an_accredited_association(service: Service) -> None:
    world = service.world
    campaign = world.campaign({world.funder("Nantes Métropole"): 1})
    support = operator(service, "operator_support")
    bad = support.send("/associations/new", "/associations", PAPER | {"iban": "FR00", "rna": "12"})
    assert bad.status_code == 422
    shown = support.done("/associations/new", "/associations", PAPER)
    page = f"/associations/{world.session.query(tables.Association).one().id}"
    assert "La demande est entrée" in shown
    assert "manque" in shown
    assert "Nâga" in support.text("/accreditation")
    assert (
        "écrivez la raison"
        in refused(support, page, f"{page}/decision", 422, {"to": "info_requested"}).lower()
    )
    refused(support, page, f"{page}/decision", 409, {"to": "accredited"})
    asked = {"to": "info_requested", "reason": "Donnez vos horaires."}
    assert "Donnez vos horaires." in support.done(page, f"{page}/decision", asked)
    assert "Nâga" not in support.text("/accreditation")
    assert "Nâga" in support.text("/accreditation?name=naga")
    support.done(page, f"{page}/decision", {"to": "under_review"})
    assert "accréditée" in support.done(page, f"{page}/decision", {"to": "accredited"})
    assert "peut prendre les pass" in support.done(page, f"{page}/approval", {"campaign": campaign})
    assert "Rien pour ces filtres" in support.text("/accreditation?state=suspended")
    _who_did_it(service, page, support.clerk.actor)


def _who_did_it(service: Service, page: str, actor: str) -> None:
    """The history names the person, and finance reads it without deciding."""
    finance = operator(service)
    name = service.world.session.get_one(tables.Person, int(actor[7:])).name
    assert name in finance.text(page)
    assert "Enregistrer la décision" not in finance.text(page)
    refused(finance, page, f"{page}/decision", 403, {"to": "revoked", "reason": "Non"})


def test_an_account_is_confirmed_by_somebody_else_than_who_proposed_it(service: Service) -> None:
    support, first = operator(service, "operator_support"), operator(service)
    support.done("/associations/new", "/associations", PAPER)
    account = service.world.session.query(tables.BankAccount).one()
    service.world.session.commit()
    shown = first.text("/accounts")
    assert "FR7630001007941234567890185" not in shown.replace(" ", "")
    bad = first.send("/accounts", f"/accounts/{account.id}/refuse")
    assert bad.status_code == 422
    assert "confirmé" in first.done("/accounts", f"/accounts/{account.id}/confirm")
    assert "Aucun compte" in first.text("/accounts")
    again = first.send("/accounts", f"/accounts/{account.id}/confirm")
    assert "déjà confirmé" in plain(again.text)


def test_the_administration_adds_funders_and_support_ends_a_phone(service: Service) -> None:
    world = service.world
    admin, support = operator(service, "operator_admin"), operator(service, "operator_support")
    funder = {"name": "Département", "kind": "public", "siret": "20000002400014"}
    assert "est ajouté" in admin.done("/funders", "/funders", funder)
    assert "SIRET existe déjà" in refused(admin, "/funders", "/funders", 409, funder)
    assert refused(support, "/funders", "/funders", 403, funder)
    campaign = world.campaign({world.funder("Nantes Métropole"): 1})
    phone = world.at(("PiNG", "W442001234", "FR7630006000011234567890189"), campaign, "PiNG Breil")
    page = f"/sites/{phone.site}"
    assert "Téléphone d&#39;accueil" in support.text(page)
    assert "ne peut plus" in support.done(page, f"{page}/phones/{phone.device}/end")
    assert "délié" in admin.text(page)
