"""What a file of places would do here, decided before anything is done.

A place belongs to the association that its pivot names. It is known by the id that its producer
gave, by the id that our own files give, or by its name and address. A line that is older than what
is known here changes nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from voucher_service.core.folding import folded
from voucher_service.core.places.reading import Fault, Line, Reading
from voucher_service.core.places.schema import BY_NAME
from voucher_service.core.places.writing import USUAL_COST, comparable, own_id, says_so

SIREN_DIGITS, SIRET_DIGITS = 9, 14


@dataclass(frozen=True, slots=True)
class Association:
    """An association that places may belong to."""

    number: int
    siret: str | None
    rna: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A place that is here already: ``row`` as we give it out, ``their_id`` as it came in."""

    number: int
    association: int
    row: Mapping[str, str]
    their_id: str | None
    updated_on: date
    closed: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A line and what it would do: add a place, or change ``site`` in these fields."""

    line: Line
    association: int
    pivot: str | None
    """The line's own number, where it is not the association's."""
    site: int | None = None
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Field → before and after."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file would do. With faults, nothing."""

    new: tuple[Planned, ...] = ()
    changed: tuple[Planned, ...] = ()
    same: int = 0
    older: tuple[Planned, ...] = ()
    """Known here with a later day: left as they are."""
    closed: tuple[Planned, ...] = ()
    """Closed here: they stay so."""
    left_out: tuple[Line, ...] = ()
    """Of associations that are not here."""
    faults: tuple[Fault, ...] = ()
    ignored: tuple[str, ...] = ()


def plan(
    reading: Reading,
    associations: Sequence[Association],
    known: Sequence[Known],
    producer: str,
    *,
    own: int | None = None,
    leave_out_others: bool = False,
) -> Plan:
    """Decide what a file would do.

    ``own``: the association that sends it, which may speak of its own places only. ``producer``:
    how our own files call us. ``leave_out_others``: places of unknown associations are no fault.
    """
    if reading.faults:
        return Plan(faults=reading.faults, ignored=reading.ignored)
    desk = _Desk(associations, known, producer, own)
    faults: list[Fault] = []
    left_out: list[Line] = []
    kinds: dict[str, list[Planned]] = defaultdict(list)
    for line in reading.lines:
        association = desk.association_of(line)
        if association is None and leave_out_others:
            left_out.append(line)
        elif association is None:
            reason = "association_unknown" if own is None else "association_other"
            faults.append(Fault(line.number, "pivot", line.row["pivot"], reason))
        elif twice := desk.said_before(line, association):
            faults.append(Fault(line.number, "nom", line.row["nom"], "place_twice", str(twice)))
        else:
            kind, planned = desk.judge(line, association)
            kinds[kind].append(planned)
    if faults:
        return Plan(faults=tuple(faults), ignored=reading.ignored)
    return Plan(
        tuple(kinds["new"]),
        tuple(kinds["changed"]),
        len(kinds["same"]),
        tuple(kinds["older"]),
        tuple(kinds["closed"]),
        tuple(left_out),
        ignored=reading.ignored,
    )


class _Desk:
    """Who is known, by everything that a line may know them by."""

    def __init__(
        self,
        associations: Iterable[Association],
        known: Iterable[Known],
        producer: str,
        own: int | None,
    ) -> None:
        self._producer = producer
        self._by_number: dict[str, Association] = {}
        self._by_siren: dict[str, list[Association]] = defaultdict(list)
        for one in associations:
            if own in {None, one.number}:
                self._remember(one)
        known = list(known)
        self._by_own_id = {own_id(producer, one.number): one for one in known}
        self._by_their_id = {(one.association, one.their_id): one for one in known if one.their_id}
        self._by_address = {_address(one.association, one.row): one for one in reversed(known)}
        self._said: dict[object, int] = {}

    def _remember(self, one: Association) -> None:
        for number in (one.siret, one.rna):
            if number:
                self._by_number[number] = one
        if one.siret:
            self._by_siren[one.siret[:SIREN_DIGITS]].append(one)

    def association_of(self, line: Line) -> Association | None:
        """Whose a place is: by its very number, or by its SIREN where only one has it."""
        pivot = line.row["pivot"].upper()
        if pivot in self._by_number:
            return self._by_number[pivot]
        if re.fullmatch(rf"\d{{{SIRET_DIGITS}}}", pivot, re.ASCII):
            same = self._by_siren.get(pivot[:SIREN_DIGITS], [])
            return same[0] if len(same) == 1 else None
        return None

    def said_before(self, line: Line, association: Association) -> int | None:
        """The earlier line that speaks of the same place, if there is one."""
        known = self._known(line, association)
        keys: list[object] = [_address(association.number, line.row)]
        keys += [known.number] if known else []
        before = next((self._said[key] for key in keys if key in self._said), None)
        for key in keys:
            self._said.setdefault(key, line.number)
        return before

    def _known(self, line: Line, association: Association) -> Known | None:
        own = self._by_own_id.get(line.row["id"])
        if own is not None and own.association == association.number:
            return own
        theirs = self._by_their_id.get((association.number, line.row["id"]))
        return theirs or self._by_address.get(_address(association.number, line.row))

    def judge(self, line: Line, association: Association) -> tuple[str, Planned]:
        """What a line would do to what is known."""
        pivot = line.row["pivot"]
        another = pivot if pivot.upper() not in {association.siret, association.rna} else None
        known = self._known(line, association)
        if known is None:
            return "new", Planned(line, association.number, another)
        changes = _changes(known.row, line.row)
        planned = Planned(line, association.number, another, known.number, changes)
        if not changes:
            return "same", planned
        if known.closed:
            return "closed", planned
        if date.fromisoformat(line.row["date_maj"]) < known.updated_on:
            return "older", planned
        return "changed", planned


def _address(association: int, row: Mapping[str, str]) -> tuple[int, str, str, str]:
    return association, folded(row["nom"]), row["code_postal"], folded(row["adresse"])


def _changes(known: Mapping[str, str], row: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The fields that a line says otherwise than we do. What it has no column for stays."""
    said = dict(row)
    if "frais_a_charge" in said:
        said["frais_a_charge"] = said["frais_a_charge"] or USUAL_COST
    if "autres_formations_labels" in said:
        said["autres_formations_labels"] = says_so(said["autres_formations_labels"])
    before, after = comparable(known), comparable(said)
    return {
        name: (before.get(name, ""), cell)
        for name, cell in after.items()
        if _values(name, cell) != _values(name, before.get(name, ""))
    }


def _values(name: str, cell: str) -> object:
    """Several values are the same in any order."""
    one = BY_NAME[name]
    return sorted(one.parts(cell)) if one.many else cell
