"""The attestation of a public site: what its régisseur shows the public accountant.

A public body that is paid in passes needs a régie de recettes, and a paper from whoever pays it
that names the uses, the amount, and the longest time until it is paid (DGFiP and ANCT treat passes
as inactive values of public money). It says again what a signed statement says, for one site and no
more: nothing is computed but the sum of its lines. Reads nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from voucher_service.core.canonical import Json
from voucher_service.core.documents import ATTESTATION, DocumentHeading, opened, party_part
from voucher_service.core.statements import Party

PAID_WITHIN_DAYS = 30
"""The longest time until a statement is paid, in days: that of public buyers."""


@dataclass(frozen=True, slots=True)
class Place:
    """The site, as its public register names it."""

    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Paid:
    """How its statement was paid, if it was."""

    end_to_end: str
    on: date


def lines_of(statement: Mapping[str, Any], site: str) -> Sequence[Mapping[str, Any]]:
    """The uses of a site on an association's statement."""
    return [line for line in statement["lines"] if line["site"] == site]


def attestation(
    heading: DocumentHeading,
    association: Party,
    place: Place,
    statement: Mapping[str, Any],
    paid: Paid | None,
) -> dict[str, Json]:
    """What was used at a site in a period, by the statement that says so."""
    lines = lines_of(statement, place.id)
    issued_on = date.fromisoformat(statement["issued_on"])
    names = ("service_at", "serial", "number", "service", "cents")
    return opened(heading, ATTESTATION) | {
        "association": {**party_part(association), "rna": association.rna},
        "site": {"id": place.id, "name": place.name, "address": place.address},
        "period": dict(statement["period"]),
        "statement": statement["number"],
        "statement_issued_on": issued_on.isoformat(),
        "paid_at_latest_on": (issued_on + timedelta(days=PAID_WITHIN_DAYS)).isoformat(),
        "paid": {"end_to_end": paid.end_to_end, "paid_on": paid.on.isoformat()} if paid else None,
        "lines": [{name: line[name] for name in names} for line in lines],
        "redemptions": len(lines),
        "total_cents": sum(line["cents"] for line in lines),
    }
