"""Everything of one funder as files: tables for spreadsheets, and all of it as JSON.

Amounts are this funder's own part, and whole campaigns only where people may see them on screen.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Response, jsonify

from voucher_service.core.canonical import Json
from voucher_service.core.errors import NotFound
from voucher_service.core.statements import local
from voucher_service.documents.columns import Column, write_csv
from voucher_service.store.queries import funded, funder_papers, reach, sums
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.funnel import money_moved
from voucher_service.store.queries.paging import Window
from voucher_service.store.queries.sums import Mark, Side, Uses
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.desk import DESK

ALL = Window(None, 100_000)
"""More orders than a funder can have."""

Rows = list[dict[str, Json]]


class Own:
    """What several tables of one funder are made of, asked once."""

    def __init__(self, visit: Visit) -> None:
        self.session, self.funder = visit.session, visit.own

    @cached_property
    def mark(self) -> Mark:
        """Up to where the sums go: every figure of a file starts from the same."""
        return sums.mark(self.session)

    @cached_property
    def campaigns(self) -> list[Funded]:
        """The campaigns it pays for."""
        return funded.campaigns(self.session, self.funder)

    @cached_property
    def uses(self) -> list[Uses]:
        """The uses of all of them, by every side."""
        return self.counted([one.row.id for one in self.campaigns], list(Side))

    def counted(self, campaigns: Sequence[int], sides: Sequence[Side]) -> list[Uses]:
        """Uses of some campaigns by some sides."""
        return sums.uses(self.session, campaigns, sides, self.mark)


@dataclass(frozen=True, slots=True)
class Table:
    """A table to download: its columns, and what fills it."""

    columns: Sequence[Column]
    rows: Callable[[Own], Rows]


def _campaigns(own: Own) -> Rows:
    used = dict.fromkeys((one.row.id for one in own.campaigns), 0)
    for row in own.uses:
        if row.side == Side.SERVICE:
            used[row.campaign] += row.cents
    paid = money_moved(own.session, list(used), own.mark)
    return [
        {
            "campaign": one.row.id,
            "name": one.row.name,
            "weight": one.weight,
            "weights": one.weights,
            "valid_until": one.days.last_day.isoformat(),
            "promised_cents": one.part(one.promised),
            "received_cents": one.mine,
            "used_cents": one.part(used[one.row.id]),
            "paid_cents": one.part(paid[one.row.id].paid),
        }
        for one in own.campaigns
    ]


def _orders(own: Own) -> Rows:
    return [
        {
            "order": one.row.id,
            "campaign": one.campaign_name,
            "ordered_at": local(one.row.created_at),
            "booklets": one.row.booklets,
            "state": one.state,
            "call": one.call,
            "called_cents": one.called,
            "received_cents": one.received,
        }
        for one in funded.orders(own.session, own.funder, ALL).rows
    ]


def _receipts(own: Own) -> Rows:
    return [
        {
            "order": row.order_id,
            "received_on": row.received_on.isoformat(),
            "reference": row.reference,
            "cents": row.amount_cents,
        }
        for row in funded.receipts(own.session, own.funder)
    ]


def _statements(own: Own) -> Rows:
    return [
        {
            "number": one.number,
            "campaign": one.campaign_name,
            "period": one.period,
            "cents": one.cents,
            "approved_at": local(one.agreed_at) if one.agreed_at else "",
        }
        for one in funder_papers.papers(own.session, own.funder)
    ]


ORDER = Column("order", "Commande", "Order", "text")
CAMPAIGN = Column("campaign", "Dispositif", "Campaign", "text")
RECEIVED = Column("received_cents", "Reçu (€)", "Received (€)", "cents")

TABLES = {
    "campaigns": Table(
        (
            CAMPAIGN,
            Column("name", "Nom", "Name", "text"),
            Column("weight", "Votre part", "Your weight", "count"),
            Column("weights", "Sur", "Of", "count"),
            Column("valid_until", "Dernier jour", "Last day", "text"),
            Column("promised_cents", "Promis (€)", "Promised (€)", "cents"),
            RECEIVED,
            Column("used_cents", "Utilisé (€)", "Used (€)", "cents"),
            Column("paid_cents", "Payé (€)", "Paid (€)", "cents"),
        ),
        _campaigns,
    ),
    "orders": Table(
        (
            ORDER,
            CAMPAIGN,
            Column("ordered_at", "Date", "Date", "moment"),
            Column("booklets", "Carnets", "Booklets", "count"),
            Column("state", "État", "State", "text"),
            Column("call", "Appel de fonds", "Call for funds", "text"),
            Column("called_cents", "Appelé (€)", "Called (€)", "cents"),
            RECEIVED,
        ),
        _orders,
    ),
    "receipts": Table(
        (
            ORDER,
            Column("received_on", "Date", "Date", "text"),
            Column("reference", "Référence bancaire", "Bank reference", "text"),
            Column("cents", "Montant (€)", "Amount (€)", "cents"),
        ),
        _receipts,
    ),
    "statements": Table(
        (
            Column("number", "Relevé", "Statement", "text"),
            CAMPAIGN,
            Column("period", "Période", "Period", "text"),
            Column("cents", "Votre part (€)", "Your part (€)", "cents"),
            Column("approved_at", "Approuvé le", "Approved on", "text"),
        ),
        _statements,
    ),
}

MONTH = Column("month", "Mois", "Month", "text")
WHERE = Column("commune", "Commune", "Commune", "text")
USED = (
    Column("passes", "Pass utilisés", "Passes used", "count"),
    Column("cents", "Valeur (€)", "Value (€)", "cents"),
)

SIDES: dict[str, tuple[Side, tuple[Column, ...]]] = {
    "points": (Side.POINT, (MONTH, Column("name", "Point", "Point", "text"), WHERE, *USED)),
    "sites": (Side.SITE, (MONTH, Column("name", "Lieu", "Site", "text"), WHERE, *USED)),
    "services": (Side.SERVICE, (MONTH, Column("name", "Service", "Service", "text"), *USED)),
    "communes": (Side.SITE, (MONTH, WHERE, *USED)),
    "months": (Side.SERVICE, (MONTH, *USED)),
}
"""The sides of a campaign that are tables: what they count, month by month."""

ONE_SIDE = re.compile(r"([1-9][0-9]{0,17})-([a-z]+)\.csv")


@DESK.page("/downloads")
def downloads(visit: Visit) -> Page:
    """What can be taken away."""
    mine = funded.campaigns(visit.session, visit.own)
    return Page("funder/downloads.html", campaigns=mine, tables=list(TABLES), sides=list(SIDES))


@DESK.page("/downloads/<word:name>")
def download(visit: Visit, name: str) -> Response:
    """One table, or everything."""
    if name == "everything.json":
        return _file(jsonify(_everything(visit)), name)
    table = TABLES.get(name.removesuffix(".csv"))
    if table is not None and name.endswith(".csv"):
        return _file(_csv(table.columns, table.rows(Own(visit))), name)
    found = ONE_SIDE.fullmatch(name)
    if found is None or found[2] not in SIDES:
        raise NotFound("not_found", f"There is no file {name}.")
    _side, columns = SIDES[found[2]]
    return _file(_csv(columns, _side_rows(visit, int(found[1]), found[2])), name)


def _csv(columns: Sequence[Column], rows: Rows) -> Response:
    return Response(write_csv(columns, rows), content_type="text/csv; charset=utf-8")


def _file(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _everything(visit: Visit) -> dict[str, Json]:
    """Every table, and every side of every campaign."""
    own = Own(visit)
    tables: dict[str, Json] = {name: [*table.rows(own)] for name, table in TABLES.items()}
    names = _names(own, own.uses)
    sides: dict[str, Json] = {}
    for one in own.campaigns:
        uses = [use for use in own.uses if use.campaign == one.row.id]
        sides[str(one.row.id)] = {name: [*_rows(name, uses, names)] for name in SIDES}
    return {"as_of": local(visit.now), "funder": visit.own, **tables, "uses_of_campaigns": sides}


def _side_rows(visit: Visit, campaign: int, name: str) -> Rows:
    """The uses of a whole campaign by one side; another funder's campaign is not found."""
    funded.campaign(visit.session, visit.own, campaign)
    own = Own(visit)
    uses = own.counted([campaign], [SIDES[name][0]])
    return _rows(name, uses, _names(own, uses))


Names = dict[tuple[str, str], tuple[str, str]]
"""By side and key: name and commune."""


def _names(own: Own, uses: Sequence[Uses]) -> Names:
    """What points and sites are called."""
    names: Names = {}
    for side, find in ((Side.POINT, reach.points), (Side.SITE, reach.sites)):
        numbers = {int(one.key) for one in uses if one.side == side and one.key}
        if numbers:
            for number, one in find(own.session, numbers).items():
                names[side, str(number)] = one.name, one.commune
    return names


def _rows(name: str, uses: Sequence[Uses], names: Names) -> Rows:
    """Uses as the rows of one table, month by month."""
    side, columns = SIDES[name]
    keys = [column.key for column in columns if column not in USED]
    found: dict[tuple[str, ...], list[int]] = {}
    for one in uses:
        if one.side != side:
            continue
        called, commune = names.get((side, one.key), (one.key, ""))
        known = {"month": one.month, "name": called, "commune": commune}
        passes = found.setdefault(tuple(known[key] for key in keys), [0, 0])
        passes[0] += one.uses
        passes[1] += one.cents
    return [
        {**dict(zip(keys, key, strict=True)), "passes": passes, "cents": cents}
        for key, (passes, cents) in sorted(found.items())
    ]
