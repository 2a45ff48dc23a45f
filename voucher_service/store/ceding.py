"""The end of a house: from the moment it cedes its scheme, its database takes nothing more.

The guard is in the database itself, made in the transaction that cedes, so that no front door
can be forgotten and nothing is checked before. Papers may still be drawn: they only render.
"""

from sqlalchemy import select, text

from voucher_service.store import tables
from voucher_service.store.engine import CEDED
from voucher_service.store.scheme_archive import carried
from voucher_service.store.session import Session

STILL_WRITTEN = {"rendering", "document_file"}
"""Drawings of documents that are frozen anyway."""

SQLITE_GUARD = f"""
CREATE TRIGGER {{table}}_ceded_{{verb}} BEFORE {{verb}} ON {{table}}
BEGIN SELECT RAISE(ABORT, '{CEDED}'); END"""

IN_THE_ORDER_OF_SCANS = """
LOCK TABLE offline_day, redemption, transfer, refusal, incident, outbox
IN SHARE ROW EXCLUSIVE MODE"""
"""What a scan writes, in its order. Locked in another one, each might wait for the other."""

POSTGRESQL_REFUSAL = f"""
CREATE OR REPLACE FUNCTION refuse_ceded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{CEDED}'; END $$"""

POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_ceded BEFORE INSERT OR UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_ceded()"""


def end(session: Session) -> None:
    """Let nothing be written any more. Waits for writes under way, which are the last."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        session.execute(text(IN_THE_ORDER_OF_SCANS))
        session.execute(text(POSTGRESQL_REFUSAL))
    for table in carried():
        if table.name in STILL_WRITTEN:
            if not on_sqlite:  # until the archive is written, it must not change either
                session.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
        elif on_sqlite:
            for verb in ("INSERT", "UPDATE", "DELETE"):
                session.execute(text(SQLITE_GUARD.format(table=table.name, verb=verb)))
        else:
            session.execute(text(POSTGRESQL_GUARD.format(table=table.name)))


def ceded_to(session: Session) -> tables.Succession | None:
    """The step by which this house ceded its scheme, if it did and took none over since."""
    table = tables.Succession
    last = session.scalars(select(table).order_by(table.id.desc()).limit(1)).first()
    return last if last is not None and last.kind == "ceded" else None
