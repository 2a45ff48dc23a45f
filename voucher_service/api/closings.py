"""The end of a campaign: begun, agreed by every funder, closed; then each funder's choice.

A funder agrees and chooses for itself; somebody else writes down what it decided on paper.
"""

from voucher_service.actions import choosing, closing, closing_papers
from voucher_service.actions.tokens import Role
from voucher_service.api.shapes.closings import (
    AlertOut,
    ApprovalOut,
    ApproveIn,
    BookletsOut,
    CarryOverChoice,
    ChoiceIn,
    ChoiceOut,
    ClosingOut,
    CreditOut,
    ObstacleOut,
    RefundChoice,
    State,
)
from voucher_service.api.v1 import API, MONEY, OPERATOR, OVERSEERS
from voucher_service.core.ending import Calendar
from voucher_service.core.errors import Invalid
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import closings, scheme

READERS = OVERSEERS | {Role.FUNDER}
PAYERS = MONEY | {Role.FUNDER}


@API.get("/campaigns/<id:campaign>/closing", roles=READERS, answer=ClosingOut)
def campaign_closing(call: Call, campaign: int) -> ClosingOut:
    """Read the days of a campaign's end, how far it has come and what is still open."""
    scheme.campaign(call.session, campaign, call.caller.only(Role.FUNDER))
    return _closing(call, campaign)


@API.post("/campaigns/<id:campaign>/closing", roles=OPERATOR, answer=ClosingOut, status=201)
def start_closing(call: Call, campaign: int) -> ClosingOut:
    """Begin the end of a campaign: from now on nothing more is handed over."""
    closing.start(call.session, campaign, call.caller.actor, call.services.now())
    return _closing(call, campaign)


@API.post(
    "/campaigns/<id:campaign>/closing/approve", roles=PAYERS, body=ApproveIn, answer=ClosingOut
)
def approve_closing(call: Call, campaign: int, body: ApproveIn) -> ClosingOut:
    """Agree, as a funder, that the campaign ends; or write down what a funder agreed on paper."""
    own = call.caller.only(Role.FUNDER)
    scheme.campaign(call.session, campaign, own)
    now, actor = call.services.now(), call.caller.actor
    if own is not None:
        closing.approve(call.session, campaign, own, actor, now)
    elif body.funder is None or body.reference is None:
        raise Invalid("paper_missing", "Say which funder, and by which paper.", "reference")
    else:
        closing.approve(call.session, campaign, body.funder, actor, now, body.reference)
    return _closing(call, campaign)


@API.post("/campaigns/<id:campaign>/closing/statement", roles=MONEY, answer=ClosingOut, status=201)
def close_campaign(call: Call, campaign: int) -> ClosingOut:
    """Close a campaign: give unused value back, draw up the joint statement and credit notes."""
    services = call.services
    closing_papers.close_campaign(call.session, campaign, services.signatory, services.now())
    return _closing(call, campaign)


@API.post(
    "/campaigns/<id:campaign>/closing/choices",
    roles=PAYERS,
    body=ChoiceIn,
    answer=ChoiceOut,
    status=201,
)
def choose(call: Call, campaign: int, body: ChoiceIn) -> ChoiceOut:
    """Say what a funder wants done with its unused money: sent home, or carried over."""
    own = call.caller.only(Role.FUNDER)
    scheme.campaign(call.session, campaign, own)
    funder = own if own is not None else body.to.funder
    if funder is None:
        raise Invalid("funder_missing", "Say which funder chooses.", "to.funder")
    who = choosing.Chooser(call.session, campaign, funder, call.caller.actor, call.services.now())
    number, carried, cents = None, None, 0
    match body.to:
        case RefundChoice(account=account):
            number = choosing.refund(who, account.iban, account.holder)
        case CarryOverChoice(order=order):
            carried, cents = choosing.carry_over(who, order)
    return ChoiceOut(
        funder=funder,
        choice=body.to.choice,
        refund=number,
        carry_over=carried,
        carried_cents=cents,
        deposit_cents=max(closings.deposit(call.session, funder, campaign), 0),
    )


def _closing(call: Call, campaign: int) -> ClosingOut:
    days = closing.days_of(call.session, campaign)
    row = closings.latest(call.session, campaign)
    agreed = closings.approvals(call.session, row.id) if row else []
    booklets = closings.booklets(call.session, campaign)
    still_open = _obstacles(call, campaign, row)
    return ClosingOut(
        campaign=campaign,
        state=_state(call, campaign, row, len(agreed)),
        alerts=_alerts(call, campaign, days),
        last_day=days.last_day,
        grace_until=days.grace_until,
        uploads_until=days.uploads_until,
        statement_after=days.nothing_changes_after,
        booklets=BookletsOut(
            issued=booklets.issued,
            handed_over=booklets.handed_over,
            not_handed_over=booklets.not_handed_over,
            started=booklets.started,
        ),
        round=row.round if row else 0,
        started_at=row.started_at if row else None,
        approvals=[
            ApprovalOut(funder=one.funder_id, approved_at=one.at, reference=one.reference)
            for one in agreed
        ],
        open=still_open,
        statement=row.statement_number if row else None,
        credits=_credits(call, campaign, row),
    )


def _obstacles(call: Call, campaign: int, row: closings.Closing | None) -> list[ObstacleOut]:
    if row is not None and row.statement_number is not None:
        return []
    found = closing.obstacles(call.session, campaign, call.services.now())
    return [ObstacleOut(reason=one.reason, detail=one.detail) for one in found]


def _state(call: Call, campaign: int, row: closings.Closing | None, agreed: int) -> State:
    if row is None:
        return "ahead"
    if row.statement_number is not None:
        return "closed"
    return "approved" if agreed == len(scheme.shares(call.session, [campaign])) else "started"


def _alerts(call: Call, campaign: int, days: Calendar) -> list[AlertOut]:
    told = closings.alerts(call.session, campaign)
    return [
        AlertOut(
            days_before=alert.days_before,
            on=alert.on,
            told_at=told[alert.days_before].told_at if alert.days_before in told else None,
        )
        for alert in days.alerts
    ]


def _credits(call: Call, campaign: int, row: closings.Closing | None) -> list[CreditOut]:
    """Each funder's part, once a statement gives something back; a funder reads its own."""
    if row is None:
        return []
    own = call.caller.only(Role.FUNDER)
    notes = closings.credit_notes(call.session, campaign, own)
    chosen = closings.choices(call.session, row.id, own)
    return [
        CreditOut(
            funder=share.funder_id,
            credit_notes=[note.number for note in notes if note.funder_id == share.funder_id],
            deposit_cents=max(closings.deposit(call.session, share.funder_id, campaign), 0),
            choice=chosen.get(share.funder_id),  # type: ignore[arg-type]  # one of two
        )
        for share in scheme.shares(call.session, [campaign])
        if own in {None, share.funder_id}
    ]
