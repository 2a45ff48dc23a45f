"""Which periods came before another one: closes follow one another."""

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from voucher_service.store import tables

Period = tables.Period


def before(of: tables.Period) -> Select[int]:
    """The numbers of periods closed before this one; all that are closed while it is open."""
    earlier: ColumnElement[bool] = true()
    if of.closed_at is not None:
        same_moment = and_(Period.closed_at == of.closed_at, Period.id < of.id)
        earlier = or_(Period.closed_at < of.closed_at, same_moment)
    return select(Period.id).where(Period.closed_at.is_not(None), Period.id != of.id, earlier)
