"""The fields of the national schema 1.0.2, in its order, and what each may hold.

Closed vocabularies are the schema's. A bar stands between several values. Two things are stricter
than the schema, so that what we give out meets every reading of it: a place has a service, and the
codes of ``typologie`` look like codes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from voucher_service.core.campaign import SERVICES
from voucher_service.core.errors import Invalid

BAR = "|"
LONGEST = 1000
"""Signs that a text may have where the schema names no number."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column. ``reason`` names the sentence that says what is expected."""

    name: str
    required: bool = False
    many: bool = False
    """Whether several values may stand in it, with a bar between them."""
    pattern: str | None = None
    """What each value looks like, from its first to its last sign."""
    values: tuple[str, ...] = ()
    """The only values there are."""
    longest: int = LONGEST
    between: tuple[float, float] | None = None
    """A number, and its bounds."""
    is_day: bool = False
    reason: str = "too_long"
    """What is wrong with a value that does not fit."""

    def parts(self, cell: str) -> list[str]:
        """The values of a cell."""
        if not self.many:
            return [cell] if cell else []
        return [part for part in (piece.strip() for piece in cell.split(BAR)) if part]

    @property
    def expected(self) -> str:
        """What completes the sentence about a value that does not fit."""
        return " | ".join(self.values) or (str(self.longest) if self.reason == "too_long" else "")

    def takes(self, value: str) -> bool:
        """Whether one value may stand here."""
        if self.values:
            return value in self.values
        if len(value) > self.longest:
            return False
        return self.pattern is None or re.fullmatch(self.pattern, value, re.ASCII) is not None


URL = r"https?://\S+"
MAIL = r"[^@\s|]+@[^@\s|]+\.[^@\s|]+"

FIELDS = (
    Field("id", required=True, longest=200),
    Field("pivot", required=True, pattern=r"[a-zA-Z0-9]{9,14}", reason="bad_pivot"),
    Field("nom", required=True),
    Field("commune", required=True),
    Field("code_postal", required=True, pattern=r"\d{5}", reason="bad_postcode"),
    Field("code_insee", pattern=r"([013-9]\d|2[AB1-9])\d{3}", reason="bad_insee"),
    Field("adresse", required=True),
    Field("complement_adresse"),
    Field("latitude", between=(-90, 90)),
    Field("longitude", between=(-180, 180)),
    Field("typologie", many=True, pattern=r"[A-Z][A-Z_]*|Autre", reason="bad_typology"),
    Field(
        "telephone",
        pattern=r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}",
        reason="bad_phone",
    ),
    Field("courriels", many=True, pattern=MAIL, reason="bad_mail"),
    Field("site_web", many=True, pattern=URL, reason="bad_url"),
    Field("horaires"),
    Field("presentation_resume", longest=280),
    Field("presentation_detail", longest=4000),
    Field("source"),
    Field("itinerance", many=True, values=("Itinérant", "Fixe")),
    Field("structure_parente"),
    Field("date_maj", required=True, is_day=True),
    Field("services", required=True, many=True, values=SERVICES),
    Field(
        "publics_specifiquement_adresses",
        many=True,
        values=("Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes"),
    ),
    Field(
        "prise_en_charge_specifique",
        many=True,
        values=(
            "Surdité",
            "Handicaps moteurs",
            "Handicaps mentaux",
            "Illettrisme",
            "Langues étrangères (anglais)",
            "Langues étrangères (autres)",
            "Déficience visuelle",
        ),
    ),
    Field("frais_a_charge", many=True, values=("Gratuit", "Gratuit sous condition", "Payant")),
    Field(
        "dispositif_programmes_nationaux",
        many=True,
        values=(
            "Aidants Connect",
            "Bibliothèques numérique de référence",
            "Certification PIX",
            "Conseillers numériques",
            "Emmaüs Connect",
            "France Services",
            "Grande école du numérique",
            "La Croix Rouge",
            "Point d'accès numérique CAF",
            "Promeneurs du net",
            "Relais numérique (Emmaüs Connect)",
        ),
    ),
    Field(
        "formations_labels",
        many=True,
        values=(
            "Formé à « Mon Espace Santé »",
            "Formé à « DUPLEX » (illettrisme)",
            "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
            "Collectif ressources et acteurs réemploi (Normandie)",
            "Étapes numériques(La Poste)",
            "Fabriques de Territoire",
            "Les Éclaireurs du numérique (Drôme)",
            "Mes Papiers (Métropole de Lyon)",
            "ORDI 3.0",
            "SUD LABS (PACA)",
        ),
    ),
    Field("autres_formations_labels", many=True),
    Field(
        "modalites_acces",
        many=True,
        values=(
            "Se présenter",
            "Téléphoner",
            "Contacter par mail",
            "Prendre un RDV en ligne",
            "Ce lieu n'accueille pas de public",
            "Envoyer un mail avec une fiche de prescription",
        ),
    ),
    Field(
        "modalites_accompagnement",
        many=True,
        values=(
            "En autonomie",
            "Accompagnement individuel",
            "Dans un atelier collectif",
            "À distance",
        ),
    ),
    Field("fiche_acces_libre", pattern=URL, reason="bad_url"),
    Field("prise_rdv", pattern=URL, reason="bad_url"),
)


def check(name: str, value: str | Iterable[str] | None) -> None:
    """Refuse what the schema does not take in a field of this name, one value or several.

    Raises :class:`Invalid`. A link that is none could be a script, and all of it is published.
    """
    field = BY_NAME[name]
    values = field.parts(value) if isinstance(value, str) else value or ()
    if not all(field.takes(one) for one in values):
        reason = "not_in_list" if field.values else field.reason
        raise Invalid(reason, f"The national schema does not take this {name}.", name)


COLUMNS = tuple(field.name for field in FIELDS)
BY_NAME = {field.name: field for field in FIELDS}
