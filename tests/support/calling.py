"""Calls for funds as a test needs them: a public funder that Chorus Pro knows, and a house."""

from tests.support.cast import OPERATOR, STATEMENT_KEY, World
from voucher_service.actions import calling
from voucher_service.actions.calling import Engagement, FunderDetails, House
from voucher_service.actions.freezing import Signatory
from voucher_service.core.documents import PayTo
from voucher_service.store import tables

HOUSE = House(
    Signatory(OPERATOR, STATEMENT_KEY),
    PayTo("FR7630001007941234567890185", "", "Opérateur du pass numérique"),
)
METROPOLE_SIRET, DEPARTEMENT_SIRET = "24440040400129", "22440002800011"
DETAILS = FunderDetails(
    "2 cours du Champ-de-Mars",
    "44000",
    "Nantes",
    "DGNUM",
    needs_service_code=True,
    needs_engagement=True,
)


def ordered(world: World, booklets: int = 500) -> int:
    """Two public funders order by halves: one insists on an engagement number. Gives the order."""
    metropole = world.funder("Nantes Métropole", METROPOLE_SIRET)
    departement = world.funder("Loire-Atlantique", DEPARTEMENT_SIRET)
    calling.set_funder_details(world.session, metropole, DETAILS)
    campaign = world.campaign({metropole: 1, departement: 1})
    return world.order(campaign, booklets)


def issued(world: World, order: int) -> list[str]:
    """The engagement is given and every paper of the order goes out; their numbers."""
    first = min(world.calls(order))
    calling.give_engagement(world.session, order, first, Engagement("ENG-2026-118"))
    numbers = calling.issue_calls(world.session, order, HOUSE, world.now)
    world.session.commit()
    return numbers


def paper(world: World, number: str) -> tables.Document:
    return world.session.get_one(tables.Document, number)
