"""Setting an association's account right after the fact: every case is a row and a transfer.

Nothing here makes the ring-fenced account short: what an association owes back is money that has
left, so the operator's own money must stand there for it until it is offset or paid back.
"""

from datetime import datetime

from voucher_service.core import accounts, ledger
from voucher_service.core.books import position
from voucher_service.core.campaign import paris_day
from voucher_service.core.corrections import Correcting, correction
from voucher_service.core.errors import Conflict
from voucher_service.core.money import format_euros
from voucher_service.store import corrections, tables
from voucher_service.store.once import find
from voucher_service.store.orders import lock_campaign
from voucher_service.store.postings import balance, balances, post, posted
from voucher_service.store.session import Session


def spare(session: Session, campaign: int) -> int:
    """What the account holds for a campaign beyond what it owes: the operator's own money."""
    own = [row for row in balances(session) if row[1] == campaign]
    return position(own).spare


def check_cover(session: Session, campaign: int, cents: int) -> None:
    """Refuse what would make the account short; raises :class:`Conflict`."""
    missing = cents - spare(session, campaign)
    if missing > 0:
        raise Conflict(
            "operator_money_missing",
            f"The ring-fenced account lacks {format_euros(missing)} for this: put in that much of"
            " the operator's own money first.",
        )


def write(
    session: Session,
    kind: Correcting,
    campaign: int,
    association: int,
    cents: int,
    reason: str,
    actor: str,
    now: datetime,
    *,
    incident_id: int | None = None,
    reference: str | None = None,
) -> int:
    """Write a correction that cancels no use, and its transfer. Gives its number.

    ``reference``: what the bank calls the line behind it.
    """
    number = corrections.write(
        session,
        kind,
        campaign,
        association,
        cents,
        reason,
        actor,
        now,
        incident_id=incident_id,
        reference=reference,
    )
    entry = correction(number, kind, campaign, association, cents, paris_day(now))
    post(session, [entry], now)
    return number


def cancel_settled(
    session: Session,
    redemption: tables.Redemption,
    reason: str,
    actor: str,
    now: datetime,
    **links: int,
) -> int:
    """A use that a statement has said turns out wrong: its association owes it back.

    The caller has ended the redemption and seen that the account covers it.
    """
    number = corrections.write(
        session,
        Correcting.CANCELLED,
        redemption.campaign_id,
        redemption.association_id,
        redemption.cents,
        reason,
        actor,
        now,
        redemption_id=redemption.id,
        **links,
    )
    original = posted(session, ledger.use_event(redemption.id))
    entry = ledger.cancelled_after_payment(
        number, original, redemption.association_id, paris_day(now)
    )
    post(session, [entry], now)
    return number


def repay(
    session: Session,
    association: int,
    campaign: int,
    cents: int,
    reference: str,
    actor: str,
    now: datetime,
) -> tuple[int, int]:
    """An association paid money back: cents that lower its debt, and cents beyond it.

    What is beyond is owed to it, on its next statement. The same bank line counts once.
    """
    find(session, tables.Association, association, "association")
    find(session, tables.Campaign, campaign, "campaign")
    lock_campaign(session, campaign)
    if corrections.has_reference(session, reference):
        raise Conflict("repayment_known", "This bank line was recorded already.")
    owed = max(-balance(session, accounts.receivable_from(association), campaign), 0)
    parts = (Correcting.REPAID, min(cents, owed)), (Correcting.EXCESS, max(cents - owed, 0))
    for kind, part in parts:
        if part:
            write(
                session, kind, campaign, association, part, reference, actor, now,
                reference=reference,
            )  # fmt: skip
    return parts[0][1], parts[1][1]


def write_off(
    session: Session,
    association: int,
    campaign: int,
    cents: int,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """The operator gives up what an association owes back, and bears it itself."""
    lock_campaign(session, campaign)
    owed = -balance(session, accounts.receivable_from(association), campaign)
    if cents > owed:
        raise Conflict("more_than_owed", f"It owes {format_euros(max(owed, 0))} in this campaign.")
    write(session, Correcting.WRITTEN_OFF, campaign, association, cents, reason, actor, now)
