"""Who plays in the demonstration: the funders, town halls and associations of the Nantes pilot.

Names are those of the pilot (Nantes Métropole, November 2020). **Every person, SIRET, RNA number
and bank account is invented**: their check digits agree, and they belong to nobody. Telephone
numbers are of the range kept for fiction. Street addresses and coordinates are approximate.
"""

from dataclasses import dataclass

from voucher_service.actions.accrediting import Application, Place
from voucher_service.actions.calling import FunderDetails
from voucher_service.core.campaign import SERVICES

CAMPAIGN = "Pass numérique Nantes"
ENDED = "Premiers essais du pass"
"""The campaign that ended."""
FACE_VALUE_CENTS, PASSES, BOOKLETS = 1000, 5, 2000
MINUTES_PER_PASS = 120
UNDO_WINDOW_MINUTES = 30
OFFLINE_PASSES_PER_DAY = 20

FORMS, TOOLS, JOBS, _, _, LEISURE, _, _, EQUIPMENT = SERVICES
"""Seed texts: forms; mailbox and printer; CV; 3-D printers at PiNG; buying a computer."""

PAID_SERVICES = frozenset(SERVICES) - {EQUIPMENT}
"""A pass pays for help, not for a machine."""


NOTHING_SAID = FunderDetails()


@dataclass(frozen=True, slots=True)
class Payer:
    """A funder, its weight, and what its accountants insist on."""

    name: str
    siret: str
    kind: str
    weight: int
    iban: str
    """Where its money goes home."""
    details: FunderDetails = NOTHING_SAID


FEE, FEE_BP = "Frais de gestion, 4 % de la valeur faciale", 400
"""What the operator invoices for its service, in its own books."""

REBATE, REBATE_CENTS = "Remise : ouverture reportée d’une semaine", 10_000
TRAINING, TRAINING_CENTS = "Formation des agents d’accueil, une journée", 45_000

ENGAGEMENT = "ENG-PASS-001"
"""What Nantes Métropole wants to read on a call for funds."""

FUNDERS = (
    Payer(
        "Nantes Métropole",
        "20000001600010",
        "public",
        40,
        "FR7699999000010000000000309",
        FunderDetails(
            "2 cours du Champ-de-Mars",
            "44000",
            "Nantes",
            "DGNUM",
            needs_service_code=True,
            needs_engagement=True,
        ),
    ),
    Payer(
        "Département de Loire-Atlantique",
        "20000002400014",
        "public",
        30,
        "FR7699999000010000000000406",
    ),
    Payer("État (ANCT)", "10000003300017", "public", 20, "FR7699999000010000000000503"),
    Payer(
        "MSA Loire-Atlantique – Vendée",
        "70000004500018",
        "company",
        10,
        "FR7699999000010000000000697",
    ),
)


LETTER = "Courrier de la MSA, accord sur la fin des premiers essais"
"""How the last funder agreed to that end."""

DOUBT = "L’atelier était annoncé fermé ce jour-là."
ANSWER = "L’atelier a été déplacé dans la salle voisine : voici la feuille d’émargement."
FOUND_RIGHT = "La feuille d’émargement montre que le service a eu lieu."
"""The contest of a use, as it goes each month."""


@dataclass(frozen=True, slots=True)
class TownHall:
    """A CCAS: how many booklets it receives, and how many it hands over in all."""

    name: str
    commune: str
    code_insee: str
    code_postal: str
    adresse: str
    latitude: float
    longitude: float
    stock: int
    handed_over: int


POINTS = (
    TownHall(
        "CCAS de Nantes",
        "Nantes",
        "44109",
        "44000",
        "1 bis place Saint-Similien",
        47.2205,
        -1.5597,
        840,
        560,
    ),
    TownHall(
        "CCAS de Rezé",
        "Rezé",
        "44143",
        "44400",
        "Place Jean-Baptiste-Daviais",
        47.1907,
        -1.5493,
        310,
        220,
    ),
    TownHall(
        "CCAS de Saint-Herblain",
        "Saint-Herblain",
        "44162",
        "44800",
        "2 rue de l’Hôtel-de-Ville",
        47.2122,
        -1.6497,
        350,
        250,
    ),
    TownHall(
        "CCAS d’Orvault",
        "Orvault",
        "44114",
        "44700",
        "9 rue Marcel-Deniau",
        47.2717,
        -1.6231,
        220,
        150,
    ),
    TownHall(
        "CCAS de Vertou",
        "Vertou",
        "44215",
        "44120",
        "2 place Saint-Martin",
        47.1686,
        -1.4697,
        190,
        130,
    ),
    TownHall(
        "CCAS de Carquefou",
        "Carquefou",
        "44026",
        "44470",
        "Rue de l’Hôtel-de-Ville",
        47.2972,
        -1.4917,
        90,
        90,
    ),
)


@dataclass(frozen=True, slots=True)
class Payee:
    """An association, its sites, how often each is chosen, and for which services."""

    application: Application
    sites: tuple[tuple[Place, int], ...]
    services: tuple[tuple[str, int], ...]


PING = Payee(
    Application(
        name="PiNG",
        contact_email="ping@example.org",
        iban="FR7699999000010000000000115",
        holder="ASSOCIATION PING",
        siret="90000005000014",
        legal_form="Association loi de 1901",
        representative="Claude Morel, présidence",
    ),
    (
        (
            Place(
                name="PiNG – Breil-Barberie",
                adresse="38 rue du Breil",
                code_postal="44100",
                commune="Nantes",
                code_insee="44109",
                latitude=47.2296,
                longitude=-1.5872,
                services=[TOOLS, JOBS, LEISURE],
                horaires="Tu-Fr 09:30-12:30,14:00-18:00",
                details={"typologie": ["ASSO", "TIERS_LIEUX"], "telephone": "+33261910001"},
            ),
            45,
        ),
    ),
    ((TOOLS, 60), (JOBS, 25), (LEISURE, 15)),
)

ALIS44 = Payee(
    Application(
        name="Alis44",
        contact_email="alis44@example.org",
        iban="FR7699999000010000000000212",
        holder="ALIS 44",
        rna="W449999999",
        legal_form="Association loi de 1901",
        representative="Sacha Bernard, présidence",
    ),
    (
        (
            Place(
                name="Alis44 – Bottière",
                adresse="147 route de Sainte-Luce",
                code_postal="44300",
                commune="Nantes",
                code_insee="44109",
                latitude=47.2371,
                longitude=-1.5136,
                services=[FORMS, TOOLS, JOBS],
                horaires="Mo-Fr 09:00-12:30,13:30-17:30",
                details={"typologie": ["ASSO"], "telephone": "+33261910002"},
            ),
            30,
        ),
        (
            Place(
                name="Alis44 – Nantes Nord",
                adresse="Chemin du Bout-des-Landes",
                code_postal="44300",
                commune="Nantes",
                code_insee="44109",
                latitude=47.2531,
                longitude=-1.5733,
                services=[FORMS, TOOLS, JOBS],
                horaires="Mo-Th 09:00-12:30,13:30-17:30",
                details={"typologie": ["ASSO"], "telephone": "+33261910003"},
            ),
            25,
        ),
    ),
    ((FORMS, 50), (TOOLS, 30), (JOBS, 20)),
)

ASSOCIATIONS = (PING, ALIS44)
