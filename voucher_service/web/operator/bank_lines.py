"""A person says what a bank line is when its references did not. What follows is in the actions."""

from voucher_service.actions import assigning, unassigning
from voucher_service.actions.assigning import Meant
from voucher_service.actions.identifiers import masked_iban
from voucher_service.core.bank_file import Direction
from voucher_service.core.errors import Invalid
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text, Word
from voucher_service.store.queries import banking as bank
from voucher_service.store.queries import scheme
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros
from voucher_service.web.operator.desk import DESK, FINANCE, SEE_MONEY, Why, oldest, who

CREDITS = (
    *("receipts", "payout", "refund", "repayment", "top_up"),
    *("stripe_payout", "stripe_fees", "set_against"),
)
DEBITS = ("payout", "refund", "taken_back", "charge", "overpayment", "withdrawal", "set_against")
PARTS = 4
"""Orders that one payment of a funder may cover on the form; the API takes more."""


class PayoutIn(Body):
    """A payout; ``reason`` when it came back, ``incident`` when the bank paid beyond it."""

    reference: Word
    reason: Word | None = None
    incident: Id | None = None


class ReceiptsIn(Body):
    """The orders that a funder's payment is for."""

    order_1: Id
    funder_1: Id
    amount_1: Euros
    order_2: Id | None = None
    funder_2: Id | None = None
    amount_2: Euros | None = None
    order_3: Id | None = None
    funder_3: Id | None = None
    amount_3: Euros | None = None
    order_4: Id | None = None
    funder_4: Id | None = None
    amount_4: Euros | None = None

    def parts(self) -> list[tuple[int, int, int]]:
        """(order, funder, cents) of each line; one half filled in is refused."""
        found = []
        for n in range(1, PARTS + 1):
            order, funder, cents = (
                getattr(self, f"{name}_{n}") for name in ("order", "funder", "amount")
            )
            if order and funder and cents:
                found.append((order, funder, cents))
            elif order or funder or cents:
                raise Invalid("part_incomplete", "Fill in the whole line.", f"order_{n}")
        return found


class RefundIn(Body):
    """A refund, by its number."""

    number: Word


class ReceiptIn(Body):
    """A receipt, by its number."""

    receipt: Id


class CampaignIn(Body):
    """Which campaign's money."""

    campaign: Id


class IncidentIn(Body):
    """An accepted overpayment."""

    incident: Id


class RepaymentIn(Body):
    """Who paid back, for which campaign; ``known`` when that was written down before."""

    association: Id
    campaign: Id
    known: Text | None = None


class StripePayoutIn(Body):
    """A payout of Stripe, by its name there."""

    payout: Word


class OtherLineIn(Body):
    """The line that undoes this one."""

    other: Id


@DESK.page("/bank/lines/<id:line>", posts=SEE_MONEY)
def line(visit: Visit, line: int) -> Page:
    """One line of the bank, what it is or might be, and how to say it."""
    row = bank.line(visit.session, line)
    proposals = bank.proposals(visit.session, row)
    campaigns = scheme.campaigns(visit.session, None, oldest(None, rows=100)).rows
    funders = scheme.funders(visit.session, None, oldest(None, rows=500)).rows
    return Page(
        "operator/bank_line.html",
        line=row,
        iban=masked_iban(row.iban) if row.iban else "",
        matches=bank.matches(visit.session, [line]).get(line, []),
        proposals=proposals,
        guess=proposals[0] if proposals else None,
        typed=f"{row.cents // 100},{row.cents % 100:02d}",
        kinds=CREDITS if row.direction == Direction.CREDIT else DEBITS,
        parts=range(1, PARTS + 1),
        campaigns=[(campaign.id, campaign.name) for campaign in campaigns],
        payers=[(funder.id, funder.name) for funder in funders],
        funders={funder.id: funder.name for funder in funders},
        who=who(visit, [row.matched_by]),
        credit=Direction.CREDIT,
    )


def _meant(visit: Visit, line: int) -> Meant:
    return assigning.meant(visit.session, line, visit.actor, visit.now)


def _assigned() -> See:
    return See("/operator/bank/lines", said="line_assigned")


@DESK.form("/bank/lines/<id:line>/unassign", posts=FINANCE, body=Why, again=line)
def unassign(visit: Visit, line: int, given: Why) -> See:
    """Take back what a line was said to be by mistake; it waits for a person again."""
    unassigning.undo_assignment(visit.session, line, given.reason, visit.actor, visit.now)
    return See(f"/operator/bank/lines/{line}", said="line_unassigned")


@DESK.form("/bank/lines/<id:line>/payout", posts=FINANCE, body=PayoutIn, again=line)
def assign_payout(visit: Visit, line: int, given: PayoutIn) -> See:
    """It is a payout that left or, for a credit, came back."""
    said = _meant(visit, line)
    assigning.is_payout(said, given.reference, given.reason, given.incident)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/receipts", posts=FINANCE, body=ReceiptsIn, again=line)
def assign_receipts(visit: Visit, line: int, given: ReceiptsIn) -> See:
    """It is money of funders."""
    assigning.is_receipts(_meant(visit, line), given.parts())
    return _assigned()


@DESK.form("/bank/lines/<id:line>/taken-back", posts=FINANCE, body=ReceiptIn, again=line)
def assign_taken_back(visit: Visit, line: int, given: ReceiptIn) -> See:
    """A funder's bank took its payment back."""
    assigning.is_taken_back(_meant(visit, line), given.receipt)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/refund", posts=FINANCE, body=RefundIn, again=line)
def assign_refund(visit: Visit, line: int, given: RefundIn) -> See:
    """It is a refund to a funder or, for a credit, one that came back."""
    assigning.is_refund(_meant(visit, line), given.number)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/charge", posts=FINANCE, body=CampaignIn, again=line)
def assign_charge(visit: Visit, line: int, given: CampaignIn) -> See:
    """The bank took a charge: the operator owes it."""
    assigning.is_charge(_meant(visit, line), given.campaign)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/top-up", posts=FINANCE, body=CampaignIn, again=line)
def assign_top_up(visit: Visit, line: int, given: CampaignIn) -> See:
    """The operator put back what the account lacked."""
    assigning.is_top_up(_meant(visit, line), given.campaign)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/withdrawal", posts=FINANCE, body=CampaignIn, again=line)
def assign_withdrawal(visit: Visit, line: int, given: CampaignIn) -> See:
    """The operator took its own money out."""
    assigning.is_withdrawal(_meant(visit, line), given.campaign)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/repayment", posts=FINANCE, body=RepaymentIn, again=line)
def assign_repayment(visit: Visit, line: int, given: RepaymentIn) -> See:
    """An association paid money back."""
    said = _meant(visit, line)
    assigning.is_repayment(said, given.association, given.campaign, given.known)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/overpayment", posts=FINANCE, body=IncidentIn, again=line)
def assign_overpayment(visit: Visit, line: int, given: IncidentIn) -> See:
    """The bank paid an association once too often, as an accepted incident says."""
    assigning.is_overpayment(_meant(visit, line), given.incident)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/stripe-payout", posts=FINANCE, body=StripePayoutIn, again=line)
def assign_stripe_payout(visit: Visit, line: int, given: StripePayoutIn) -> See:
    """Stripe sent what it held of gifts."""
    assigning.is_stripe_payout(_meant(visit, line), given.payout)
    return _assigned()


@DESK.form("/bank/lines/<id:line>/stripe-fees", posts=FINANCE, again=line)
def assign_stripe_fees(visit: Visit, line: int) -> See:
    """The operator put back what Stripe had kept of gifts."""
    assigning.is_stripe_fees(_meant(visit, line))
    return _assigned()


@DESK.form("/bank/lines/<id:line>/set-against", posts=FINANCE, body=OtherLineIn, again=line)
def assign_set_against(visit: Visit, line: int, given: OtherLineIn) -> See:
    """It is not the scheme's money: another line undoes it."""
    assigning.is_set_against(_meant(visit, line), given.other)
    return _assigned()
