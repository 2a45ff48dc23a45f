"""What is known of places while a file of them is looked at, and the files that were brought."""

from datetime import datetime

from sqlalchemy import select

from voucher_service.core.campaign import paris_day
from voucher_service.core.places import Association, Known, Place, row_of
from voucher_service.store import tables
from voucher_service.store.once import insert_row, take_range, update_if
from voucher_service.store.session import Session

F = tables.PlacesFile


def lock(session: Session) -> None:
    """Let one file at a time be taken over: two would add the same place twice."""
    take_range(session, "places-lock", 1)


def associations(session: Session, own: int | None) -> list[Association]:
    """Who places may belong to: everybody, or the one association."""
    table = tables.Association
    query = select(table.id, table.siret, table.rna).order_by(table.id)
    if own is not None:
        query = query.where(table.id == own)
    return [Association(*row) for row in session.execute(query)]


def known(session: Session, producer: str, own: int | None) -> list[Known]:
    """Every place that is here, closed ones too, as our own file would say it."""
    site, association = tables.Site, tables.Association
    query = (
        select(site, association.siret, association.rna)
        .join(association, association.id == site.association_id)
        .order_by(site.id)
    )
    if own is not None:
        query = query.where(site.association_id == own)
    return [_known(row, siret or rna or "", producer) for row, siret, rna in session.execute(query)]


def _known(row: tables.Site, pivot: str, producer: str) -> Known:
    place = place_of(row, pivot)
    said = row_of(place, producer) or {"nom": row.name, "adresse": row.adresse, "code_postal": ""}
    their_id = row.details.get("id")
    closed = row.closed_at is not None
    return Known(row.id, row.association_id, said, their_id, place.updated_on, closed)


def place_of(site: tables.Site, pivot: str) -> Place:
    """A site as a place of the directory."""
    return Place(
        site.id,
        pivot,
        site.name,
        site.commune,
        site.code_postal,
        site.code_insee,
        site.adresse,
        site.latitude,
        site.longitude,
        site.telephone,
        site.horaires,
        tuple(site.services),
        paris_day(site.updated_at),
        site.details,
    )


def bring(
    session: Session,
    name: str,
    content: bytes,
    own: int | None,
    actor: str,
    now: datetime,
    *,
    leaves_out_others: bool,
) -> int:
    """Keep a file until somebody takes it over; its number."""
    return insert_row(
        session,
        F,
        name=name,
        content=content,
        association_id=own,
        leaves_out_others=leaves_out_others,
        brought_by=actor,
        brought_at=now,
        added=0,
        changed=0,
    )


def claim(session: Session, number: int, actor: str, now: datetime) -> bool:
    """Take a file over; False when somebody has."""
    return 1 == update_if(
        session, F, F.id == number, F.taken_at.is_(None), taken_by=actor, taken_at=now
    )


def count(session: Session, number: int, added: int, changed: int) -> None:
    """Keep what a file did."""
    update_if(session, F, F.id == number, added=added, changed=changed)
