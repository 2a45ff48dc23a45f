"""Mails that are stuck, tried once more. Sends nothing: the carrier does, after the commit."""

from datetime import datetime

from voucher_service.store import mails
from voucher_service.store.session import Session


def try_again(session: Session, now: datetime) -> int:
    """Let what waits for a person be tried again; how many messages and mails."""
    return mails.again(session, now)
