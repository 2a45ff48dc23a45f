"""The first page of the desk: what is there, what was done today, what needs doing."""

from voucher_service.core.campaign import paris_day
from voucher_service.store.queries import point_desk
from voucher_service.web.desks import Page, Visit
from voucher_service.web.point.desk import DESK


@DESK.page("")
def home(visit: Visit) -> Page:
    """The day at a glance."""
    session, point, today = visit.session, visit.own, paris_day(visit.now)
    stock = point_desk.stock(session, point)
    given = point_desk.given(session, point, today)
    return Page(
        "point/home.html",
        films=True,
        today=today,
        stock=stock,
        left=sum(one.booklets for one in stock),
        blocked=sum(one.blocked for one in stock),
        given=given,
        newcomers=sum(one.newcomer is True for one in given),
        asked=point_desk.asked_in_vain(session, point, today),
        awaited=[one for one in point_desk.parcels(session, point) if one.counted_at is None],
        pressing=[one for one in stock if one.booklets and one.state(today) != "good"],
    )
