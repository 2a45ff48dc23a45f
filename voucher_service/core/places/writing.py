"""Our places as the national schema says them: only what it takes, in its own words.

A value that the schema would refuse is left out, not sent on wrong; a place that lacks what the
schema requires is not said at all. Which places are listed is the caller's choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from voucher_service.core.places.schema import BAR, BY_NAME, FIELDS

SAYS_SO = "Accepte le pass numérique"
"""Said in ``autres_formations_labels``: the schema has no value of its own for it any more."""

USUAL_COST = "Gratuit sous condition"
"""What a place that takes passes asks, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where passes are taken. ``pivot``: its association's SIRET, or RNA number."""

    id: int
    pivot: str
    name: str
    commune: str
    code_postal: str
    code_insee: str | None
    adresse: str
    latitude: float | None
    longitude: float | None
    telephone: str | None
    horaires: str | None
    services: tuple[str, ...]
    updated_on: date
    details: dict[str, Any] = field(default_factory=dict)


def own_id(producer: str, number: int) -> str:
    """The id of one of our places in files: no other producer's looks like it."""
    return f"{producer or 'pass-numerique'}-{number}"


def row_of(place: Place, producer: str) -> dict[str, str] | None:
    """A place's row, by column; nothing when it lacks what the schema requires."""
    cells = {name: _cell(value) for name, value in place.details.items() if name in BY_NAME} | {
        "id": own_id(producer, place.id),
        "pivot": _cell(place.details.get("pivot")) or place.pivot,
        "nom": place.name,
        "commune": place.commune,
        "code_postal": place.code_postal,
        "code_insee": _cell(place.code_insee),
        "adresse": place.adresse,
        "latitude": _cell(place.latitude),
        "longitude": _cell(place.longitude),
        "telephone": _cell(place.telephone),
        "horaires": _cell(place.horaires),
        "date_maj": place.updated_on.isoformat(),
        "services": _cell(place.services),
    }
    cells["frais_a_charge"] = cells.get("frais_a_charge") or USUAL_COST
    cells["autres_formations_labels"] = says_so(cells.get("autres_formations_labels", ""))
    row = {one.name: _fitting(one.name, cells.get(one.name, "")) for one in FIELDS}
    return row if all(row[one.name] for one in FIELDS if one.required) else None


def says_so(labels: str) -> str:
    """A place's own labels, and that it takes the pass."""
    own = [label for label in labels.split(BAR) if label and label != SAYS_SO]
    return BAR.join([*own, SAYS_SO])


def _fitting(name: str, cell: str) -> str:
    """What of a cell the schema takes."""
    one = BY_NAME[name]
    if not one.many and one.pattern is None:
        return cell[: one.longest]
    return BAR.join(value for value in one.parts(cell) if one.takes(value))


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a field of the schema holds
    if isinstance(value, (list, tuple)):
        return BAR.join(map(str, value))
    return "" if value is None else str(value)


def comparable(row: Mapping[str, str]) -> dict[str, str]:
    """A row as two are compared: without its id and day, numbers in one form."""
    return {
        name: _same_number(cell) if BY_NAME[name].between else cell
        for name, cell in row.items()
        if name not in {"id", "date_maj"}
    }


def _same_number(cell: str) -> str:
    return repr(float(cell)) if cell else ""
