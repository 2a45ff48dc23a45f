"""Cases that a person judges: incidents, and what sites say about refusals.

Whoever opens an incident does not judge it. What moves money is in the actions.
"""

from collections.abc import Callable
from typing import Any, Literal

from voucher_service.actions import disputing, judging
from voucher_service.core.campaign import LARGEST_BOOKLET
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Serial, Text
from voucher_service.http.wording import VERDICTS, words
from voucher_service.store.queries import contests, incidents, names, scheme, statement_disputes
from voucher_service.store.queries.booklets import serial
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros
from voucher_service.web.operator.desk import (
    DESK,
    FINANCE,
    SEE_MONEY,
    SUPPORT,
    PassNumber,
    numbers,
    oldest,
    who,
)

JUDGES = FINANCE
ANSWER = SUPPORT | FINANCE


class CasesIn(Body):
    """Which cases."""

    state: Literal["open", "closed"] = "open"
    cursor: Id | None = None


class FraudIn(Body):
    """The pass whose use never was a service, and how one knows."""

    serial: Serial
    number: PassNumber
    reason: Text


class AmountIn(Body):
    """An amount beside the uses of a campaign, for one association."""

    kind: Literal["overpayment", "goodwill"]
    association: Id
    campaign: Id
    amount: Euros
    reference: Text
    reason: Text


class EndIn(Body):
    """What was decided, in words. The association reads it."""

    resolution: Text


class AnswerIn(Body):
    """Whether the site is right, and why. The site reads it."""

    outcome: Literal["upheld", "rejected"]
    answer: Text


def _refused_because(visit: Visit) -> Callable[[str], str]:
    """What the site read when a pass was refused, in the reader's language."""
    return lambda code: words(VERDICTS, code, visit.language)[0]


@DESK.page("/incidents", posts=SEE_MONEY, query=CasesIn)
def incident_list(visit: Visit, query: CasesIn) -> Page:
    """Incidents: what waits for a decision, or what was decided."""
    wanted = incidents.Filter(state=query.state)
    page = incidents.incidents(visit.session, wanted, None, oldest(query.cursor))
    return Page(
        "operator/incidents.html",
        page=page,
        query=query,
        associations=names.associations(visit.session, numbers(page.rows, "association_id")),
    )


class NewIn(Body):
    """The dispute of a statement that an incident is to set right, if one is."""

    dispute: Id | None = None


@DESK.page("/incidents/new", posts=FINANCE, query=NewIn)
def new_incident(visit: Visit, query: NewIn) -> Page:
    """Three ways in which a person opens an incident."""
    campaigns = scheme.campaigns(visit.session, None, oldest(None, rows=100)).rows
    return Page(
        "operator/incident_new.html",
        campaigns=[(row.id, row.name) for row in campaigns],
        most=LARGEST_BOOKLET,
        **_for_dispute(visit, query.dispute),
    )


def _for_dispute(visit: Visit, number: int | None) -> dict[str, Any]:
    """What follows from a dispute of a statement. Its number in the reference: corrected once."""
    if number is None:
        return {"dispute": None, "known": None}
    row = statement_disputes.dispute(visit.session, number, None)
    return {"dispute": row, "known": statement_disputes.facts(visit.session, row)}


@DESK.form("/incidents/fraud", posts=FINANCE, body=FraudIn, again=new_incident)
def open_fraud(visit: Visit, given: FraudIn) -> See:
    """Say that the use of a pass never was a service."""
    use = contests.live_use(visit.session, given.serial, given.number, None)
    number = judging.open_fraud(visit.session, use, given.reason, visit.actor, visit.now)
    return See(f"/operator/incidents/{number}", said="incident_opened")


@DESK.form("/incidents/amount", posts=FINANCE, body=AmountIn, again=new_incident)
def open_amount(visit: Visit, given: AmountIn) -> See:
    """Say that the bank paid too much, or propose that the operator pays."""
    overpaid = given.kind == "overpayment"
    opened = judging.open_overpayment if overpaid else judging.open_goodwill
    number = opened(
        visit.session,
        given.campaign,
        given.association,
        given.amount,
        given.reference,
        given.reason,
        visit.actor,
        visit.now,
    )
    return See(f"/operator/incidents/{number}", said="incident_opened")


@DESK.page("/incidents/<id:incident>", posts=SEE_MONEY)
def incident(visit: Visit, incident: int) -> Page:
    """An incident: what happened, who says so, and how it ended."""
    row = incidents.incident(visit.session, incident, None)
    refused = incidents.refusals(visit.session, [row.refusal_id])
    uses = incidents.redemptions(visit.session, [row.redemption_id])
    scans = [*refused.values(), *uses.values()]
    return Page(
        "operator/incident.html",
        incident=row,
        refused=refused.get(row.refusal_id or 0),
        use=uses.get(row.redemption_id or 0),
        serial=serial,
        why=_refused_because(visit),
        campaigns=names.campaigns(visit.session, [row.campaign_id]),
        associations=names.associations(visit.session, [row.association_id]),
        sites=names.sites(visit.session, numbers(scans, "site_id")),
        who=who(visit, [row.opened_by, row.closed_by]),
        mine=row.opened_by == visit.actor,
    )


@DESK.form("/incidents/<id:incident>/accept", posts=JUDGES, body=EndIn, again=incident)
def accept_incident(visit: Visit, incident: int, given: EndIn) -> See:
    """Find an incident right, as another person than who opened it: its money moves."""
    judging.accept(visit.session, incident, given.resolution, visit.actor, visit.now)
    return See(f"/operator/incidents/{incident}", said="incident_accepted")


@DESK.form("/incidents/<id:incident>/close", posts=JUDGES, body=EndIn, again=incident)
def close_incident(visit: Visit, incident: int, given: EndIn) -> See:
    """End an incident without any money. Its association is told."""
    disputing.close_incident(visit.session, incident, given.resolution, visit.actor, visit.now)
    return See(f"/operator/incidents/{incident}", said="incident_closed")


class DisputesIn(Body):
    """Which disputes."""

    state: Literal["open", "upheld", "rejected"] = "open"
    cursor: Id | None = None


@DESK.page("/disputes", query=DisputesIn)
def dispute_list(visit: Visit, query: DisputesIn) -> Page:
    """What sites say about refusals, the oldest first."""
    wanted = incidents.Filter(state=query.state)
    page = incidents.disputes(visit.session, wanted, None, oldest(query.cursor))
    refused = incidents.refusals(visit.session, [row.refusal_id for row in page.rows])
    return Page(
        "operator/disputes.html",
        page=page,
        query=query,
        refused=refused,
        sites=names.sites(visit.session, numbers(refused.values(), "site_id")),
        serial=serial,
        why=_refused_because(visit),
    )


@DESK.page("/disputes/<id:dispute>")
def dispute(visit: Visit, dispute: int) -> Page:
    """A dispute, the refusal that it is about, and the answer."""
    row = incidents.dispute(visit.session, dispute, None)
    refused = incidents.refusals(visit.session, [row.refusal_id])[row.refusal_id]
    return Page(
        "operator/dispute.html",
        dispute=row,
        refused=refused,
        sites=names.sites(visit.session, [refused.site_id]),
        serial=serial,
        why=_refused_because(visit),
        who=who(visit, [row.answered_by]),
    )


@DESK.form("/disputes/<id:dispute>", posts=ANSWER, body=AnswerIn, again=dispute)
def answer_dispute(visit: Visit, dispute: int, given: AnswerIn) -> See:
    """Answer a dispute, once. The phones of the site show it, and its association is told."""
    disputing.answer_dispute(
        visit.session,
        dispute,
        upheld=given.outcome == "upheld",
        answer=given.answer,
        actor=visit.actor,
        now=visit.now,
    )
    return See("/operator/disputes", said="dispute_answered")
