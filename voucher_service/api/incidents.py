"""What went wrong with uses, and what sites say about refusals: read, answered, ended.

An association's own token reads its own. What moves money is in ``corrections``.
"""

from voucher_service.actions import disputing
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.common import Items
from voucher_service.api.shapes.incidents import (
    AnswerIn,
    CloseIn,
    DisputeOut,
    DisputesIn,
    IncidentOut,
    IncidentsIn,
    PassOut,
    RefusedScanOut,
    UseOut,
)
from voucher_service.api.v1 import API, MONEY, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import incidents
from voucher_service.store.queries.booklets import serial
from voucher_service.store.queries.paging import Page

READERS = OVERSEERS | {Role.ASSOCIATION}


def _mine(call: Call) -> int | None:
    return call.caller.only(Role.ASSOCIATION)


@API.get("/incidents", roles=READERS, query=IncidentsIn, answer=Items[IncidentOut])
def incident_list(call: Call, query: IncidentsIn) -> Items[IncidentOut]:
    """List incidents: passes used twice without network, and others."""
    wanted = incidents.Filter(query.association, query.campaign, query.kind, query.state)
    return present_incidents(
        call, incidents.incidents(call.session, wanted, _mine(call), window(query))
    )


@API.get("/incidents/<id:incident>", roles=READERS, answer=IncidentOut)
def incident(call: Call, incident: int) -> IncidentOut:
    """Read an incident."""
    row = incidents.incident(call.session, incident, _mine(call))
    return present_incidents(call, Page([row], None)).items[0]


@API.post("/incidents/<id:incident>/close", roles=MONEY, body=CloseIn, answer=IncidentOut)
def close_incident(call: Call, incident: int, body: CloseIn) -> IncidentOut:
    """End an incident with what was decided. Its association is told."""
    actor, now = call.caller.actor, call.services.now()
    disputing.close_incident(call.session, incident, body.resolution, actor, now)
    row = incidents.incident(call.session, incident, None)
    return present_incidents(call, Page([row], None)).items[0]


def present_incidents(call: Call, page: Page[incidents.Incident]) -> Items[IncidentOut]:
    """Incidents as the caller may see them."""
    refused = incidents.refusals(call.session, [row.refusal_id for row in page.rows])
    uses = incidents.redemptions(call.session, [row.redemption_id for row in page.rows])
    tenant = _mine(call)

    def present(row: incidents.Incident) -> IncidentOut:
        facts = {
            "id": row.id,
            "kind": row.kind,
            "state": "open" if row.closed_at is None else "closed",
            "campaign": row.campaign_id,
            "association": row.association_id,
            "value_cents": row.cents,
            "borne_by": row.borne_by,
            "reason": row.reason,
            "opened_by": row.opened_by,
            "opened_at": row.opened_at,
            "refused": None if row.refusal_id is None else _refused(refused[row.refusal_id]),
            "use": None if row.redemption_id is None else _use(uses[row.redemption_id], tenant),
            "outcome": row.outcome,
            "resolution": row.resolution,
            "closed_by": row.closed_by,
            "closed_at": row.closed_at,
        }
        return IncidentOut.model_validate(facts)

    return items(page, present)


def _refused(row: incidents.Refusal) -> RefusedScanOut:
    return RefusedScanOut(
        scan_id=row.scan_id,
        site=row.site_id,
        reason=row.reason,
        pass_=_pass(row.booklet_id, row.number),
        service=row.service,
        scanned_at=row.moment,
        refused_at=row.at,
        offline=row.offline,
    )


def _pass(booklet: int | None, number: int | None) -> PassOut | None:
    """Which pass; unknown when the code was no good."""
    if booklet is None or number is None:
        return None
    return PassOut(serial=serial(booklet), number=number)


def _use(row: incidents.Redemption, tenant: int | None) -> UseOut:
    """A use, without saying whose it is to an association that it is not."""
    shown = tenant in {None, row.association_id}
    return UseOut(
        association=row.association_id if shown else None,
        site=row.site_id if shown else None,
        pass_=PassOut(serial=serial(row.booklet_id), number=row.number),
        redeemed_at=row.moment,
        undone=row.undone_at is not None,
    )


@API.get("/disputes", roles=READERS, query=DisputesIn, answer=Items[DisputeOut])
def dispute_list(call: Call, query: DisputesIn) -> Items[DisputeOut]:
    """List what sites say about refusals."""
    wanted = incidents.Filter(association=query.association, state=query.state)
    return _disputes(call, incidents.disputes(call.session, wanted, _mine(call), window(query)))


@API.get("/disputes/<id:dispute>", roles=READERS, answer=DisputeOut)
def dispute(call: Call, dispute: int) -> DisputeOut:
    """Read a dispute."""
    row = incidents.dispute(call.session, dispute, _mine(call))
    return _disputes(call, Page([row], None)).items[0]


@API.post("/disputes/<id:dispute>/answer", roles=MONEY, body=AnswerIn, answer=DisputeOut)
def answer_dispute(call: Call, dispute: int, body: AnswerIn) -> DisputeOut:
    """Answer a dispute, once. The phones of the site show it, and its association is told."""
    disputing.answer_dispute(
        call.session,
        dispute,
        upheld=body.upheld,
        answer=body.answer,
        actor=call.caller.actor,
        now=call.services.now(),
    )
    row = incidents.dispute(call.session, dispute, None)
    return _disputes(call, Page([row], None)).items[0]


def _disputes(call: Call, page: Page[incidents.Dispute]) -> Items[DisputeOut]:
    refused = incidents.refusals(call.session, [row.refusal_id for row in page.rows])
    owners = incidents.associations(call.session, [row.site_id for row in refused.values()])

    def present(row: incidents.Dispute) -> DisputeOut:
        facts = {
            "id": row.id,
            "state": row.outcome or "open",
            "association": owners[refused[row.refusal_id].site_id],
            "refused": _refused(refused[row.refusal_id]),
            "reason": row.reason,
            "opened_by": row.opened_by,
            "opened_at": row.opened_at,
            "answer": row.answer,
            "answered_by": row.answered_by,
            "answered_at": row.answered_at,
        }
        return DisputeOut.model_validate(facts)

    return items(page, present)
