"""Invented booklets and statements, the same in each run."""

import hashlib
from datetime import date

from voucher_service.documents.booklet_sheets import BookletSheet, NearbySite, PassSlip, SheetTexts

ADDRESS = "https://pass.example.fr/p#"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def digits(serial: str, number: int) -> str:
    """106 bytes as good as random, as the decimal number that a code holds."""
    token = hashlib.shake_256(f"{serial}/{number}".encode()).digest(106)
    return str(int.from_bytes(token, "big")).zfill(256)


def typed(serial: str, number: int) -> str:
    picked = hashlib.sha256(f"{serial}/{number}".encode()).digest()[:12]
    code = "".join(ALPHABET[byte % 32] for byte in picked)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def booklet(index: int, passes: int = 5, address: str = ADDRESS) -> BookletSheet:
    serial = f"{index:08d}"
    return BookletSheet(
        serial,
        tuple(
            PassSlip(number, (address, digits(serial, number)), typed(serial, number))
            for number in range(1, passes + 1)
        ),
    )


SITES = (
    NearbySite(
        "Médiathèque Jacques-Demy",
        "24 quai de la Fosse",
        "Nantes",
        "02 40 41 95 95",
        "Du mardi au samedi, de 10 h à 19 h",
        ("Maîtrise des outils numériques du quotidien",),
        0.4,
    ),
    NearbySite(
        "Maison de quartier des Dervallières",
        "5 rue Auguste-Renoir",
        "Nantes",
        "02 40 00 00 11",
        "Du lundi au vendredi, de 9 h à 12 h et de 14 h à 17 h",
        ("Aide aux démarches administratives", "Utilisation sécurisée du numérique"),
        2.1,
    ),
    NearbySite(
        "L’Atelier du Cœur d’Orvault",
        "2 place de l’Église",
        "Orvault",
        "02 40 00 00 12",
        "Le mercredi, de 14 h à 18 h",
        ("Insertion professionnelle via le numérique",),
        5.8,
    ),
    NearbySite(
        "Centre socioculturel Soleil-Levant",
        "12 rue du 8-Mai-1945",
        "Saint-Herblain",
        None,
        "Le lundi, de 9 h à 12 h",
        ("Parentalité et éducation avec le numérique",),
        6.3,
    ),
    NearbySite(
        "Bus numérique du pays d’Ancenis",
        "Place du marché",
        "Ancenis-Saint-Géréon",
        "02 40 00 00 14",
        None,
        ("Compréhension du monde numérique",),
        38.0,
    ),
)

TEXTS = SheetTexts(
    campaign_name="Ateliers numériques de Loire-Atlantique 2027",
    face_value_cents=1000,
    last_day=date(2027, 12, 31),
    validity_sentence="jusqu’au 31 décembre 2027",
    funders=(
        "Département de Loire-Atlantique",
        "Nantes Métropole",
        "Caisse d’allocations familiales",
    ),
    help_number="02 40 00 00 00",
    page_host="pass.example.fr",
    nearest_sites=SITES,
    dated=date(2026, 11, 12),
)
