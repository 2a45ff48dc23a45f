"""Long work, and how far it has come. Nothing here runs a job."""

from voucher_service.actions.tokens import Role
from voucher_service.api import presenting
from voucher_service.api.presenting import items, job_row, window
from voucher_service.api.shapes.common import Items, JobOut, JobRead, Listing
from voucher_service.api.v1 import API, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import work

READERS = OVERSEERS | {Role.PRINTER}


@API.get("/jobs/<id:job>", roles=READERS, answer=JobRead)
def job(call: Call, job: int) -> JobRead:
    """See how far some long work has come."""
    found = presenting.job(call, job)
    return JobRead(**dict(found), job=found)


@API.get("/jobs", roles=READERS, query=Listing, answer=Items[JobOut])
def jobs(call: Call, query: Listing) -> Items[JobOut]:
    """List long work."""
    page = work.jobs(call.session, window(query))
    return items(page, job_row)
