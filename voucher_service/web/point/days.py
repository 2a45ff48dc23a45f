"""The report of a day: what was in the drawer, what came, what was given, who asked in vain."""

from voucher_service.core.campaign import paris_day
from voucher_service.core.errors import NotAllowed
from voucher_service.http.body import Body
from voucher_service.http.fields import Day
from voucher_service.store.queries import point_desk
from voucher_service.store.queries.registers import register
from voucher_service.web.desks import Page, Visit
from voucher_service.web.point.desk import DESK, MANAGERS


class OneDay(Body):
    """Which day; today, unless said."""

    on: Day | None = None


@DESK.page("/day", query=OneDay)
def day(visit: Visit, query: OneDay) -> Page:
    """The report of today; of any day for those who manage the point."""
    today = paris_day(visit.now)
    wanted = query.on or today
    if wanted != today and visit.post not in MANAGERS:
        raise NotAllowed("other_day", "Only a manager of the point reads other days.")
    given = point_desk.given(visit.session, visit.own, wanted)
    return Page(
        "point/day.html",
        wanted=wanted,
        today=today,
        may_choose=visit.post in MANAGERS,
        register=register(visit.session, visit.own, wanted, wanted),
        given=given,
        newcomers=sum(one.newcomer is True for one in given),
        regulars=sum(one.newcomer is False for one in given),
        asked=point_desk.asked_in_vain(visit.session, visit.own, wanted),
    )
