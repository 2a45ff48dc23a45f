"""The end of a campaign: begun by one person, agreed by every funder, closed when nothing is open.

From its beginning no booklet is handed over any more. Passes stay good to their last day and the
grace; then come the week for scans that phones kept, the last period, and the joint closing
statement (``closing_papers``). Every step said again gives what it gave the first time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from voucher_service.core import accounts
from voucher_service.core.campaign import paris_day
from voucher_service.core.ending import Calendar, Obstacle, calendar
from voucher_service.core.errors import Conflict, NotFound
from voucher_service.core.money import format_euros
from voucher_service.core.statements import local
from voucher_service.store import closings, load, tables
from voucher_service.store.closing_obstacles import Open, still_open
from voucher_service.store.once import find
from voucher_service.store.orders import lock_campaign, shares
from voucher_service.store.outbox import tell
from voucher_service.store.postings import balance
from voucher_service.store.session import Session


def days_of(session: Session, campaign: int) -> Calendar:
    """The days on which a campaign ends; raises :class:`NotFound`."""
    return calendar(load.campaign(find(session, tables.Campaign, campaign, "campaign")))


def start(session: Session, campaign: int, actor: str, now: datetime) -> tables.Closing:
    """Begin the end of a campaign: nothing more is handed over. Said again, it gives the same.

    After a closing statement another round begins only if value came back since.
    """
    begins = days_of(session, campaign).alerts[0].on
    if paris_day(now) < begins:
        raise Conflict("too_early", f"The end of this campaign may begin on {begins}.")
    lock_campaign(session, campaign)
    last = closings.latest(session, campaign)
    if last is not None and last.statement_number is None:
        return last
    number = 1 if last is None else last.round + 1
    if last is not None and balance(session, accounts.outstanding(campaign), campaign) == 0:
        raise Conflict("closed_already", f"This campaign was closed by {last.statement_number}.")
    closings.start(session, campaign, number, actor, now)
    points = list(closings.points_with_stock(session, campaign))
    tell(session, "closing_started", {"campaign": campaign, "points": points}, now)
    return current(session, campaign)


def current(session: Session, campaign: int) -> tables.Closing:
    """The round that was begun last, held until the transaction ends; raises Conflict."""
    row = closings.latest(session, campaign, hold=True)
    if row is None:
        raise Conflict("not_started", "The end of this campaign was not begun.")
    return row


def approve(
    session: Session,
    campaign: int,
    funder: int,
    actor: str,
    now: datetime,
    reference: str | None = None,
) -> None:
    """A funder agrees that the campaign ends. Said again, it counts once.

    ``reference``: the letter or deliberation, when somebody else writes down what the funder
    decided on paper; that is another person than who began the end.
    """
    row = current(session, campaign)
    if row.statement_number is not None:
        raise Conflict("closed_already", f"This campaign was closed by {row.statement_number}.")
    funders = {share.number for share in shares(session, campaign)}
    if funder not in funders:
        raise NotFound("not_found", f"There is no funder {funder} in this campaign.")
    if reference is not None and actor == row.started_by:
        raise Conflict(
            "four_eyes", "Whoever began the end cannot agree for a funder: ask a second person."
        )
    new = closings.approve(session, row.id, funder, actor, reference, now)
    if new and funders == closings.approvals(session, row.id).keys():
        tell(session, "closing_approved", {"campaign": campaign, "round": row.round}, now)


def obstacles(session: Session, campaign: int, now: datetime) -> list[Obstacle]:
    """All that is still open, by name; nothing when the campaign can be closed."""
    row = closings.latest(session, campaign)
    agreed = closings.approvals(session, row.id) if row else {}
    funders = [share.number for share in shares(session, campaign)]
    awaited = None if row is None else [one for one in funders if one not in agreed]
    return obstacles_beside(session, campaign, awaited, now)


def obstacles_beside(
    session: Session, campaign: int, awaited: Sequence[int] | None, now: datetime
) -> list[Obstacle]:
    """The same for a caller who knows the funders that have not agreed.

    ``awaited``: their numbers; none at all while the end was not begun.
    """
    found = still_open(session, campaign, now)
    return [
        *_time(session, campaign, now),
        *_agreement(awaited),
        *_doubts(found),
        *_accounts(found),
    ]


def _time(session: Session, campaign: int, now: datetime) -> list[Obstacle]:
    settled = days_of(session, campaign).nothing_changes_after
    if now > settled:
        return []
    detail = f"Uses of this campaign may change until {local(settled)}."
    return [Obstacle("not_over", detail)]


def _agreement(awaited: Sequence[int] | None) -> list[Obstacle]:
    if awaited is None:
        return [Obstacle("not_started", "The end of this campaign was not begun.")]
    return [Obstacle("not_approved", f"Funders must agree: {_list(awaited)}.")] if awaited else []


def _doubts(still: Open) -> list[Obstacle]:
    found = []
    if still.contests:
        found.append(Obstacle("contested", f"Contests must end first: {_list(still.contests)}."))
    if still.incidents:
        detail = f"Incidents must end first: {_list(still.incidents)}."
        found.append(Obstacle("incidents_open", detail))
    return found


def _accounts(still: Open) -> list[Obstacle]:
    found = []
    if still.uses:
        sum_of = format_euros(still.uses_cents)
        detail = f"{still.uses} uses ({sum_of}) are on no statement: close a period."
        found.append(Obstacle("unsettled", detail))
    if still.corrections:
        detail = f"{still.corrections} corrections are on no statement: close a period."
        found.append(Obstacle("unsettled_corrections", detail))
    if still.periods:
        detail = f"Periods are over and open: {_list(still.periods)}."
        found.append(Obstacle("period_open", detail))
    return found


def _list(things: Iterable[int | str]) -> str:
    return ", ".join(map(str, things))
