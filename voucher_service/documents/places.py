"""Places where passes are spent, as open data: the national schema of mediation places, 1.0.2.

Columns and their order are the schema's (LaMednum/standard-mediation-num). Nothing is decided here:
which places are shown is the caller's choice.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from voucher_service.store.queries.public import Place

COLUMNS = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "telephone",
    "courriels",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "source",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "formations_labels",
    "autres_formations_labels",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
)

SAYS_SO = "Accepte le pass numérique"
"""Said in ``autres_formations_labels``: the schema has no value of its own for it any more."""

PATTERNS = {
    "pivot": r"[a-zA-Z0-9]{9,14}",
    "code_insee": r"([013-9]\d|2[AB1-9])\d{3}",
    "telephone": r"\+(33|590|594|262|596|269|687|689|508|681)\d{6,9}",
    "itinerance": r"(Itinérant|Fixe)(\|(Itinérant|Fixe))*",
}
"""What the schema asks of a value. One that is otherwise is left out, not sent on wrong."""

LONGEST_SUMMARY = 280


def file_name(day: date, producer: str) -> str:
    """The name that the schema gives to a file of a day."""
    return f"{day}_{producer or 'pass-numerique'}_lieux-de-mediation-numerique_france.csv"


def to_csv(places: Iterable[Place]) -> bytes:
    """UTF-8, commas between columns, a bar between values."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(place) for place in places)
    return text.getvalue().encode()


def _row(place: Place) -> dict[str, str]:
    known = {name: _cell(value) for name, value in place.details.items() if name in COLUMNS}
    row = known | {
        "id": str(place.id),
        "pivot": place.pivot,
        "nom": place.name,
        "commune": place.commune,
        "code_postal": place.code_postal,
        "code_insee": place.code_insee or "",
        "adresse": place.adresse,
        "latitude": _cell(place.latitude),
        "longitude": _cell(place.longitude),
        "telephone": place.telephone or "",
        "horaires": place.horaires or "",
        "presentation_resume": known.get("presentation_resume", "")[:LONGEST_SUMMARY],
        "date_maj": place.updated_on.isoformat(),
        "services": _cell(place.services),
        "frais_a_charge": known.get("frais_a_charge") or "Gratuit sous condition",
        "autres_formations_labels": _cell(_labels(place)),
    }
    return {name: value for name, value in row.items() if _fits(name, value)}


def _labels(place: Place) -> list[str]:
    """Its own labels, and that it takes the pass."""
    own = place.details.get("autres_formations_labels") or []
    return [*([own] if isinstance(own, str) else own), SAYS_SO]


def _fits(name: str, value: str) -> bool:
    pattern = PATTERNS.get(name)
    return pattern is None or re.fullmatch(pattern, value, re.ASCII) is not None


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a field of the schema holds
    if isinstance(value, (list, tuple)):
        return "|".join(map(str, value))
    return "" if value is None else str(value)


def to_geojson(places: Iterable[Place]) -> dict[str, Any]:
    """Places with coordinates, as GeoJSON (RFC 7946)."""
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(place)
            for place in places
            if place.latitude is not None and place.longitude is not None
        ],
    }


def _feature(place: Place) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(place.id),
        "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
        "properties": {
            "nom": place.name,
            "adresse": place.adresse,
            "code_postal": place.code_postal,
            "commune": place.commune,
            "telephone": place.telephone,
            "horaires": place.horaires,
            "services": list(place.services),
        },
    }
