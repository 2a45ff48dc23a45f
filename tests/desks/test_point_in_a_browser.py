"""A clerk who was only given an invitation mail: a parcel, a booklet, a slip, the day's report."""

from tests.support.desks import DeskBrowser
from tests.support.joining import join
from tests.support.people import Visitor
from voucher_service.actions.inviting import Inviter, Offer, invite
from voucher_service.core.posts import Post
from voucher_service.store import tables


def test_a_clerk_with_only_an_invitation_mail_hands_a_booklet_over(desks, live):
    desk = desks.open(width=360)
    join(desk, invited(live))
    desk.open("/desk")
    desk.see("CCAS de Nantes")
    desk.looks_right()
    receive_the_parcel(desk)
    hand_over(desk)
    desk.follow("Journée")
    desk.see("Journée du 16")
    desk.see("00000001")
    desk.looks_right()
    session = live.world.session
    session.rollback()
    assert session.query(tables.Handover).one().newcomer is True
    assert session.query(tables.Delivery).one().counted == 3
    session.rollback()


def invited(live) -> Visitor:
    """The operator writes to the clerk."""
    offer = Offer("clerk@ccas.example", Post.POINT_CLERK, live.nantes.ccas)
    by = Inviter("person:0", Post.OPERATOR_ADMIN, None)
    invite(live.world.session, offer, by, live.now())
    live.world.session.commit()
    return Visitor(live.service, offer.email)


def receive_the_parcel(desk: DeskBrowser) -> None:
    """Two were counted first, in haste; then all three."""
    desk.follow("Comptez le colis 1")
    desk.looks_right()
    for counted, button in (("2", "Enregistrer ce compte"), ("3", "Enregistrer ce compte")):
        desk.fill("Combien de carnets y a-t-il", counted)
        desk.fill("Numéro du premier carnet", "1")
        desk.fill("Numéro du dernier carnet", counted)
        desk.press(button)
        if counted == "2":
            desk.see("Carnets qui manquent : 1.")
            desk.looks_right()
            desk.press("Recompter")
    desk.see("Le colis 1 est complet")
    desk.looks_right()


def hand_over(desk: DeskBrowser) -> None:
    """A wrong serial, then the right one; the slip to print."""
    desk.expect("422")
    desk.follow("Remettre un carnet")
    desk.looks_right()
    desk.fill("Numéro du carnet", "00000099")
    desk.press("Remettre ce carnet")
    desk.see("Ce carnet n'est pas à vous, ou n'existe pas")
    desk.looks_right()
    desk.fill("Numéro du carnet", "00000001")
    desk.page.get_by_label("Oui, c'est nouveau pour elle").check()
    desk.press("Remettre ce carnet")
    desk.see("Le carnet 00000001 est remis")
    desk.see("PiNG, Île de Nantes")
    desk.looks_right()
    slip = desk.page.get_by_role("button", name="Imprimer le papier à donner")
    address = slip.get_attribute("href")
    drawn = desk.page.request.get(f"{desk.live.url}{address}")
    assert drawn.body().startswith(b"%PDF")


def test_the_other_pages_of_the_desk_look_right_too(desks, live):
    desk = desks.open("point_manager", live.nantes.ccas, language="en")
    for path in (
        "",
        "/stock",
        "/give-back",
        "/parcels",
        "/booklets",
        "/booklets/00000001",
        "/register",
        "/day",
        "/people",
    ):
        desk.open(f"/point{path}")
        desk.looks_right()
