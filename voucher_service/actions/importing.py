"""Files of places in the national schema: looked at, then taken over whole, or not at all.

Looking changes nothing. What is taken over is what the rules of ``core.places`` decide at that very
moment; one fault, and nothing of the file is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from voucher_service.actions import accrediting, siting
from voucher_service.core.campaign import PARIS, paris_day
from voucher_service.core.errors import Conflict, Invalid, NotFound
from voucher_service.core.places import Line, Plan, Planned, plan, read
from voucher_service.core.places.schema import BY_NAME
from voucher_service.core.places.writing import SAYS_SO, own_id
from voucher_service.store import places, tables
from voucher_service.store.once import find
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose file it is, and what it may speak of."""

    producer: str
    """How our own files call us."""
    own: int | None = None
    """The association that brings it; nothing for the operator."""
    leave_out_others: bool = False
    """Whether places of associations that are not here are left out, or a fault."""


IN_COLUMNS = {
    "nom": "name",
    "adresse": "adresse",
    "code_postal": "code_postal",
    "commune": "commune",
    "code_insee": "code_insee",
    "latitude": "latitude",
    "longitude": "longitude",
    "services": "services",
    "telephone": "telephone",
    "horaires": "horaires",
}
"""Fields of the schema that a site keeps in a column of its own."""


def look(session: Session, content: bytes, terms: Terms, now: datetime) -> Plan:
    """What a file would do if it was taken over now. Changes nothing."""
    return plan(
        read(content, paris_day(now)),
        places.associations(session, terms.own),
        places.known(session, terms.producer, terms.own),
        terms.producer,
        own=terms.own,
        leave_out_others=terms.leave_out_others,
    )


def bring(
    session: Session, name: str, content: bytes, terms: Terms, actor: str, now: datetime
) -> int:
    """Keep a file to be looked at, and perhaps taken over; its number."""
    return places.bring(
        session,
        name,
        content,
        terms.own,
        actor,
        now,
        leaves_out_others=terms.leave_out_others,
    )


def look_again(
    session: Session, number: int, producer: str, own: int | None, now: datetime
) -> tuple[tables.PlacesFile, Plan]:
    """A file that was brought, and what it would do now; raises :class:`NotFound`."""
    row = _file(session, number, own)
    terms = Terms(producer, row.association_id, row.leaves_out_others)
    return row, look(session, row.content, terms, now) if row.content else Plan()


def take_over(
    session: Session, number: int, producer: str, own: int | None, actor: str, now: datetime
) -> Plan:
    """Write what a file says, all of it; raises :class:`Invalid` if anything is wrong with it."""
    row = _file(session, number, own)
    if row.content is None or not places.claim(session, number, actor, now):
        raise Conflict("taken_already", "This file was taken over already, or is too old.")
    places.lock(session)
    _, decided = look_again(session, number, producer, own, now)
    if decided.faults:
        raise Invalid("faulty_places", "This file has faults: nothing of it was taken over.")
    for planned in decided.new:
        accrediting.add_site(
            session, planned.association, _place(planned, {}, producer), _day(planned.line)
        )
    for planned in decided.changed:
        _change(session, planned, producer)
    places.count(session, number, len(decided.new), len(decided.changed))
    return decided


def _file(session: Session, number: int, own: int | None) -> tables.PlacesFile:
    row = find(session, tables.PlacesFile, number, "file of places")
    if own is not None and row.association_id != own:
        raise NotFound("not_found", f"There is no file of places {number}.")
    return row


def _change(session: Session, planned: Planned, producer: str) -> None:
    site = find(session, tables.Site, planned.site, "site")
    before = {word: getattr(site, word) for word in IN_COLUMNS.values()} | {"details": site.details}
    siting.change_site(session, site.id, _place(planned, before, producer), _day(planned.line))


def _place(planned: Planned, before: Mapping[str, Any], producer: str) -> accrediting.Place:
    """A line as a site: what it has no column for stays as it was."""
    row = planned.line.row
    columns = {word: _value(name, row[name]) for name, word in IN_COLUMNS.items() if name in row}
    details = dict(before.get("details", {}))
    for name in row.keys() - IN_COLUMNS.keys() - {"date_maj", "pivot", "id"}:
        details[name] = _value(name, row[name])
    if planned.pivot is not None:
        details["pivot"] = planned.pivot
    if planned.site is None or row["id"] != own_id(producer, planned.site):
        details["id"] = row["id"]
    kept = {name: value for name, value in details.items() if value}
    known = {word: value for word, value in before.items() if word != "details"}
    return accrediting.Place(**(known | columns), details=kept)


def _value(name: str, cell: str) -> Any:  # noqa: ANN401 - as the register keeps this field
    field = BY_NAME[name]
    if field.between is not None:
        return float(cell) if cell else None
    if field.many:
        return [value for value in field.parts(cell) if value != SAYS_SO]
    return cell or None


def _day(line: Line) -> datetime:
    """The moment that stands for the day of a line: its noon, in Paris."""
    return datetime.combine(date.fromisoformat(line.row["date_maj"]), time(12), PARIS)
