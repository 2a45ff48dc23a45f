"""Fields and values of the schema's former versions, as their successors say them.

Versions 0.1 and 0.1.1 had fifteen services and other names; files of then still go round. What has
no successor is left as it is, and the reading says what is wrong with it.
"""

import re
from collections.abc import Iterator, Mapping

from voucher_service.core.campaign import SERVICES
from voucher_service.core.places.schema import BAR, BY_NAME

NAMES = {
    "courriel": "courriels",
    "conditions_acces": "frais_a_charge",
    "accessibilite": "fiche_acces_libre",
    "labels_autres": "autres_formations_labels",
    "modalite_acces": "modalites_acces",
    "labels_nationaux": "dispositif_programmes_nationaux",
    "publics_accueillis": "publics_specifiquement_adresses",
}
"""Columns that have another name today. Some of their values belong elsewhere, see below."""

DROPPED = {"cle_ban"}
"""Columns that the schema has no place for any more."""

(
    PROCEDURES,
    EVERYDAY,
    WORK,
    SAFELY,
    PARENTS,
    LEISURE,
    WORLD,
    ACCESS,
    BUYING,
) = SERVICES

SERVICES_OF_THEN = {
    "Devenir autonome dans les démarches administratives": PROCEDURES,
    "Réaliser des démarches administratives avec un accompagnement": PROCEDURES,
    "Accompagner les démarches de santé": PROCEDURES,
    "Prendre en main un smartphone ou une tablette": EVERYDAY,
    "Prendre en main un ordinateur": EVERYDAY,
    "Utiliser le numérique au quotidien": EVERYDAY,
    "Approfondir ma culture numérique": WORLD,
    "Promouvoir la citoyenneté numérique": WORLD,
    "Favoriser mon insertion professionnelle": WORK,
    "Créer et développer mon entreprise": WORK,
    "Accéder à une connexion internet": ACCESS,
    "Accéder à du matériel": ACCESS,
    "S'équiper en matériel informatique": BUYING,
    "Créer avec le numérique": LEISURE,
    "Soutenir la parentalité et l'éducation avec le numérique": PARENTS,
    "Comprehension du monde numérique": WORLD,
}

Moved = tuple[str, str]
"""A field of today and its value; no value when everybody is meant."""

OTHERS: dict[str, Moved] = {
    # publics_accueillis
    "Seniors (+ 65 ans)": ("publics_specifiquement_adresses", "Seniors"),
    "Familles/enfants": ("publics_specifiquement_adresses", "Familles et/ou enfants"),
    "Jeunes (16-26 ans)": ("publics_specifiquement_adresses", "Jeunes"),
    "Uniquement femmes": ("publics_specifiquement_adresses", "Femmes"),
    "Adultes": ("publics_specifiquement_adresses", ""),
    "Public langues étrangères": ("prise_en_charge_specifique", "Langues étrangères (autres)"),
    "Déficience visuelle": ("prise_en_charge_specifique", "Déficience visuelle"),
    "Surdité": ("prise_en_charge_specifique", "Surdité"),
    "Handicaps psychiques": ("prise_en_charge_specifique", "Handicaps mentaux"),
    "Handicaps mentaux": ("prise_en_charge_specifique", "Handicaps mentaux"),
    "Personnes en situation d'illettrisme": ("prise_en_charge_specifique", "Illettrisme"),
    "Illetrisme": ("prise_en_charge_specifique", "Illettrisme"),
    # conditions_acces
    "Accepte le Pass numérique": ("frais_a_charge", "Gratuit sous condition"),
    "Adhésion": ("frais_a_charge", "Payant"),
    # labels_nationaux
    "CNFS": ("dispositif_programmes_nationaux", "Conseillers numériques"),
    "Grandes écoles du numérique": (
        "dispositif_programmes_nationaux",
        "Grande école du numérique",
    ),
    "Point numérique CAF": ("dispositif_programmes_nationaux", "Point d'accès numérique CAF"),
    "Point relais CAF": ("autres_formations_labels", "Point relais CAF"),
    "APTIC": ("autres_formations_labels", "APTIC"),
    "Relais pôle emploi": ("autres_formations_labels", "Relais pôle emploi"),
    "French Tech": ("autres_formations_labels", "French Tech"),
    "Campus connecté": ("autres_formations_labels", "Campus connecté"),
    "Fabriques de Territoire": ("formations_labels", "Fabriques de Territoire"),
    "SUD LABS": ("formations_labels", "SUD LABS (PACA)"),
    "Étapes numériques (La Poste)": ("formations_labels", "Étapes numériques(La Poste)"),
    "Formé à « DUPLEX » (illetrisme)": (
        "formations_labels",
        "Formé à « DUPLEX » (illettrisme)",
    ),
    # modalites_accompagnement
    "Seul": ("modalites_accompagnement", "En autonomie"),
    "Avec de l'aide": ("modalites_accompagnement", "Accompagnement individuel"),
    "Dans un atelier": ("modalites_accompagnement", "Dans un atelier collectif"),
    "A ma place": ("modalites_accompagnement", "Accompagnement individuel"),
    "A distance": ("modalites_accompagnement", "À distance"),
}

PHONE = re.compile(r"0[1-79]\d{8}")


def column(name: str) -> str:
    """Today's name of a column."""
    plain = name.strip().casefold()
    return NAMES.get(plain, plain)


def renewed(row: Mapping[str, str]) -> dict[str, str]:
    """A row in today's values; cells of closed vocabularies have bars between values."""
    found: dict[str, list[str]] = {}
    for name, cell in row.items():
        for field, value in _today(name, cell):
            kept = found.setdefault(field, [])
            if value and value not in kept:
                kept.append(value)
    return {name: BAR.join(values) for name, values in found.items()}


def _today(name: str, cell: str) -> Iterator[Moved]:
    """What each value of a cell is called today, and where it stands."""
    field = BY_NAME[name]
    text = " ".join(cell.split()) if name != "presentation_detail" else cell.strip()
    if name == "telephone":
        yield name, international(text)
    elif not field.many:
        yield name, text
    elif not text:
        yield name, ""
    else:
        for part in _parts(text, closed=bool(field.values)):
            yield _moved(name, part)


def _parts(text: str, *, closed: bool) -> list[str]:
    """Several values: a bar between them today; a semicolon, or a comma, in former files."""
    if BAR in text or not closed:
        return text.split(BAR)
    return text.split(";") if ";" in text else [text]


def _moved(name: str, part: str) -> Moved:
    value = part.strip().replace("’", "'")
    if name == "services":
        return name, SERVICES_OF_THEN.get(value, value)
    if value in BY_NAME[name].values:
        return name, value
    # Former values were followed by what they mean: "Gratuit : Je peux accéder…".
    short = value.split(" : ")[0]
    if short in BY_NAME[name].values:
        return name, short
    return OTHERS.get(value) or OTHERS.get(short) or (name, part.strip())


def international(text: str) -> str:
    """A French number as the schema writes it, when it is clear which one is meant."""
    digits = re.sub(r"[\s.\-()]", "", text)
    if PHONE.fullmatch(digits):
        return f"+33{digits[1:]}"
    return digits if digits.startswith("+") else text
