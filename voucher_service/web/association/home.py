"""The first page of the desk: the money, what waits for an answer, and how far the file is."""

from typing import Any

from voucher_service.core.accreditation import Accreditation
from voucher_service.core.campaign import paris_day
from voucher_service.core.dues import ABOUT_THE_ACCOUNT, Waits
from voucher_service.core.posts import Post
from voucher_service.store.queries import association_desk, uses
from voucher_service.web.association.application import LOOKS
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.money import LIKE, TO_DO, proposed, where_it_is
from voucher_service.web.association.reading import seen
from voucher_service.web.desks import Page, Visit


@DESK.page("")
def home(visit: Visit) -> Page:
    """Where one stands, and what there is to do."""
    sites, session = seen(visit), visit.session
    today, month = uses.today_and_this_month(session, sites, paris_day(visit.now))
    values: dict[str, Any] = {
        "today": today,
        "month": month,
    }
    accreditation, values["phones"] = association_desk.accreditation_and_phones(session, sites)
    if visit.post is Post.SITE_STAFF:
        return Page("association/home_of_team.html", **values, has_site=bool(sites.sites))
    money = where_it_is(visit)
    to_do = {Waits.CONTESTED} | (set() if money.account_proposed else ABOUT_THE_ACCOUNT)
    return Page(
        "association/home.html",
        **values,
        money=money,
        to_do=[due for due in money.dues if due.waits in to_do],
        rest=[due for due in money.by_reason() if due.waits not in to_do],
        proposed=proposed(money),
        like=LIKE,
        where=TO_DO,
        state_now=accreditation,
        accredited=accreditation == Accreditation.ACCREDITED,
        looks=LOOKS,
    )
