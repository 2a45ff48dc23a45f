"""Accreditation: who applies, what is missing, each decision and its reason, by campaign too."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from voucher_service.actions import accrediting, applying
from voucher_service.actions.identifiers import masked_iban
from voucher_service.core.accreditation import NEEDS_A_REASON, STEPS, Accreditation
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text
from voucher_service.store.queries import applications, payouts, places
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import DESK, SUPPORT, oldest, who

TURN = (Accreditation.APPLIED, Accreditation.UNDER_REVIEW)
"""States in which the operator has to do something."""

Searched = Annotated[str, StringConstraints(max_length=100)]
State = Literal[
    "applied",
    "info_requested",
    "under_review",
    "accredited",
    "suspended",
    "revoked",
    "withdrawn",
    "any",
]


class QueueIn(Body):
    """Which associations: those that wait for the operator unless others are asked for."""

    state: State | None = None
    name: Searched = ""
    cursor: Id | None = None


class DecisionIn(Body):
    """The next step, and why."""

    to: Literal[
        "info_requested", "under_review", "accredited", "suspended", "revoked", "withdrawn",
        "applied",
    ]  # fmt: skip
    reason: Text | None = None


class ApprovalIn(Body):
    """Which campaign's passes an association may take."""

    campaign: Id


@DESK.page("/accreditation", query=QueueIn)
def queue(visit: Visit, query: QueueIn) -> Page:
    """Applications, what has waited longest first; or associations by state and name."""
    page = applications.associations(
        visit.session, _states(query), query.name, oldest(query.cursor)
    )
    return Page(
        "operator/accreditation.html",
        page=page,
        query=query,
        filed=applications.filed(visit.session, [row.id for row in page.rows]),
    )


def _states(query: QueueIn) -> list[str]:
    if query.state == "any" or (query.state is None and query.name):
        return []
    return [query.state] if query.state else [state.value for state in TURN]


@DESK.page("/associations/<id:association>")
def association(visit: Visit, association: int) -> Page:
    """An association's file: what is there, what is missing, every decision, and the next ones."""
    row = places.association(visit.session, association, None)
    steps = places.steps(visit.session, association)
    accounts = payouts.accounts(visit.session, association)
    campaigns = applications.campaigns_for(visit.session, association)
    next_steps = [step for step in Accreditation if step in STEPS[Accreditation(row.accreditation)]]
    return Page(
        "operator/association.html",
        association=row,
        checks=applying.progress(visit.session, association),
        steps=steps,
        sites=places.sites(visit.session, association, oldest(None)),
        accounts=[
            (account, masked_iban(account.iban), payouts.account_state(account))
            for account in accounts
        ],
        approved=[(number, name) for number, name, may in campaigns if may],
        to_approve=[(number, name) for number, name, may in campaigns if not may],
        next_steps=next_steps,
        reasons=NEEDS_A_REASON,
        who=who(visit, [*(s.actor for s in steps), *(a.proposed_by for a in accounts)]),
    )


@DESK.form("/associations/<id:association>/decision", posts=SUPPORT, body=DecisionIn,
           again=association)  # fmt: skip
def decide(visit: Visit, association: int, given: DecisionIn) -> See:
    """Take one step of an accreditation, with its reason where one is owed."""
    applying.decide(
        visit.session,
        association,
        Accreditation(given.to),
        given.reason,
        visit.actor,
        visit.now,
    )
    return See(f"/operator/associations/{association}", said=f"decided_{given.to}")


@DESK.form("/associations/<id:association>/approval", posts=SUPPORT, body=ApprovalIn,
           again=association)  # fmt: skip
def approve(visit: Visit, association: int, given: ApprovalIn) -> See:
    """Let an association take the passes of a campaign. Said twice, it is said once."""
    accrediting.approve_for_campaign(
        visit.session, given.campaign, association, visit.actor, visit.now
    )
    return See(f"/operator/associations/{association}", said="association_approved")
