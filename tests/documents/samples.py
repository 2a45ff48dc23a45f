"""Invented booklets and statements, the same in each run."""

import base64
import hashlib
from datetime import date
from typing import Any

from voucher_service.documents.booklet_sheets import BookletSheet, NearbySite, PassSlip, SheetTexts
from voucher_service.documents.statement import Proof

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


SERVICES = (
    "Maîtrise des outils numériques du quotidien",
    "Aide aux démarches administratives",
    "Utilisation sécurisée du numérique",
)
PROOF = Proof(
    sha256=hashlib.sha256(b"statement").hexdigest(),
    signature_b64=base64.b64encode(hashlib.sha512(b"statement").digest()).decode(),
    kid="2601",
    verify_url="https://pass.example.fr/verify/RA-2026-000001",
)
ISSUER = {
    "name": "Loire Numérique Solidaire",
    "siret": "130 025 265 00013",
    "address": "1 rue de la République, 44000 Nantes",
}


def use(index: int) -> dict[str, Any]:
    day, hour = 1 + index % 30, 9 + index % 9
    at = f"2026-11-{day:02d}T{hour:02d}:{index % 60:02d}:00+01:00"
    site = index % 2
    return {
        "service_at": at,
        "recorded_at": at,
        "campaign": "17",
        "site": str(12 + site),
        "site_name": SITES[site].name,
        "serial": f"{123 + index // 5:08d}",
        "number": 1 + index % 5,
        "service": SERVICES[index % 3],
        "cents": 1000,
        "offline": index % 17 == 0,
    }


def account(uses: int, gross: int, fee: int) -> dict[str, int]:
    """An account that nothing corrects."""
    nothing = [
        "fee_returned",
        "granted",
        "carried_in",
        "cancelled",
        "charged",
        "repaid",
        "offset",
        "carried_out",
    ]
    return {f"{name}_cents": 0 for name in nothing} | {
        "redemptions": uses,
        "gross_cents": gross,
        "fee_cents": fee,
        "net_cents": gross - fee,
    }


def association_statement(uses: int = 41, **changed: Any) -> dict[str, Any]:
    """A statement of one campaign with two sites and three funders, whose sums are right."""
    lines = [use(index) for index in range(uses)]
    gross = 1000 * uses
    fee = gross * 150 // 10_000
    shares = [gross * 5 // 10, gross * 3 // 10, gross * 2 // 10]
    return {
        "format": "pass-numerique-statement/1",
        "kind": "association",
        "number": "RA-2026-000001",
        "issued_on": "2026-12-01",
        "period": {"label": "2026-11", "cutoff": "2026-12-01T00:00:00+01:00"},
        "issuer": ISSUER,
        "association": {
            "id": "7",
            "name": "Les Ateliers du Cœur",
            "siret": "732 829 320 00074",
            "rna": "W442000001",
            "iban_masked": "FR76 •••• •••• 0189",
            "holder": "Association Les Ateliers du Cœur",
        },
        "totals": account(uses, gross, fee),
        "campaigns": [
            {
                "id": "17",
                "name": TEXTS.campaign_name,
                "face_value_cents": 1000,
                "funding": "prepaid",
                "fee_bp": 150,
                **account(uses, gross, fee),
                "by_funder": [
                    {"id": str(number), "name": name, "cents": cents}
                    for number, (name, cents) in enumerate(zip(TEXTS.funders, shares, strict=True))
                ],
            }
        ],
        "by_site": [
            {
                "id": str(12 + site),
                "name": SITES[site].name,
                "campaign": "17",
                "redemptions": (uses + 1 - site) // 2,
                "cents": 1000 * ((uses + 1 - site) // 2),
            }
            for site in range(2)
        ],
        "lines": lines,
        "seal": {"no": 3, "hash": hashlib.sha256(b"seal").hexdigest()},
        "contest_until": "2026-12-31",
        "corrections": [],
        "contested": [],
        "debts": [],
    } | changed


def funder_statement(**changed: Any) -> dict[str, Any]:
    """A third of a campaign paid after use, to two associations."""
    return {
        "format": "pass-numerique-statement/1",
        "kind": "funder",
        "number": "RF-2026-000001",
        "issued_on": "2026-12-01",
        "period": {"label": "2026-11", "cutoff": "2026-12-01T00:00:00+01:00"},
        "issuer": ISSUER,
        "funder": {"id": "2", "name": "Nantes Métropole", "siret": "244 400 404 00129"},
        "campaign": {
            "id": "17",
            "name": TEXTS.campaign_name,
            "face_value_cents": 1000,
            "funding": "postpaid",
        },
        "weight": {"weight": 1, "total": 3},
        "activity": {
            "cumulative": {
                "activated_cents": 10_000_000,
                "used_cents": 2_311_000,
                "contested_cents": 3000,
                "expired_cents": 0,
                "outstanding_cents": 7_686_000,
            },
            "period": {"used_cents": 123_000, "redemptions": 123, "cancelled_cents": 0},
        },
        "share": {"cumulative_cents": 770_333, "previous_cents": 729_333, "period_cents": 41_000},
        "funds": {"called_cents": 800_000, "received_cents": 729_333, "deposit_cents": 70_667},
        "due_cents": 41_000,
        "by_association": [
            {
                "id": "7",
                "name": "Les Ateliers du Cœur",
                "siret": "732 829 320 00074",
                "rna": "W442000001",
                "redemptions": 41,
                "cents": 41_000,
                "cancelled_cents": 0,
                "share_cents": 13_667,
            },
            {
                "id": "8",
                "name": "=Médiation & Cie",
                "siret": None,
                "rna": "W442000002",
                "redemptions": 82,
                "cents": 82_000,
                "cancelled_cents": 0,
                "share_cents": 27_333,
            },
        ],
        "by_service": [
            {"service": SERVICES[0], "redemptions": 100, "cents": 100_000},
            {"service": SERVICES[1], "redemptions": 23, "cents": 23_000},
        ],
        "books": {
            "bank_reserved_cents": 9_000_000,
            "outstanding_cents": 7_686_000,
            "payable_cents": 123_000,
            "contested_cents": 3000,
            "deposits_cents": 70_667,
            "awaiting_funds_cents": 0,
            "solvent": True,
        },
        "seal": None,
    } | changed
