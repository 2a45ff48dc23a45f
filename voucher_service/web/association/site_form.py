"""A site as a form asks for it: easy fields, turned into the words of the national schema and back.

What the form does not ask for, such as the number a directory gave the site, is kept.
"""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any

from pydantic import Field, StringConstraints, create_model

from voucher_service.actions.accrediting import Place
from voucher_service.core import opening_hours
from voucher_service.core.errors import Invalid
from voucher_service.core.opening_hours import DAYS, SPANS
from voucher_service.core.places.former import international
from voucher_service.core.places.schema import check
from voucher_service.http.body import Body
from voucher_service.http.fields import Insee, Latitude, Longitude, Postcode, Text
from voucher_service.store.queries.places import Site

Hour = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

ONE = ("complement_adresse", "courriels", "site_web", "presentation_resume",
       "fiche_acces_libre", "prise_rdv")  # fmt: skip
"""Fields of the national schema with one answer here, under their own names."""

SEVERAL = ("prise_en_charge_specifique", "publics_specifiquement_adresses", "frais_a_charge",
           "modalites_acces", "modalites_accompagnement", "itinerance")  # fmt: skip
"""Those with a list of answers to tick."""

HOURS = tuple(f"{day}_{moment}_{span}" for day in DAYS for span in range(1, SPANS + 1)
              for moment in ("from", "to"))  # fmt: skip
"""``Mo_from_1``, ``Mo_to_1``, ``Mo_from_2`` and so on."""


class SiteFields(Body):
    """All but the hours."""

    name: Text
    adresse: Text
    complement_adresse: Text | None = None
    code_postal: Postcode
    commune: Text
    code_insee: Insee | None = None
    latitude: Annotated[Latitude | None, Field(strict=False)] = None
    longitude: Annotated[Longitude | None, Field(strict=False)] = None
    telephone: Text | None = None
    courriels: Text | None = None
    site_web: Text | None = None
    services: list[str] = Field(min_length=1, max_length=9)
    other_hours: Text | None = None
    presentation_resume: Annotated[str | None, Field(max_length=280)] = None
    prise_en_charge_specifique: list[str] = Field(default_factory=list)
    publics_specifiquement_adresses: list[str] = Field(default_factory=list)
    frais_a_charge: list[str] = Field(default_factory=list)
    modalites_acces: list[str] = Field(default_factory=list)
    modalites_accompagnement: list[str] = Field(default_factory=list)
    itinerance: list[str] = Field(default_factory=list)
    fiche_acces_libre: Text | None = None
    prise_rdv: Text | None = None


SiteForm: type[SiteFields] = create_model(
    "SiteForm",
    __base__=SiteFields,
    **dict.fromkeys(HOURS, (Hour | None, None)),  # type: ignore[call-overload]
)
"""The whole form: each day has its hours."""


def place_of(given: SiteFields, kept: Mapping[str, Any]) -> Place:
    """The site that a form says; raises :class:`Invalid` at the field that does not fit.

    ``kept``: what is known of it besides, under the schema's names.
    """
    said = {name: getattr(given, name) for name in (*ONE, *SEVERAL)}
    phone = international(given.telephone) if given.telephone else None
    check("telephone", phone)
    asked = {*ONE, *SEVERAL}
    details = {name: value for name, value in kept.items() if name not in asked}
    return Place(
        name=given.name,
        adresse=given.adresse,
        code_postal=given.code_postal,
        commune=given.commune,
        services=given.services,
        code_insee=given.code_insee,
        latitude=given.latitude,
        longitude=given.longitude,
        telephone=phone,
        horaires=given.other_hours or opening_hours.write(_week(given)) or None,
        details=details | {name: value for name, value in said.items() if value},
    )


def _week(given: SiteFields) -> list[list[opening_hours.Span]]:
    return [
        [span for number in range(1, SPANS + 1) if (span := _span(given, day, number))]
        for day in DAYS
    ]


def _span(given: SiteFields, day: str, number: int) -> opening_hours.Span | None:
    begins, ends = (getattr(given, f"{day}_{moment}_{number}") for moment in ("from", "to"))
    if begins is None and ends is None:
        return None
    if begins is None or ends is None:
        raise Invalid("half_hours", "Give both hours, or none.", f"hours_{day}")
    return time.fromisoformat(begins), time.fromisoformat(ends)


def values_of(site: Site) -> dict[str, Any]:
    """What a form shows of a site: the fields by name, and the hours where a table can say them."""
    week = opening_hours.read(site.horaires or "")
    return (
        {name: site.details.get(name) for name in ONE}
        | {name: _list(site.details.get(name)) for name in SEVERAL}
        | {
            "name": site.name,
            "adresse": site.adresse,
            "code_postal": site.code_postal,
            "commune": site.commune,
            "code_insee": site.code_insee,
            "latitude": site.latitude,
            "longitude": site.longitude,
            "telephone": site.telephone,
            "services": site.services,
            "other_hours": site.horaires if week is None else None,
        }
        | _hours(week or [])
    )


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else [value] if value else []


def _hours(week: opening_hours.Week) -> dict[str, str]:
    return {
        f"{day}_{moment}_{number}": f"{at:%H:%M}"
        for day, spans in zip(DAYS, week, strict=False)
        for number, span in enumerate(spans, start=1)
        for moment, at in zip(("from", "to"), span, strict=True)
    }
