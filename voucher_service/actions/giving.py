"""Asking for a gift by Checkout: what a donor may give to, how much, and under which name.

What is asked here moves nothing: a gift is money once Stripe says so (``gift_money``). A funder may
pay its call in the same way.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from voucher_service.core.campaign import Funding
from voucher_service.core.errors import Conflict, Invalid
from voucher_service.core.gifts import LARGEST_GIFT
from voucher_service.core.money import format_euros
from voucher_service.store import closings, gifts, orders, tables
from voucher_service.store.once import find, insert_once, insert_row, update_if
from voucher_service.store.session import Session

PUBLIC = "public"
"""Who asks on the public page."""

LONGEST_NAME, LONGEST_MAIL = 120, 254
MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A gift as somebody asks for it. ``funder`` and ``order``: whose call it pays, if it does."""

    campaign: int
    cents: int
    name: str
    mail: str
    engagement: str = ""
    language: str = "fr"
    funder: int | None = None
    order: int | None = None


def open_to_gifts(session: Session, campaign: int, actor: str, now: datetime) -> None:
    """Let anybody give to a campaign. Said twice, nothing changes."""
    _givable(session, campaign)
    table = tables.GiftOpening
    if not insert_once(session, table, campaign_id=campaign, actor=actor, at=now):
        closed = table.closed_at.is_not(None)
        update_if(
            session,
            table,
            table.campaign_id == campaign,
            closed,
            actor=actor,
            at=now,
            closed_at=None,
        )


def close_to_gifts(session: Session, campaign: int, now: datetime) -> None:
    """No new gifts from the public page. Those asked for before may still be paid."""
    find(session, tables.Campaign, campaign, "campaign")
    table = tables.GiftOpening
    update_if(
        session, table, table.campaign_id == campaign, table.closed_at.is_(None), closed_at=now
    )


def _givable(session: Session, campaign: int) -> tables.Campaign:
    row = find(session, tables.Campaign, campaign, "campaign")
    if row.funding != Funding.PREPAID or gifts.is_round(session, campaign):
        raise Conflict("not_for_gifts", "Gifts are for campaigns that are paid in advance.")
    if closings.latest(session, campaign) is not None:
        raise Conflict("campaign_closing", "This campaign is ending: give to another one.")
    return row


def ask(session: Session, asked: Asked, link: str, actor: str, now: datetime) -> int:
    """Remember that somebody is about to give; the gift's number. Nothing is paid yet.

    ``link``: a word nobody can guess, that leads whoever has it to Stripe's page.
    """
    campaign = _givable(session, asked.campaign)
    if actor == PUBLIC:
        opening = session.get(tables.GiftOpening, asked.campaign)
        if opening is None or opening.closed_at is not None:
            raise Conflict("not_open", "This campaign takes no gifts.")
    _check(asked, campaign.face_value_cents)
    if asked.order is not None:
        _check_call(session, asked)
    return insert_row(
        session,
        tables.Gift,
        campaign_id=asked.campaign,
        funder_id=asked.funder,
        order_id=asked.order,
        cents=asked.cents,
        name=asked.name.strip(),
        mail=asked.mail.strip(),
        engagement=asked.engagement.strip(),
        language=asked.language,
        link=link,
        actor=actor,
        at=now,
    )


def _check(asked: Asked, face_value_cents: int) -> None:
    if asked.cents < face_value_cents:
        least = format_euros(face_value_cents)
        raise Invalid("gift_too_small", f"A gift makes one pass or more: {least}.", "amount_cents")
    if asked.cents > LARGEST_GIFT:
        most = format_euros(LARGEST_GIFT)
        raise Invalid("gift_too_large", f"Stripe takes {most} at most.", "amount_cents")
    if not 0 < len(asked.name.strip()) <= LONGEST_NAME:
        raise Invalid("name_missing", f"Give a name of {LONGEST_NAME} signs at most.", "name")
    mail = asked.mail.strip()
    if len(mail) > LONGEST_MAIL or not MAIL.fullmatch(mail):
        raise Invalid("bad_mail", "Give the address that gets the receipt.", "mail")


def _check_call(session: Session, asked: Asked) -> None:
    order = find(session, tables.Order, asked.order, "order")
    called = {call.funder_id for call in orders.calls(session, order.id)}
    if order.campaign_id != asked.campaign or asked.funder not in called:
        raise Invalid("not_called", "This order asks nothing of this funder.", "order")


def has_session(session: Session, gift: int, name: str) -> None:
    """Stripe has opened a Checkout for a gift."""
    update_if(
        session,
        tables.Gift,
        tables.Gift.id == gift,
        tables.Gift.session_id.is_(None),
        session_id=name,
    )
