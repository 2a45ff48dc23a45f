"""Refunds of deposits: asked by one person, approved by another. They leave by files of two."""

from voucher_service.actions import refunding
from voucher_service.actions.identifiers import masked_iban
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items
from voucher_service.api.shapes.closings import RefundIn, RefundOut, RefundsIn
from voucher_service.api.shapes.common import Items, Why
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import closings, scheme
from voucher_service.store.queries.paging import Window


@API.post(
    "/campaigns/<id:campaign>/refunds", roles=MONEY, body=RefundIn, answer=RefundOut, status=201
)
def ask_refund(call: Call, campaign: int, body: RefundIn) -> RefundOut:
    """Ask for a funder's whole deposit of a campaign to be sent home."""
    scheme.campaign(call.session, campaign, None)
    number = refunding.ask(
        call.session,
        campaign,
        body.funder,
        body.account.iban,
        body.account.holder,
        call.caller.actor,
        call.services.now(),
    )
    return _refund(closings.refund(call.session, number, None))


@API.get("/refunds", roles=OVERSEERS, query=RefundsIn, answer=Items[RefundOut])
def refund_list(call: Call, query: RefundsIn) -> Items[RefundOut]:
    """List refunds."""
    window = Window(query.cursor, query.limit)
    return items(closings.refunds(call.session, query.campaign, None, window), _refund)


@API.get("/refunds/<word:number>", roles=OVERSEERS | {Role.FUNDER}, answer=RefundOut)
def refund(call: Call, number: str) -> RefundOut:
    """Read a refund."""
    return _refund(closings.refund(call.session, number, call.caller.only(Role.FUNDER)))


@API.post("/refunds/<word:number>/approve", roles=MONEY, answer=RefundOut)
def approve_refund(call: Call, number: str) -> RefundOut:
    """Find a refund right, as another person than the one who asked for it."""
    refunding.approve(call.session, number, call.caller.actor, call.services.now())
    return _refund(closings.refund(call.session, number, None))


@API.post("/refunds/<word:number>/withdraw", roles=MONEY, body=Why, answer=RefundOut)
def withdraw_refund(call: Call, number: str, body: Why) -> RefundOut:
    """Give up a refund that was not sent."""
    refunding.withdraw(call.session, number, body.reason, call.services.now())
    return _refund(closings.refund(call.session, number, None))


def _refund(row: closings.Refund) -> RefundOut:
    facts = {
        "number": row.number,
        "campaign": row.campaign_id,
        "funder": row.funder_id,
        "amount_cents": row.cents,
        "iban_masked": masked_iban(row.iban),
        "holder": row.holder,
        "state": closings.refund_state(row),
        "asked_at": row.asked_at,
        "approved_at": row.approved_at,
        "sent_at": row.sent_at,
        "batch": row.batch_number,
        "ended_at": row.ended_at,
        "reason": row.outcome_reason,
    }
    return RefundOut.model_validate(facts)
