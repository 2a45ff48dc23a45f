"""One campaign: its four money figures, its funnel, and what it achieved."""

from dataclasses import dataclass

from voucher_service.core.campaign import paris_day
from voucher_service.core.ending import rate_bp
from voucher_service.core.funnel import Amount, Stage, funnel, hours
from voucher_service.store.queries import funded
from voucher_service.store.queries.funded import Funded
from voucher_service.store.queries.funnel import Progress, progress
from voucher_service.web.charts import Bar, Caption, bars, line
from voucher_service.web.desk_words import count, month, said
from voucher_service.web.desks import Page, Visit
from voucher_service.web.funder.desk import DESK

SIDES = ("points", "sites", "services", "communes", "months")
"""By what a campaign's uses can be looked at."""


def words(key: str, /, **values: object) -> str:
    """A sentence of this desk."""
    return said("funder", key, values)


@DESK.page("/campaigns/<id:campaign>")
def campaign(visit: Visit, campaign: int) -> Page:
    """How far a campaign has come."""
    mine = funded.campaign(visit.session, visit.own, campaign)
    found = progress(visit.session, mine, paris_day(visit.now))
    row = mine.row
    stages = funnel(found.counted, row.passes_per_booklet, row.face_value_cents)
    return Page(
        "funder/campaign.html",
        campaign=mine,
        four=_four(mine, found),
        stages=stages,
        funnel_chart=_funnel_chart(stages),
        achieved=_achieved(mine, stages),
        months=found.by_month,
        months_chart=_months_chart(found.by_month),
        sides=SIDES,
        today=paris_day(visit.now),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four: of everybody, and this funder's part; in cents."""

    name: str
    whole: int
    mine: int


def _four(mine: Funded, found: Progress) -> list[Figure]:
    counted = found.counted
    return [
        Figure("promised", mine.promised, mine.part(mine.promised)),
        Figure("received", mine.received, mine.mine),
        Figure("used", counted.used_cents, mine.part(counted.used_cents)),
        Figure("paid", counted.paid_cents, mine.part(counted.paid_cents)),
    ]


def _achieved(mine: Funded, stages: dict[Stage, Amount]) -> dict[str, int | None]:
    """Hours of help, and how much of what was issued and handed over was used (hundredths of %)."""
    used, minutes = stages[Stage.USED].passes, mine.row.minutes_per_pass
    return {
        "hours": hours(used, minutes) if minutes else None,
        "of_issued_bp": rate_bp(used, stages[Stage.ISSUED].passes),
        "of_handed_over_bp": rate_bp(used, stages[Stage.HANDED_OVER].passes),
    }


def _funnel_chart(stages: dict[Stage, Amount]) -> object:
    rows = [
        Bar(words(f"stage_{stage}"), amount.passes, words("n_passes", n=count(amount.passes)))
        for stage, amount in stages.items()
    ]
    desc = words(
        "funnel_desc",
        ordered=count(stages[Stage.ORDERED].passes),
        handed=count(stages[Stage.HANDED_OVER].passes),
        used=count(stages[Stage.USED].passes),
    )
    return bars(Caption("funnel", words("funnel_title"), desc), rows)


def _months_chart(months: dict[str, tuple[int, int]]) -> object:
    points = [Bar(short(label), passes, count(passes)) for label, (passes, _) in months.items()]
    best = max(months, key=lambda label: months[label][0], default=None)
    desc = (
        words("months_desc", month=month(best), n=count(months[best][0]))
        if best
        else words("nothing_used")
    )
    return line(Caption("months", words("months_title"), desc), points)


def short(label: str) -> str:
    """``11/26`` from ``2026-11``."""
    year, _, number = label.partition("-")
    return f"{number}/{year[2:]}"
