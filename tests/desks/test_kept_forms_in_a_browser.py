"""A manager is called away in the middle of a long form, and comes back later, in Chromium."""

from tests.support.desks import DeskBrowser
from tests.support.joining import join
from tests.support.live import Live
from tests.support.people import PASSWORD, Visitor
from voucher_service.actions import inviting
from voucher_service.actions.inviting import Inviter, Offer
from voucher_service.core import totp
from voucher_service.core.posts import Post
from voucher_service.store import tables

EMAIL, ADMIN = "camille@ping.example", Inviter("person:99", Post.OPERATOR_ADMIN, None)
SITE = {
    "name": "PiNG Chantenay",
    "adresse": "3 rue du Port",
    "code_postal": "44100",
    "commune": "Nantes",
    "Mo_from_1": "09:00",
    "Mo_to_1": "12:30",
    "presentation_resume": "Un café numérique.\nEntrée par la cour.",
}
SKILL = "Maîtrise des outils numériques du quotidien"


def test_who_was_called_away_finds_the_form_as_they_left_it(desks, live):
    desk = desks.open(width=360)
    secret = join(desk, invited(live))
    desk.open("/association/sites/new")
    for name, text in SITE.items():
        desk.page.locator(f"[name={name}]").fill(text)
    desk.page.get_by_label(SKILL).check()
    live.later(minutes=45)
    desk.press("Enregistrer")
    desk.see("Ce que vous avez écrit est gardé une heure.")
    desk.looks_right()
    come_back(desk, secret)
    desk.see("Vous aviez été déconnecté. Vérifiez et validez : rien n'a été envoyé.")
    assert "rien n'a été envoyé" in focused(desk)
    for name, text in SITE.items():
        assert desk.page.locator(f"[name={name}]").input_value() == text
    assert desk.page.get_by_label(SKILL).is_checked()
    desk.looks_right()
    assert named(live) == 0
    desk.page.reload()
    desk.press("Enregistrer")
    desk.see("PiNG Chantenay est ajouté.")
    assert named(live) == 1


def invited(live: Live) -> Visitor:
    session = live.world.session
    offer = Offer(EMAIL, Post.ASSOCIATION_MANAGER, live.nantes.ping.association)
    inviting.invite(session, offer, ADMIN, live.world.now)
    session.commit()
    return Visitor(live.service, EMAIL)


def come_back(desk: DeskBrowser, secret: bytes) -> None:
    """On the page where one was sent: the password, then the next code."""
    desk.page.locator("[name=email]").fill(EMAIL)
    desk.page.locator("[name=password]").fill(PASSWORD)
    desk.page.locator("main form").first.get_by_role("button").click()
    desk.page.locator("[name=code]").fill(totp.code_of(secret, totp.step_of(desk.live.now())))
    desk.press("Continuer")


def focused(desk: DeskBrowser) -> str:
    found: str = desk.page.evaluate("document.activeElement.textContent")
    return found


def named(live: Live) -> int:
    session = live.world.session
    session.rollback()
    found = session.query(tables.Site).filter_by(name=SITE["name"]).count()
    session.rollback()
    return found
