"""Shapes of what needs looking after: sites reported wrong, and mails."""

from datetime import datetime

from voucher_service.actions.reporting import Topic
from voucher_service.http.body import Body
from voucher_service.http.fields import Id, Text


class SiteReportOut(Body):
    """What somebody says is wrong with a site, how often it was said, and how it ended.

    ``words`` are forgotten 90 days after the end, and after a year in any case.
    """

    id: Id
    site: Id
    topic: Topic
    words: str | None
    times: int
    first_at: datetime
    last_at: datetime
    answer: str | None
    ended_at: datetime | None


class SiteReportsOut(Body):
    """Open reports, the oldest first."""

    items: list[SiteReportOut]


class SiteReportEndIn(Body):
    """What was done about it."""

    answer: Text


class StuckMailOut(Body):
    """A message, or one mail of it, that a person has to look at."""

    topic: str
    address: str | None
    told_at: datetime
    tries: int
    trouble: str


class MailsOut(Body):
    """How mails stand: those that wait for their turn, and those that are stuck."""

    waiting: int
    waiting_since: datetime | None
    stuck: list[StuckMailOut]


class MailsAgainOut(Body):
    """How many messages and mails will be tried again."""

    again: int
