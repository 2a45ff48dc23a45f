"""What Stripe moves becomes the ledger's, once: gifts paid, fees kept, money that went back.

Everything follows from Stripe's balance transactions, never from an event: whoever hears of one
first takes it in, by its id, and whoever comes later finds it there. A gift makes passes only when
its whole value is in the ring-fenced account: its payout on a bank line, and Stripe's fee put back
by the operator.
"""

from datetime import datetime

from voucher_service.actions import gift_rounds, ordering
from voucher_service.core import accounts, ledger_stripe
from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import Conflict
from voucher_service.core.gifts import IGNORED, Checkout, Effect, Movement, Stage, booklets_for
from voucher_service.store import closings, gifts, orders, tables
from voucher_service.store.once import find, insert_once, insert_row, update_if
from voucher_service.store.postings import balance, post
from voucher_service.store.session import Session

GIVEN_BACK = "given_back"
Gift = tables.Gift


def take_checkout(session: Session, said: Checkout, now: datetime) -> bool:
    """Take in what Stripe says of a gift now. Said again, nothing changes. False if not ours."""
    if not gifts.exists(session, said.gift):
        return False
    row = gifts.lock(session, said.gift)
    if row.session_id not in {None, said.session}:
        return False  # of another house that shares the account, or of a page opened before
    number, ended = row.id, row.ended_at is not None
    if row.session_id is None:
        gifts.change(session, number, session_id=said.session)
    if said.stage in {Stage.WAITING, Stage.PAID} and row.completed_at is None:
        gifts.change(session, number, completed_at=now)
    if said.stage in {Stage.FAILED, Stage.EXPIRED} and not ended and row.paid_at is None:
        gifts.change(session, number, ended_at=now, outcome=said.stage.value)
    for movement in sorted(said.movements, key=lambda item: (item.occurred_at, item.id)):
        take(session, movement, number, now)
    fund(session, number, now)
    return True


def take(session: Session, movement: Movement, gift: int | None, now: datetime) -> bool:
    """Take in one movement; False when it was taken before, or is the payout itself.

    What belongs to no gift waits for a person: it moves nothing until somebody says whose it is.
    """
    if movement.type in IGNORED or movement.cents == movement.fee_cents == 0:
        return False
    row = gifts.lock(session, gift) if gift is not None else None
    if not insert_once(
        session,
        tables.StripeTransaction,
        id=movement.id,
        type=movement.type,
        gift_id=gift,
        cents=movement.cents,
        fee_cents=movement.fee_cents,
        source=movement.source,
        occurred_at=movement.occurred_at,
        taken_at=now,
    ):
        return False
    if row is not None:
        (_came if movement.cents >= 0 else _left)(session, row, movement, now)
    return True


def explain(session: Session, transaction: str, campaign: int, now: datetime) -> None:
    """A person says for which campaign Stripe moved something: the operator bears it."""
    row = find(session, tables.StripeTransaction, transaction, "movement at Stripe")
    find(session, tables.Campaign, campaign, "campaign")
    if row.effect is not None:
        raise Conflict("explained_already", "It is known already what this movement is.")
    movement = Movement(row.id, row.type, row.cents, row.fee_cents, row.source, row.occurred_at)
    _book(session, movement, Effect.BORNE, campaign, None, now)


def _book(
    session: Session,
    movement: Movement,
    effect: Effect,
    campaign: int,
    funder: int | None,
    now: datetime,
) -> None:
    table = tables.StripeTransaction
    if not update_if(
        session,
        table,
        table.id == movement.id,
        table.effect.is_(None),
        effect=effect.value,
        campaign_id=campaign,
    ):
        raise Conflict("explained_already", "It is known already what this movement is.")
    on = paris_day(movement.occurred_at)
    amounts = movement.cents, movement.fee_cents
    post(session, ledger_stripe.moved(movement.id, effect, campaign, funder, *amounts, on), now)


def _came(session: Session, row: tables.Gift, movement: Movement, now: datetime) -> None:
    """Money of a donor is there; or is there again, after a dispute was won."""
    number, asked, order, funder = row.id, row.campaign_id, row.order_id, row.funder_id
    if row.paid_at is not None and gifts.last_effect(session, number) == Effect.BORNE.value:
        assert row.round_id is not None  # noqa: S101 - it was paid
        _book(session, movement, Effect.BORNE, row.round_id, funder, now)
        return
    if row.round_id is None:
        if order is None:
            orders.lock_campaign(session, asked)  # one donor is made once
            funder = funder or _donor(session, row, now)
            home = gift_rounds.home_of(session, asked, funder, now)
        else:
            home = asked
        gifts.change(session, number, funder_id=funder, round_id=home, paid_at=now)
    home = find(session, Gift, number, "gift").round_id or 0
    orders.lock_campaign(session, home)
    _book(session, movement, Effect.GIFT, home, funder, now)
    gifts.change(session, number, ended_at=None, outcome=None)
    _count_passes(session, number)


def _donor(session: Session, row: tables.Gift, now: datetime) -> int:
    known = gifts.donor(session, row.name, row.mail)
    return known or ordering.add_funder(session, row.name, "company", None, now)


def _count_passes(session: Session, gift: int) -> None:
    """How many whole passes a gift makes, with what is left of gifts before it."""
    row = find(session, Gift, gift, "gift")
    if row.order_id is not None or gifts.receipts(session, gift):
        return
    face = find(session, tables.Campaign, row.round_id, "campaign").face_value_cents
    free = gifts.in_account(session, row) - gifts.reserved_by_others(session, row)
    gifts.change(session, gift, passes=max(free, 0) // face)


def _left(session: Session, row: tables.Gift, movement: Movement, now: datetime) -> None:
    """Money went back: out of what is not in passes; else the passes sleep; else the operator."""
    number, funder = row.id, row.funder_id
    if row.round_id is None:
        return  # it went before it came: what came is taken in first, and this waits for a person
    home, funded = row.round_id, row.funded_at is not None
    orders.lock_campaign(session, home)
    whole = gifts.given(session, number) + movement.cents == 0
    if funded and not _is_rest(session, row, -movement.cents):
        if not (whole and _put_to_sleep(session, number, now)):
            _book(session, movement, Effect.BORNE, home, funder, now)
            return
        funded = False
    _book(session, movement, Effect.BACK, home, funder, now)
    if whole and not funded:
        gifts.change(session, number, ended_at=now, outcome=GIVEN_BACK, funded_at=None)
    elif not funded:
        _count_passes(session, number)


def _is_rest(session: Session, row: tables.Gift, cents: int) -> bool:
    """Whether so much of the donor's is in no pass, and promised to no other gift of its."""
    return cents <= gifts.in_account(session, row) - gifts.reserved_by_others(session, row)


def _put_to_sleep(session: Session, gift: int, now: datetime) -> bool:
    """Take back the receipts of a gift; False when passes were spent: then nothing changes."""
    try:
        with session.begin_nested():
            for receipt in gifts.receipts(session, gift):
                if receipt.reversed_at is None:
                    ordering.take_back_receipt(session, receipt.id, now)
    except Conflict:
        return False
    return True


def fund(session: Session, gift: int, now: datetime) -> bool:
    """Turn a gift into passes, or into the receipt of a call, if its whole value has arrived."""
    row = gifts.lock(session, gift)
    if row.round_id is None or row.funded_at is not None or row.ended_at is not None:
        return False
    home, order, passes, funder = row.round_id, row.order_id, row.passes or 0, row.funder_id or 0
    orders.lock_campaign(session, home)
    face = find(session, tables.Campaign, home, "campaign").face_value_cents
    cents = passes * face if order is None else gifts.given(session, gift)
    if (
        not gifts.has_arrived(session, gift)
        or balance(session, accounts.STRIPE_FEES, home) < 0
        or closings.latest(session, home) is not None
        or gifts.in_account(session, row) < cents
    ):
        return False
    gifts.change(session, gift, funded_at=now)
    if cents:
        paid = order or _order(session, gift, home, passes, now)
        _receive(session, gift, paid, funder, cents, now)
    return True


def _order(session: Session, gift: int, home: int, passes: int, now: datetime) -> int:
    """The order of a gift's passes: placed now, or there since before the money had gone back."""
    before = gifts.receipts(session, gift)
    if before:
        return before[-1].order_id
    campaign = find(session, tables.Campaign, home, "campaign")
    wanted = booklets_for(passes, campaign.passes_per_booklet)
    return ordering.place_order(
        session, home, wanted.count, now, missing_passes=wanted.missing_passes
    )


def _receive(
    session: Session, gift: int, order: int, funder: int, cents: int, now: datetime
) -> None:
    times = len(gifts.receipts(session, gift)) + 1
    reference = f"gift {gift}" if times == 1 else f"gift {gift}/{times}"
    receipt = ordering.record_receipt(
        session, order, funder, cents, paris_day(now), reference, now, held=accounts.gift(funder)
    )
    insert_row(session, tables.GiftReceipt, receipt_id=receipt, gift_id=gift)


def fund_ready(session: Session, campaigns: list[int], now: datetime) -> int:
    """Fund every gift of some campaigns that can be, in the order of their payment; how many."""
    return sum(fund(session, gift, now) for gift in gifts.unfunded(session, campaigns))
