"""What a campaign achieved, in figures for reports."""

from sqlalchemy import func, select

from voucher_service.store import tables
from voucher_service.store.session import Session


def hours(session: Session, campaign: int) -> int | None:
    """Hours of help that live uses stand for, if the campaign says how long a pass lasts."""
    table = tables.Redemption
    uses = session.scalar(
        select(func.count()).where(table.campaign_id == campaign, table.undone_at.is_(None))
    )
    minutes = session.get_one(tables.Campaign, campaign).minutes_per_pass
    return None if minutes is None else int(uses or 0) * minutes // 60
