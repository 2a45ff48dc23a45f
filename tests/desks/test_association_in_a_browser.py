"""From an application to the first statement, by somebody who only has a mailbox, in Chromium."""

from datetime import datetime, timedelta

from tests.desks.house import lived_in
from tests.support.cast import MAILBOX
from tests.support.desks import DeskBrowser
from tests.support.joining import join, sign_in_again
from tests.support.live import Live
from tests.support.people import Visitor
from voucher_service.actions import accrediting, settling
from voucher_service.actions.disputing_statements import dispute_statement
from voucher_service.core.accreditation import Accreditation
from voucher_service.core.campaign import PARIS
from voucher_service.core.disputes import Line, Wrong
from voucher_service.store import tables

CONTACT = "contact@naga.example"
END_OF_NOVEMBER = datetime(2026, 12, 1, tzinfo=PARIS)


def test_an_association_goes_from_application_to_its_first_statement(desks, live):
    desk = desks.open(width=360)
    apply(desk)
    secret = join(desk, Visitor(live.service, CONTACT))
    complete_the_file(desk)
    accredit(live)
    desk.open("/association")
    desk.follow("Téléphones")
    print_a_pairing_sheet(desk)
    spend_through_the_api(live, live.hand_over())
    desk.open("/association/uses?since=2026-11-01")
    desk.see("5 pass comptés, pour 50,00 €.")
    number = close_the_month(live)
    sign_in_again(desk, CONTACT, secret)
    read_the_statement(desk, number)
    assert live.problems() == []


def apply(desk: DeskBrowser) -> None:
    """Without an account: who one is."""
    desk.open("/association/apply")
    desk.looks_right()
    desk.fill("Nom de l'association", "Nâga")
    desk.fill("Numéro RNA", "W442009012")
    desk.fill("Qui engage l'association", "Jeanne Martin, présidente")
    desk.fill("Adresse électronique de contact", CONTACT)
    desk.page.get_by_label("Je peux agir pour cette association").check()
    desk.press("Ouvrir le dossier")
    desk.see("Votre dossier est ouvert")
    desk.looks_right()


def complete_the_file(desk: DeskBrowser) -> None:
    """What is missing is named; each item is one link away, in any order."""
    desk.open("/association")
    desk.follow("Voir le dossier")
    desk.see("Il manque 4 point(s) avant l'envoi.")
    desk.looks_right()
    desk.follow("Lire la charte")
    desk.page.get_by_label("L'association accepte la charte").check()
    desk.press("Enregistrer")
    desk.follow("Voir le compte")
    desk.fill("Titulaire du compte", "ASSOCIATION NAGA")
    desk.page.locator("[name=iban]").fill("FR76 3000 1007 9412 3456 7890 185")
    desk.press("Proposer ce compte")
    desk.see("À confirmer")
    desk.open("/association/sites/new")
    add_a_site(desk)
    desk.open("/association/application")
    desk.press("Envoyer le dossier")
    desk.see("Le dossier est envoyé.")


def add_a_site(desk: DeskBrowser) -> None:
    """Easy fields; hours day by day."""
    for label, text in (
        ("Nom du lieu", "Nâga Chantenay"),
        ("Numéro et rue", "3 rue du Port"),
        ("Code postal", "44100"),
        ("Commune", "Nantes"),
    ):
        desk.page.get_by_label(label, exact=True).fill(text)
    desk.page.get_by_label("Maîtrise des outils numériques du quotidien").check()
    for name, text in (("Mo_from_1", "09:00"), ("Mo_to_1", "12:30")):
        desk.page.locator(f"[name={name}]").fill(text)
    desk.press("Enregistrer")
    desk.see("Nâga Chantenay est ajouté.")
    desk.see("lundi 9 h à 12 h 30")


def accredit(live: Live) -> None:
    """The operator's part: accredited, a second person for the account, a campaign."""
    world, session = live.world, live.world.session
    session.rollback()
    number = session.query(tables.Association).filter_by(name="Nâga").one().id
    accrediting.decide(session, number, Accreditation.ACCREDITED, None, "token:1", world.now)
    accrediting.approve_for_campaign(session, live.nantes.campaign, number, "token:1", world.now)
    world.confirm_account(number)
    session.commit()


def print_a_pairing_sheet(desk: DeskBrowser) -> None:
    """The sheet is a file: it is fetched as the browser would, with the form's own fields."""
    desk.see("Aucun téléphone relié.")
    desk.looks_right()
    form = desk.page.locator("form[action='/association/phones/sheet']")
    fields: dict[str, str | float | bool] = {
        name: form.locator(f"[name={name}]").input_value()
        for name in ("form_proof", "form_key", "site")
    }
    sheet = desk.page.request.post(f"{desk.live.url}/association/phones/sheet", form=fields)
    assert sheet.body().startswith(b"%PDF")


def spend_through_the_api(live: Live, codes: list[str]) -> None:
    """A phone joins the new site and takes a booklet's passes."""
    site = live.world.session.query(tables.Site).filter_by(name="Nâga Chantenay").one().id
    joins = {"pairing_code": live.pairing_code(site), "name": "Accueil"}
    paired = live.service.send("POST", "/scan/v1/devices", None, json=joins).get_json()
    now = live.now().isoformat()
    for n, code in enumerate(codes):
        scan = {
            "scan_id": f"scan-{n:06d}",
            "code": code,
            "service": MAILBOX,
            "scanned_at": now,
            "sent_at": now,
            "offline": False,
        }
        answer = live.service.send("POST", "/scan/v1/redemptions", paired["token"], json=scan)
        assert answer.get_json()["verdict"] == "accepted"


def close_the_month(live: Live) -> str:
    """The month ends, its statements are closed, and one is approved by a second person."""
    live.later(seconds=(END_OF_NOVEMBER + timedelta(hours=9) - live.now()).total_seconds())
    world = live.world
    numbers = world.close("2026-11", END_OF_NOVEMBER)
    number = next(number for number in numbers if number.startswith("RA"))
    settling.approve_statement(world.session, number, "token:2", world.now)
    world.session.commit()
    return number


def read_the_statement(desk: DeskBrowser, number: str) -> None:
    """From the amount that waits to the statement, and from a line to the use."""
    desk.open("/association/money")
    desk.see("Approuvé, part au prochain virement")
    desk.looks_right()
    desk.follow(f"Relevé {number}")
    desk.see("Les 5 lignes font 50,00 €. Le relevé compte 50,00 €")
    desk.looks_right()
    desk.follow("00000001 / 1")
    desk.see("Nâga Chantenay")
    desk.see(number)
    desk.looks_right()
    desk.follow(number)
    desk.follow("Vérifier ce relevé")
    desk.see("Oui, ce relevé est celui qui a été signé.")


def test_every_other_page_of_the_desk_looks_right_too(desks, live):
    house = lived_in(live.nantes)
    session, now = house.world.session, house.world.now
    said = (house.november, Wrong.ACCOUNT, Line(), "Ce compte est fermé.", "person:1", now)
    case = dispute_statement(session, *said).id
    session.commit()
    desk = desks.open("association_manager", house.association, language="en")
    for path in (
        "",
        "/statements",
        "/uses",
        "/refusals",
        f"/refusals/{house.refusal}",
        "/cases",
        f"/statements/{house.november}",
        f"/statements/{house.november}/dispute",
        f"/statement-disputes/{case}",
        f"/contests/{house.contest}",
        "/phones",
        f"/phones/{house.nord.device}/end",
        "/sites",
        f"/sites/{house.nord.site}",
        f"/sites/{house.nord.site}/close",
        "/bank",
        "/people",
        "/application/identity",
        "/application/charter",
    ):
        desk.open(f"/association{path}")
        desk.looks_right()
    team = desks.open("site_staff", house.association)
    team.open("/association")
    team.see("Demandez à votre responsable.")
    team.looks_right()
