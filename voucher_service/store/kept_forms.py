"""Forms that wait for whoever was filling them in: the last text of each, until sent or too old.

What is in them is sealed before it comes here; nothing here can read it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete

from voucher_service.core.sittings import FORM_KEPT
from voucher_service.store import tables
from voucher_service.store.once import insert_once, update_if
from voucher_service.store.session import Session

TABLE = tables.KeptForm


def keep(
    session: Session,
    browser_hash: bytes,
    page: str,
    form: str,
    person: int,
    sealed: bytes,
    now: datetime,
) -> None:
    """Keep this text of a form. Of two that are sent at once, one stays: whichever ended last."""
    key = {"browser_hash": browser_hash, "page": page, "form": form}
    new = {"person_id": person, "kept_at": now, "sealed": sealed}
    if not insert_once(session, TABLE, **key, **new):
        update_if(session, TABLE, *_of(browser_hash), *_named(page, form), **new)


def forget(session: Session, browser_hash: bytes, page: str, form: str) -> None:
    """It was sent, so it waits no longer."""
    session.execute(delete(TABLE).where(*_of(browser_hash), *_named(page, form)))


def forget_browser(session: Session, browser_hash: bytes, besides: int | None = None) -> None:
    """Nothing waits in this browser any more, besides what is this person's."""
    others = () if besides is None else (TABLE.person_id != besides,)
    session.execute(delete(TABLE).where(*_of(browser_hash), *others))


def forget_old(session: Session, now: datetime) -> int:
    """Delete what nobody came back for; how many."""
    old = delete(TABLE).where(TABLE.kept_at <= now - FORM_KEPT).returning(TABLE.page)
    return len(session.execute(old).all())


def _of(browser_hash: bytes) -> tuple[ColumnElement[bool], ...]:
    return (TABLE.browser_hash == browser_hash,)


def _named(page: str, form: str) -> tuple[ColumnElement[bool], ...]:
    return TABLE.page == page, TABLE.form == form
