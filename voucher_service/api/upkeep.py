"""What needs looking after: sites that are reported wrong, and mails that are stuck."""

from voucher_service.actions import mailing, reporting
from voucher_service.api.shapes.upkeep import (
    MailsAgainOut,
    MailsOut,
    SiteReportEndIn,
    SiteReportOut,
    SiteReportsOut,
    StuckMailOut,
)
from voucher_service.api.v1 import API, OPERATOR, OVERSEERS
from voucher_service.http.endpoint import Call
from voucher_service.store.queries.mails import standing
from voucher_service.store.queries.site_reports import reports


@API.get("/site-reports", roles=OVERSEERS, answer=SiteReportsOut)
def site_reports(call: Call) -> SiteReportsOut:
    """List what people say is wrong with sites, at most a hundred, the oldest first."""
    return SiteReportsOut(
        items=[
            SiteReportOut(
                id=one.number,
                site=one.site,
                topic=reporting.Topic(one.topic),
                words=one.words,
                times=one.times,
                first_at=one.first_at,
                last_at=one.last_at,
                answer=one.answer,
                ended_at=one.ended_at,
            )
            for one in reports(call.session, None)
        ]
    )


@API.post(
    "/site-reports/<id:report>/end",
    roles=OPERATOR,
    body=SiteReportEndIn,
    status=204,
    problems=(409,),
)
def end_site_report(call: Call, report: int, body: SiteReportEndIn) -> None:
    """Say what was done about a report."""
    reporting.end(call.session, report, body.answer, call.caller.actor, call.services.now())


@API.get("/mails", roles=OVERSEERS, answer=MailsOut)
def mails(call: Call) -> MailsOut:
    """Say how mails stand, and which are stuck."""
    found = standing(call.session)
    return MailsOut(
        waiting=found.waiting,
        waiting_since=found.waiting_since,
        stuck=[
            StuckMailOut(
                topic=one.topic,
                address=one.address,
                told_at=one.told_at,
                tries=one.tries,
                trouble=one.trouble,
            )
            for one in found.stuck
        ],
    )


@API.post("/mails/again", roles=OPERATOR, answer=MailsAgainOut)
def send_mails_again(call: Call) -> MailsAgainOut:
    """Try once more what is stuck."""
    return MailsAgainOut(again=mailing.try_again(call.session, call.services.now()))
