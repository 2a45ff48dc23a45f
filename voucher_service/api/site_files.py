"""Files of places in the national schema: brought and looked at, then taken over whole."""

from voucher_service.actions import importing
from voucher_service.api.shapes.site_files import (
    PlaceChangeOut,
    PlaceFaultOut,
    SiteFileIn,
    SiteFileOut,
)
from voucher_service.api.v1 import API, OPERATOR
from voucher_service.core.places import Plan
from voucher_service.http.endpoint import Call

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes. The national directory is about 15 MB."""


@API.post(
    "/site-files",
    roles=OPERATOR,
    raw=("text/csv",),
    largest=LARGEST_FILE,
    query=SiteFileIn,
    answer=SiteFileOut,
    status=201,
)
def bring_site_file(call: Call, content: bytes, query: SiteFileIn) -> SiteFileOut:
    """Bring places as CSV in the national schema 1.0.2 and learn what they would change."""
    producer, now = call.services.settings.issuer_siret, call.services.now()
    terms = importing.Terms(producer, leave_out_others=query.known_only)
    number = importing.bring(call.session, "api.csv", content, terms, call.caller.actor, now)
    return _told(number, importing.look(call.session, content, terms, now), taken_over=False)


@API.post("/site-files/<id:file>/take-over", roles=OPERATOR, answer=SiteFileOut, problems=(409,))
def take_over_site_file(call: Call, file: int) -> SiteFileOut:
    """Write what a file says: all of it, or nothing if anything is wrong with it."""
    producer, now = call.services.settings.issuer_siret, call.services.now()
    done = importing.take_over(call.session, file, producer, None, call.caller.actor, now)
    return _told(file, done, taken_over=True)


def _told(number: int, plan: Plan, *, taken_over: bool) -> SiteFileOut:
    return SiteFileOut(
        id=number,
        taken_over=taken_over,
        new=len(plan.new),
        changed=[
            PlaceChangeOut(line=one.line.number, site=one.site or 0, changes=dict(one.changes))
            for one in plan.changed
        ],
        same=plan.same,
        older=len(plan.older),
        closed=len(plan.closed),
        left_out=len(plan.left_out),
        ignored_columns=[*plan.ignored],
        faults=[
            PlaceFaultOut(
                line=fault.line,
                field=fault.field,
                value=fault.value,
                reason=fault.reason,
                expected=fault.expected,
            )
            for fault in plan.faults
        ],
    )
