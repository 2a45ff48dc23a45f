"""Places where passes are spent, as open data: the national schema, a map, and plain JSON.

Columns, their order and what fits is the schema's (``core.places``). Nothing is decided here: which
places are shown is the caller's choice.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from voucher_service.core.places import COLUMNS, Place, row_of
from voucher_service.core.places.schema import BY_NAME


def file_name(day: date, producer: str) -> str:
    """The name that the schema gives to a file of a day."""
    return f"{day}_{producer or 'pass-numerique'}_lieux-de-mediation-numerique_france.csv"


def to_csv(places: Iterable[Place], producer: str) -> bytes:
    """UTF-8, commas between columns, a bar between values."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(places, producer))
    return text.getvalue().encode()


def to_json(places: Iterable[Place], producer: str) -> list[dict[str, Any]]:
    """The same rows; numbers as numbers, several values as lists, nothing for an empty cell."""
    return [
        {name: _json(name, cell) for name, cell in row.items() if cell}
        for row in _rows(places, producer)
    ]


def _rows(places: Iterable[Place], producer: str) -> list[dict[str, str]]:
    rows = (row_of(place, producer) for place in places)
    return [row for row in rows if row is not None]


def _json(name: str, cell: str) -> Any:  # noqa: ANN401 - a number, a text, or texts
    field = BY_NAME[name]
    if field.between is not None:
        return float(cell)
    return field.parts(cell) if field.many else cell


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
