"""Files of places to the national schema's rules, seeded, and twenty-odd ways of spoiling one."""

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tests.support.source import ROOT

Row = dict[str, str]

SCHEMA: dict[str, Any] = json.loads((ROOT / "templates" / "places" / "schema.json").read_text())
COLUMNS = [field["name"] for field in SCHEMA["fields"]]

COMMUNES = (
    ("Nantes", "44000", "44109", 47.218, -1.554),
    ("Saint-Herblain", "44800", "44162", 47.212, -1.651),
    ("Ajaccio", "20000", "2A004", 41.919, 8.738),
    ("Fort-de-France", "97200", "97209", 14.604, -61.066),
    ("L'Haÿ-les-Roses", "94240", "94038", 48.776, 2.337),
    ("Bourg-en-Bresse", "01000", "01053", 46.205, 5.228),
)
KINDS = ("Médiathèque", "Maison de quartier", "Espace numérique", "Tiers-lieu", "Bus numérique")
STREETS = ("rue du Port", "place de l'Église", "avenue des Œillets", "quai de la Fosse, bât. B")
HOURS = ("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00", "Tu,Th 10:00-17:00", "")
PHONES = ("+33240000000", "+596596000000", "+262262000000", "")


def vocabulary(column: str) -> list[str]:
    """The values that the published pattern of a column names."""
    pattern = next(f for f in SCHEMA["fields"] if f["name"] == column)["constraints"]["pattern"]
    inner = re.fullmatch(r"\^\(\?:\(\?:\^\|\\\|\)\(\?:(.*)\)\)\+\$", pattern)
    assert inner
    return [re.sub(r"\\(.)", r"\1", value) for value in inner[1].split("|")]


def some(chance: random.Random, column: str, least: int = 0) -> str:
    values = vocabulary(column)
    return "|".join(chance.sample(values, chance.randint(least, min(3, len(values)))))


def good_rows(count: int, pivots: Iterable[str], seed: int = 2026) -> list[Row]:
    """Places that meet every rule, each of one of these associations."""
    chance, pivots = random.Random(seed), list(pivots)
    return [one(chance, number, chance.choice(pivots)) for number in range(1, count + 1)]


def one(chance: random.Random, number: int, pivot: str) -> Row:
    commune, postcode, insee, north, east = chance.choice(COMMUNES)
    placed = chance.random() < 0.9
    return {
        "id": f"lieu-{number}",
        "pivot": pivot,
        "nom": f"{chance.choice(KINDS)} « {number} », {commune}",
        "commune": commune,
        "code_postal": postcode,
        "code_insee": chance.choice((insee, "")),
        "adresse": f"{chance.randint(1, 200)} {chance.choice(STREETS)}",
        "complement_adresse": chance.choice(("", "2e étage", 'au fond de la cour, "à droite"')),
        "latitude": str(round(north + chance.uniform(-0.1, 0.1), 5)) if placed else "",
        "longitude": str(round(east + chance.uniform(-0.1, 0.1), 5)) if placed else "",
        "typologie": chance.choice(("ASSO", "CCAS|COMMUNE", "TIERS_LIEUX|ASSO", "")),
        "telephone": chance.choice(PHONES),
        "courriels": chance.choice(("", "a@example.org", "a@example.org|b@example.org")),
        "site_web": chance.choice(("", "https://example.org/?a=1,2", "https://a.fr|https://b.fr")),
        "horaires": chance.choice(HOURS),
        "presentation_resume": chance.choice(("", "Un lieu pour apprendre.", "é" * 280)),
        "presentation_detail": chance.choice(("", "Deux salles.\nUn jardin ; du café.")),
        "source": chance.choice(("", "Hubik")),
        "itinerance": some(chance, "itinerance"),
        "structure_parente": "",
        "date_maj": date(2026, chance.randint(1, 10), chance.randint(1, 28)).isoformat(),
        "services": some(chance, "services", least=1),
        "publics_specifiquement_adresses": some(chance, "publics_specifiquement_adresses"),
        "prise_en_charge_specifique": some(chance, "prise_en_charge_specifique"),
        "frais_a_charge": some(chance, "frais_a_charge"),
        "dispositif_programmes_nationaux": some(chance, "dispositif_programmes_nationaux"),
        "formations_labels": some(chance, "formations_labels"),
        "autres_formations_labels": chance.choice(("", "Label du quartier|Autre label")),
        "modalites_acces": some(chance, "modalites_acces"),
        "modalites_accompagnement": some(chance, "modalites_accompagnement"),
        "fiche_acces_libre": "",
        "prise_rdv": chance.choice(("", "https://www.rdv-solidarites.fr/")),
    }


def to_csv(rows: Iterable[Row], columns: Iterable[str] = COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def from_csv(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode())))


#: Ways of spoiling a row: what is written where, and the reason that must be given.
SPOILS: list[tuple[str, str, str]] = [
    ("id", "", "missing"),
    ("pivot", "", "missing"),
    ("nom", " ", "missing"),
    ("commune", "", "missing"),
    ("adresse", "", "missing"),
    ("services", "", "missing"),
    ("pivot", "434 933 123", "bad_pivot"),
    ("code_postal", "4400", "bad_postcode"),
    ("code_insee", "20004", "bad_insee"),
    ("latitude", "47,218", "bad_number"),
    ("longitude", "200.5", "out_of_range"),
    ("typologie", "association", "bad_typology"),
    ("telephone", "33180059880", "bad_phone"),
    ("courriels", "contact.example.org", "bad_mail"),
    ("site_web", "www.example.org", "bad_url"),
    ("presentation_resume", "é" * 281, "too_long"),
    ("itinerance", "Parfois", "unknown_value"),
    ("date_maj", "27/11/2026", "bad_day"),
    ("date_maj", "2026-02-30", "bad_day"),
    ("date_maj", "2027-01-01", "future_day"),
    ("services", "Réparation de vélos", "unknown_value"),
    ("frais_a_charge", "Pas cher", "unknown_value"),
    ("modalites_acces", "Sonner", "unknown_value"),
    ("prise_rdv", "ftp://example.org", "bad_url"),
]


def complaints(rows: list[Row]) -> Iterator[str]:
    """What the published schema has against rows, told by a reader that knows only the schema."""
    unique: dict[str, set[str]] = {}
    for number, row in enumerate(rows, start=2):
        for field in SCHEMA["fields"]:
            name, rules, cell = field["name"], field["constraints"], row[field["name"]]
            for rule, asked in rules.items():
                if not RULES[rule](cell, asked, unique.setdefault(name, set())):
                    yield f"line {number}: {name} is {cell!r}, against {rule} {asked!r}"
            if cell and not TYPES[field["type"]](cell):
                yield f"line {number}: {name} is {cell!r}, no {field['type']}"


def _new(cell: str, seen: set[str]) -> bool:
    before = len(seen)
    seen.add(cell)
    return len(seen) > before


RULES: Mapping[str, Callable[[str, Any, set[str]], bool]] = {
    "required": lambda cell, asked, _seen: bool(cell) or not asked,
    "unique": lambda cell, asked, seen: not asked or _new(cell, seen),
    "pattern": lambda cell, asked, _seen: not cell or re.search(asked, cell) is not None,
    "maxLength": lambda cell, asked, _seen: len(cell) <= asked,
    "minimum": lambda cell, asked, _seen: not cell or float(cell) >= asked,
    "maximum": lambda cell, asked, _seen: not cell or float(cell) <= asked,
}
TYPES: Mapping[str, Callable[[str], Any]] = {
    "string": lambda _cell: True,
    "number": lambda cell: re.fullmatch(r"-?\d+(\.\d+)?", cell),
    "date": lambda cell: re.fullmatch(r"\d{4}-\d\d-\d\d", cell) and date.fromisoformat(cell),
}
