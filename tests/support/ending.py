"""The end of a campaign as people lead it: begun, agreed by all, closed, money sent home."""

import json
from typing import Any

from tests.support.cast import OPERATOR, STATEMENT_KEY, World
from tests.support.paying import APPROVER, BANK, MAKER, RESERVED
from voucher_service.actions import closing, closing_papers, refund_batching, refunding
from voucher_service.actions.freezing import Signatory, frozen
from voucher_service.store import documents, orders, tables

SIGNATORY = Signatory(OPERATOR, STATEMENT_KEY)
IBAN = "FR7630006000011234567890189"


def begin(world: World, campaign: int) -> None:
    """The operator begins the end and every funder agrees."""
    closing.start(world.session, campaign, "token:1", world.now)
    for share in orders.shares(world.session, campaign):
        closing.approve(world.session, campaign, share.number, f"token:9{share.number}", world.now)
    world.session.commit()


def settle(world: World) -> list[str]:
    """A last period takes every use there is; its statements."""
    world.later(hours=1)
    label = f"fin-{world.session.query(tables.Period).count()}"
    return world.close(label, world.now)


def close(world: World, campaign: int) -> str:
    """Close a campaign; the number of its joint closing statement."""
    number = closing_papers.close_campaign(world.session, campaign, SIGNATORY, world.now)
    world.session.commit()
    return number


def end(world: World, campaign: int) -> dict[int, int]:
    """All of it at once; what each funder is given back, in cents."""
    begin(world, campaign)
    funders = read(world, close(world, campaign))["funders"]
    return {int(funder["id"]): funder["credited_cents"] for funder in funders}


def read(world: World, number: str) -> Any:
    """A document as it was signed."""
    return json.loads(world.session.get_one(tables.Document, number).document)


def ask_refund(world: World, campaign: int, funder: int) -> str:
    return refunding.ask(world.session, campaign, funder, IBAN, "Trésorerie", "token:1", world.now)


def send_refund(world: World, campaign: int, funder: int) -> str:
    """A refund asked by one, approved by another, and sent in a file of its own by two."""
    number = ask_refund(world, campaign, funder)
    refunding.approve(world.session, number, APPROVER, world.now)
    session, now = world.session, world.now
    batch = refund_batching.make_batch(session, [number], RESERVED, BANK, MAKER, now)
    refund_batching.approve_batch(session, batch.number, APPROVER, now)
    return number


def refund(world: World, campaign: int, funder: int) -> int:
    """A deposit sent home and paid by the bank; its cents."""
    number = send_refund(world, campaign, funder)
    refunding.executed(world.session, number, world.now)
    world.session.commit()
    return world.session.get_one(tables.Refund, number).cents


def a_document(world: World, campaign: int, **whose: int) -> str:
    """A signed document of nothing, for whoever may read it; its number."""
    number = f"XX-2026-{world.session.query(tables.Document).count() + 1:06d}"
    proof = frozen(SIGNATORY, {"number": number})
    documents.write(world.session, number, "credit_note", campaign, 1, proof, world.now, **whose)
    world.session.commit()
    return number
