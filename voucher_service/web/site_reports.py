"""What people say is wrong with sites, at the operator's desk and at an association's own."""

from voucher_service.actions import reporting
from voucher_service.core.posts import House, Post
from voucher_service.http.body import Body
from voucher_service.http.fields import Text
from voucher_service.store.queries.site_reports import reports
from voucher_service.web.desks import Desk, Page, See, Visit


class Answer(Body):
    """What was done about it."""

    answer: Text


def declare_reports(
    desk: Desk, house: House, readers: frozenset[Post], posts: frozenset[Post]
) -> None:
    """Declare the page of reports, and the form that ends one; ``posts`` may end them."""
    address = f"/{house}/site-reports"

    def site_reports(visit: Visit) -> Page:
        """Open reports first, then those that ended."""
        return Page(
            "desk/site_reports.html",
            base=address,
            open=reports(visit.session, visit.tenant),
            ended=reports(visit.session, visit.tenant, ended=True),
            may=visit.post in posts,
        )

    def end_report(visit: Visit, report: int, given: Answer) -> See:
        """Say what was done about a report."""
        reporting.end(visit.session, report, given.answer, visit.actor, visit.now, visit.tenant)
        return See(address, said="report_ended")

    desk.page("/site-reports", posts=readers)(site_reports)
    desk.form("/site-reports/<id:report>", posts=posts, body=Answer, again=site_reports)(end_report)
