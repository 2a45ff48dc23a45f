"""What things are called: names by number, for pages that show many of them. Reads only.

For whoever sees every tenant: never give a caller of one tenant the names of others.
"""

from collections.abc import Iterable

from sqlalchemy import select

from voucher_service.store import tables
from voucher_service.store.session import Session

Named = (
    type[tables.Association]
    | type[tables.Campaign]
    | type[tables.DistributionPoint]
    | type[tables.Funder]
    | type[tables.Site]
)


def _names(session: Session, table: Named, numbers: Iterable[int | None]) -> dict[int, str]:
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    rows = session.execute(select(table.id, table.name).where(table.id.in_(wanted)))
    return {number: name for number, name in rows}  # noqa: C416 - rows are not pairs to mypy


def associations(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of some associations."""
    return _names(session, tables.Association, numbers)


def campaigns(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of some campaigns."""
    return _names(session, tables.Campaign, numbers)


def funders(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of some funders."""
    return _names(session, tables.Funder, numbers)


def points(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of some distribution points."""
    return _names(session, tables.DistributionPoint, numbers)


def sites(session: Session, numbers: Iterable[int | None]) -> dict[int, str]:
    """The names of some sites."""
    return _names(session, tables.Site, numbers)
