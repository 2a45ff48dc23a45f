"""Setting accounts right: frauds, overpayments, goodwill, debts of associations, repayments.

Whoever opens an incident does not judge it.
"""

from collections.abc import Callable

from voucher_service.actions import correcting, judging
from voucher_service.api.incidents import present_incidents
from voucher_service.api.shapes.corrections import (
    AcceptIn,
    AmountIn,
    DebtOut,
    DebtsIn,
    DebtsOut,
    FraudIn,
    RepaymentIn,
    RepaymentOut,
    WriteOffIn,
)
from voucher_service.api.shapes.incidents import IncidentOut
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.core.campaign import paris_day
from voucher_service.core.debts import NoteRule, note_due
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import contests, debts, incidents
from voucher_service.store.queries.paging import Page


@API.post(
    "/incidents/fraud", roles=MONEY, body=FraudIn, answer=IncidentOut, status=201, problems=(404,)
)
def open_fraud(call: Call, body: FraudIn) -> IncidentOut:
    """Say that the use of a pass never was a service."""
    use = contests.live_use(call.session, body.serial, body.number, None)
    now, actor = call.services.now(), call.caller.actor
    return _incident(call, judging.open_fraud(call.session, use, body.reason, actor, now))


@API.post(
    "/incidents/overpayment",
    roles=MONEY,
    body=AmountIn,
    answer=IncidentOut,
    status=201,
    problems=(404,),
)
def open_overpayment(call: Call, body: AmountIn) -> IncidentOut:
    """Say that the bank paid an association more than it was sent."""
    return _incident(call, _open(call, judging.open_overpayment, body))


@API.post(
    "/incidents/goodwill",
    roles=MONEY,
    body=AmountIn,
    answer=IncidentOut,
    status=201,
    problems=(404,),
)
def open_goodwill(call: Call, body: AmountIn) -> IncidentOut:
    """Propose that the operator pays an association from its own money."""
    return _incident(call, _open(call, judging.open_goodwill, body))


def _open(call: Call, action: Callable[..., int], body: AmountIn) -> int:
    return action(
        call.session,
        body.campaign,
        body.association,
        body.amount_cents,
        body.reference,
        body.reason,
        call.caller.actor,
        call.services.now(),
    )


@API.post("/incidents/<id:incident>/acceptance", roles=MONEY, body=AcceptIn, answer=IncidentOut)
def accept_incident(call: Call, incident: int, body: AcceptIn) -> IncidentOut:
    """Find an incident right, as another person than who opened it: its money moves."""
    now, actor = call.services.now(), call.caller.actor
    judging.accept(call.session, incident, body.resolution, actor, now)
    return _incident(call, incident)


def _incident(call: Call, number: int) -> IncidentOut:
    row = incidents.incident(call.session, number, None)
    return present_incidents(call, Page([row], None)).items[0]


@API.get("/debts", roles=OVERSEERS, query=DebtsIn, answer=DebtsOut)
def debt_list(call: Call, query: DebtsIn) -> DebtsOut:
    """List what associations owe back."""
    rule, today = _rule(call), paris_day(call.services.now())
    found = debts.debts(call.session, query.campaign, query.association)[: query.limit]
    return DebtsOut(
        items=[
            DebtOut(
                association=debt.association,
                name=debt.name,
                campaign=debt.campaign,
                owed_cents=debt.cents,
                since=debt.parts[0].decided_on,
                note_due=note_due(debt.parts, rule, today),
            )
            for debt in found
        ]
    )


def _rule(call: Call) -> NoteRule:
    settings = call.services.settings
    return NoteRule(settings.note_from_cents, settings.note_from_days)


@API.post(
    "/associations/<id:association>/repayments",
    roles=MONEY,
    body=RepaymentIn,
    answer=RepaymentOut,
    status=201,
)
def record_repayment(call: Call, association: int, body: RepaymentIn) -> RepaymentOut:
    """Record money that an association paid back."""
    now, actor = call.services.now(), call.caller.actor
    repaid, excess = correcting.repay(
        call.session, association, body.campaign, body.amount_cents, body.reference, actor, now
    )
    return _repaid(call, association, body.campaign, repaid, excess)


@API.post(
    "/associations/<id:association>/write-offs", roles=MONEY, body=WriteOffIn, answer=RepaymentOut
)
def write_off(call: Call, association: int, body: WriteOffIn) -> RepaymentOut:
    """Give up what an association owes back: the operator bears it."""
    now, actor = call.services.now(), call.caller.actor
    correcting.write_off(
        call.session, association, body.campaign, body.amount_cents, body.reason, actor, now
    )
    return _repaid(call, association, body.campaign, 0, 0)


def _repaid(call: Call, association: int, campaign: int, repaid: int, excess: int) -> RepaymentOut:
    left = sum(debt.cents for debt in debts.debts(call.session, campaign, association))
    return RepaymentOut(repaid_cents=repaid, excess_cents=excess, owed_cents=left)
