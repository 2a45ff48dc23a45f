"""The pilot as the management API finds it: who pays, what is ordered, where it is spent."""

from dataclasses import dataclass

from tests.support.cast import ALIS44, PING, Point
from tests.support.service import Caller, Service

FUNDERS = ("Nantes Métropole", "Loire-Atlantique", "État", "MSA")


@dataclass(slots=True)
class Nantes:
    """Numbers of the cast. MSA pays for a campaign of its own; the others share one by thirds."""

    service: Service
    metropole: int
    departement: int
    etat: int
    msa: int
    campaign: int
    msa_campaign: int
    order: int
    msa_order: int
    serials: list[str]
    ccas: int
    france_services: int
    ping: Point
    alis44: Point

    @property
    def operator(self) -> Caller:
        return self.service.by("operator")

    @property
    def finance(self) -> Caller:
        return self.service.by("finance")


def nantes_of(service: Service, booklets: int = 6) -> Nantes:
    """The pilot on its first day: an order issued, half of it at the CCAS, nothing handed over."""
    world = service.world
    metropole, departement, etat, msa = (world.funder(name) for name in FUNDERS)
    campaign = world.campaign({metropole: 1, departement: 1, etat: 1})
    msa_campaign = world.campaign({msa: 1}, name="Pass MSA")
    order = world.order(campaign, booklets)
    msa_order = world.order(msa_campaign, 1)
    world.fund(order)
    serials = world.issue(order)
    ccas, france_services = world.point(), world.point("France Services Clisson")
    world.stock(serials[: booklets // 2], ccas)
    ping = world.at(PING, campaign, "PiNG, Île de Nantes")
    alis44 = world.at(ALIS44, msa_campaign, "Alis44, Chantenay")
    return Nantes(
        service,
        metropole,
        departement,
        etat,
        msa,
        campaign,
        msa_campaign,
        order,
        msa_order,
        serials,
        ccas,
        france_services,
        ping,
        alis44,
    )
