"""A funder at a real browser: orders with three co-funders, follows the funnel, approves."""

import re

from tests.support.cast import CV, World
from tests.support.desks import DeskBrowser, Desks
from tests.support.funding import BEFORE_THE_CLOSE, END_OF_NOVEMBER
from tests.support.live import Live
from voucher_service.core.posts import Post
from voucher_service.store import tables


def test_a_funder_orders_with_three_co_funders_follows_the_funnel_and_approves(
    desks: Desks, live: Live
) -> None:
    world, nantes = live.world, live.nantes
    weights = {nantes.metropole: 50, nantes.departement: 25, nantes.etat: 20, nantes.msa: 5}
    campaign = world.campaign(weights, name="Pass à quatre")
    desk = desks.open(Post.FUNDER_APPROVER, nantes.metropole)
    order = _order(desk, world, campaign)
    assert world.calls(order) == {1: 50_000, 2: 25_000, 3: 20_000, 4: 5_000}
    _everybody_pays_and_people_come(live, order)
    _follow(desk, campaign)
    live.world.now = BEFORE_THE_CLOSE
    world.close("2026-11", END_OF_NOVEMBER, "person:9999")
    _approve(desks.open(Post.FUNDER_APPROVER, nantes.metropole))


def _order(desk: DeskBrowser, world: World, campaign: int) -> int:
    desk.open("/funder")
    desk.looks_right()
    desk.follow("Commandes")
    desk.looks_right()
    desk.follow("Commander pour Pass à quatre")
    desk.looks_right()
    desk.fill("Nombre de carnets", "20")
    desk.press("Voir le coût")
    for amount in ("500,00", "250,00", "200,00", "50,00"):
        desk.see(f"{amount}\u00a0€")
    desk.see("Avant de commander : des lieux manquent")
    desk.looks_right()
    desk.press("Commander 20 carnets")
    desk.see("Lisez l'avertissement, puis cochez la case.")
    desk.expect("422")
    desk.page.get_by_label("J'ai lu cela").check()
    desk.press("Commander 20 carnets")
    desk.see(re.compile("20 carnets sont commandés"))
    desk.looks_right()
    order = world.session.query(tables.Order).filter_by(campaign_id=campaign).one()
    return order.id


def _everybody_pays_and_people_come(live: Live, order: int) -> None:
    world, nantes = live.world, live.nantes
    world.fund(order)
    serials = world.issue(order)
    world.stock(serials, nantes.ccas)
    world.hand_over(serials[0], nantes.ccas)
    campaign = world.session.get_one(tables.Order, order).campaign_id
    naga = world.at(("Nâga", "W442009012", "FR7630001007941234567890185"), campaign, "Nâga")
    for code in world.codes(serials[0])[:3]:
        world.redeem(naga, code, service=CV)
    world.session.commit()


def _follow(desk: DeskBrowser, campaign: int) -> None:
    desk.open("/funder")
    desk.follow("Pass à quatre")
    desk.see("De la commande au paiement")
    desk.see("15,00\u00a0€")  # half of three passes
    desk.looks_right()
    for words in (
        *("Par point de distribution", "Par lieu", "Par service", "Par commune", "Par mois"),
    ):
        desk.follow(words)
        desk.looks_right()
    for path in ("places", "end"):
        desk.open(f"/funder/campaigns/{campaign}/{path}")
        desk.looks_right()


def _approve(desk: DeskBrowser) -> None:
    desk.open("/funder")
    desk.follow(re.compile("Relevé RF-"))
    desk.see("Du mois d'avant à ce mois")
    desk.looks_right()
    desk.follow("3 utilisations")
    desk.looks_right()
    desk.follow("Contester")
    desk.looks_right()
    desk.fill("Pourquoi ?", "Personne n'était là ce jour-là.")
    desk.press("Contester")
    desk.see("attend une réponse")
    desk.looks_right()
    desk.open("/funder/statements")
    desk.looks_right()
    desk.follow(re.compile("RF-"))
    desk.press("Approuver ce relevé")
    desk.see(re.compile("est approuvé"))
    for path in ("contests", "downloads", "calls/AF-2026-000005"):
        desk.open(f"/funder/{path}")
        desk.looks_right()
