"""The first page: what needs a person today, whether the account covers what is owed, and jobs."""

from datetime import datetime

from voucher_service.core.posts import Post
from voucher_service.store.queries import waiting, work
from voucher_service.web.desks import Page, Visit
from voucher_service.web.open_books import added_up
from voucher_service.web.operator.desk import DESK, EVERYBODY, SEE_MONEY, Listed, newest, who

LATEST_JOBS = 5

QUEUES: tuple[tuple[str, str, frozenset[Post]], ...] = (
    ("applications", "/operator/accreditation", EVERYBODY),
    ("information", "/operator/accreditation?state=info_requested", EVERYBODY),
    ("disputes", "/operator/disputes", EVERYBODY),
    ("statement_disputes", "/operator/statement-disputes", EVERYBODY),
    ("unissued", "/operator/orders?state=funded", EVERYBODY),
    ("unpacked", "/operator/points", EVERYBODY),
    ("unfunded", "/operator/orders?state=called", EVERYBODY),
    ("periods", "/operator/periods", SEE_MONEY),
    ("statements", "/operator/periods", SEE_MONEY),
    ("accounts", "/operator/accounts", SEE_MONEY),
    ("unpaid", "/operator/periods", SEE_MONEY),
    ("batches", "/operator/batches", SEE_MONEY),
    ("lines", "/operator/bank/lines", SEE_MONEY),
    ("returned", "/operator/returns", SEE_MONEY),
    ("refunds", "/operator/refunds", SEE_MONEY),
    ("late_fees", "/operator/fees?state=unpaid", SEE_MONEY),
    ("contests", "/operator/contests", SEE_MONEY),
    ("incidents", "/operator/incidents", SEE_MONEY),
    ("site_reports", "/operator/site-reports", EVERYBODY),
    ("mails", "/operator/mails", EVERYBODY),
    ("failed_jobs", "/operator/jobs", EVERYBODY),
)
"""Every queue, where it is worked on, and who may open that."""


@DESK.page("")
def home(visit: Visit) -> Page:
    """What waits for a person, by chapter."""
    counted = waiting.waiting(visit.session, visit.now)
    known = added_up()
    mine = [(name, path) for name, path, posts in QUEUES if visit.post in posts]
    queues = [(name, path, getattr(counted, name)) for name, path in mine]
    return Page(
        "operator/home.html",
        queues=[queue for queue in queues if queue[2]],
        quiet=[queue for queue in queues if not queue[2]],
        books=known.books,
        as_of=known.as_of,
        jobs=work.jobs(visit.session, newest(None, LATEST_JOBS)).rows,
    )


@DESK.page("/jobs", query=Listed)
def jobs(visit: Visit, query: Listed) -> Page:
    """Long work, the latest first."""
    page = work.jobs(visit.session, newest(query.cursor))
    asked = [row.arguments.get("actor") for row in page.rows]
    return Page("operator/jobs.html", page=page, who=who(visit, asked))


@DESK.page("/jobs/<id:job>")
def job(visit: Visit, job: int) -> Page:
    """How far some long work has come. The page asks to be opened again until it is over."""
    found = work.job(visit.session, job)
    return Page("operator/job.html", job=found, minutes=_minutes_left(found, visit.now))


def _minutes_left(job: work.Job, now: datetime) -> int | None:
    """About how long it will still take, from how long it took so far; at least a minute."""
    if job.state != "running" or not 0 < job.done < job.total:
        return None
    left = (now - job.created_at) * (job.total - job.done) / job.done
    return max(1, round(left.total_seconds() / 60))
