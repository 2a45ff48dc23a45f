"""The end of a campaign at the operator's desk, refunds home in a file of two, and debts."""

from datetime import datetime

from tests.support.autumn import Autumn
from tests.support.ending import settle
from tests.support.operators import Operator, operator, plain, refused
from tests.support.service import Service
from voucher_service.actions import judging
from voucher_service.core.campaign import PARIS
from voucher_service.store import tables

IBAN = "FR7630006000011234567890189"


def test_a_campaign_ends_with_every_funder_and_its_money_goes_home_by_two(
    service: Service,
) -> None:
    world = service.world
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 7)
    world.session.commit()
    page = f"/campaigns/{autumn.campaign}/closing"
    early = operator(service, "operator_admin")
    assert "trop tôt" in refused(early, page, page)
    world.now = datetime(2027, 12, 2, 9, 0, tzinfo=PARIS)
    admin, first, second = (
        operator(service, "operator_admin"),
        operator(service),
        operator(service),
    )
    assert "Plus aucun carnet" in admin.done(page, page)
    for funder in autumn.funders:
        paper = {"funder": str(funder), "reference": f"Lettre {funder}"}
        refused(admin, page, f"{page}/agreement", 403, paper)
        first.done(page, f"{page}/agreement", paper)
    shown = plain(first.text(page))
    assert "Lettre 1" in shown
    assert "Des usages peuvent encore changer" in shown
    refused(first, page, f"{page}/statement")
    world.now = datetime(2028, 2, 20, 9, 0, tzinfo=PARIS)
    settle(world)
    first, second = operator(service), operator(service)
    assert "est terminé" in first.done(page, f"{page}/statement")
    number = world.session.query(tables.Document).order_by("number").first()
    assert number is not None
    assert first.get(f"/documents/{number.number}/pdf").data.startswith(b"%PDF")
    _home(first, second, page, autumn.funders[0])


def _home(first: Operator, second: Operator, page: str, funder: int) -> None:
    """A funder chose on paper to have its money back."""
    choice = {"funder": str(funder), "choice": "refund"}
    assert "Donnez l'IBAN" in plain(refused(first, page, f"{page}/choices", 422, choice))
    account = {"iban": IBAN, "holder": "Trésorerie"}
    shown = first.done(page, f"{page}/choices", choice | account)
    assert "RB-2028-000001" in shown
    assert IBAN not in shown
    refund = "/refunds/RB-2028-000001"
    assert "Une autre personne" in refused(first, "/refunds", f"{refund}/approve")
    assert "approuvé" in second.done("/refunds", f"{refund}/approve")
    second.done("/refunds", "/refund-batches")
    made = second.service.world.session.query(tables.RefundBatch).one()
    batch = f"/refund-batches/{made.number}"
    refused(second, batch, f"{batch}/approve")
    assert first.get(f"{batch}/file").status_code == 409
    assert "Deux personnes ont vu ce lot" in first.done(batch, f"{batch}/approve")
    assert IBAN.encode() in second.get(f"{batch}/file").data
    assert made.number in first.text("/refunds")


def test_what_an_association_owes_is_paid_back_given_up_or_asked_for(service: Service) -> None:
    world = service.world
    autumn = Autumn(world)
    autumn.spend(autumn.ping, 3)
    world.session.commit()
    first = operator(service)
    assert "ne doit rien" in first.text("/debts")
    _owes(service, autumn)
    shown = first.text("/debts")
    assert "PiNG" in shown
    whose = {"association": str(autumn.ping.association), "campaign": str(autumn.campaign)}
    assert "trop peu" in refused(first, "/debts", "/debts/note", 409, whose)
    paid = whose | {"amount": "4,00", "reference": "VIR 9"}
    assert "est notée" in first.done("/debts", "/debts/repayment", paid)
    assert "déjà notée" in refused(first, "/debts", "/debts/repayment", 409, paid)
    more = whose | {"amount": "50", "reason": "Trop petit"}
    assert "plus que" in refused(first, "/debts", "/debts/write-off", 409, more)
    given_up = first.done("/debts", "/debts/write-off", more | {"amount": "6"})
    assert "est abandonnée" in given_up


def _owes(service: Service, autumn: Autumn) -> None:
    """The bank paid PiNG 10.00 € too much, and somebody else found so."""
    world = service.world
    number = judging.open_overpayment(
        world.session,
        autumn.campaign,
        autumn.ping.association,
        1000,
        "L 1",
        "trop",
        "p:1",
        world.now,
    )
    judging.accept(world.session, number, "oui", "p:2", world.now)
    world.session.commit()
