"""Campaigns: the rules of a set of passes, with models to begin from, and its orders.

Rules are fixed when a campaign is made: another set of rules is another campaign.
"""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from voucher_service.actions import calling, ordering
from voucher_service.core import campaign as rules
from voucher_service.core.campaign import SERVICES
from voucher_service.core.errors import Invalid
from voucher_service.core.money import Share
from voucher_service.http.body import Body
from voucher_service.http.fields import Day, Id, Insee, Text
from voucher_service.store.queries import closings, names, scheme
from voucher_service.store.queries.paging import Window
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.forms import Euros, Percent
from voucher_service.web.operator.calls import house
from voucher_service.web.operator.desk import ADMIN, DESK, Count, Listed, newest, numbers

FUNDERS = 6
"""Funders that the form takes; the API takes a hundred."""

HALF_HOUR, TWO_HOURS = 30, 120

MODELS: dict[str, dict[str, Any]] = {
    "nantes": {
        "face_value": "10",
        "passes_per_booklet": 5,
        "minutes_per_pass": TWO_HOURS,
        "rule": "fixed_date",
        "months": "",
        "undo_window_minutes": HALF_HOUR,
        "passes_per_day": 20,
    },
    "national": {
        "face_value": "10",
        "passes_per_booklet": 10,
        "minutes_per_pass": TWO_HOURS,
        "rule": "months_after_handover",
        "months": 12,
        "undo_window_minutes": HALF_HOUR,
        "passes_per_day": 20,
    },
}
"""The Nantes pilot: booklets of 5 passes. The national scheme: 10 passes of 10 €, and 100 € for 20
hours of help."""

Services = Annotated[list[Literal[SERVICES]], Field(max_length=len(SERVICES))]  # type: ignore[valid-type]


def _words(texts: object) -> object:
    """What stands between spaces and commas."""
    if not isinstance(texts, list):
        return texts
    return [word for text in texts for word in str(text).replace(",", " ").split()]


Communes = Annotated[list[Insee], BeforeValidator(_words), Field(max_length=2000)]
Weight = Annotated[int, Field(ge=1, le=1_000_000)]


class ModelIn(Body):
    """Which model the form begins from."""

    model: Literal["nantes", "national"] = "nantes"


class CampaignIn(Body):
    """A campaign to be. The rule says which of ``until``, ``months`` and ``latest`` are needed."""

    name: Text
    face_value: Annotated[Euros, Field(le=1_000_000)]
    passes_per_booklet: Annotated[int, Field(ge=1, le=255)]
    minutes_per_pass: Annotated[int, Field(ge=1, le=1440)] | None = None
    funding: Literal["prepaid", "postpaid"]
    valid_from: Day
    rule: Literal["fixed_date", "months_after_handover"]
    until: Day | None = None
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    latest: Day | None = None
    grace: Literal["none", "end_of_next_month"]
    services: Services = Field(default=[])
    territory: Communes = Field(default=[])
    undo_window_minutes: Annotated[int, Field(ge=0, le=43_200)]
    passes_per_day: Annotated[int, Field(ge=0, le=10_000)]
    borne_by: Literal["scheme", "site"]
    fee: Percent = 0
    funder_1: Id | None = None
    weight_1: Weight | None = None
    funder_2: Id | None = None
    weight_2: Weight | None = None
    funder_3: Id | None = None
    weight_3: Weight | None = None
    funder_4: Id | None = None
    weight_4: Weight | None = None
    funder_5: Id | None = None
    weight_5: Weight | None = None
    funder_6: Id | None = None
    weight_6: Weight | None = None

    def shares(self) -> list[Share]:
        """Funders and their weights; a line half filled in is refused."""
        found = []
        for n in range(1, FUNDERS + 1):
            funder, weight = getattr(self, f"funder_{n}"), getattr(self, f"weight_{n}")
            if (funder is None) != (weight is None):
                raise Invalid("part_incomplete", "Fill in the whole line.", f"funder_{n}")
            if funder is not None:
                found.append(Share(funder, weight))
        if not found:
            raise Invalid("no_funder", "A campaign has at least one funder.", "funder_1")
        return found

    def validity(self) -> rules.Validity:
        """Until when passes are good; refused when a day that the rule needs is missing."""
        if self.rule == "fixed_date":
            return rules.FixedDate(_given(self.until, "until"))
        months = self.months
        if months is None:
            raise Invalid("months_missing", "Fill this in.", "months")
        return rules.MonthsAfterHandover(months, _given(self.latest, "latest"))


def _given(day: date | None, field: str) -> date:
    if day is None:
        raise Invalid(f"{field}_missing", "Fill this in.", field)
    return day


class OrderIn(Body):
    """How many booklets."""

    booklets: Count


@DESK.page("/campaigns", query=Listed)
def campaigns(visit: Visit, query: Listed) -> Page:
    """Campaigns, the latest first."""
    page = scheme.campaigns(visit.session, None, newest(query.cursor))
    shares = scheme.shares(visit.session, [row.id for row in page.rows])
    return Page(
        "operator/campaigns.html",
        page=page,
        last_day={row.id: rules.latest_day(scheme.validity(row)) for row in page.rows},
        shares=_by_campaign(shares),
        funders=names.funders(visit.session, numbers(shares, "funder_id")),
    )


def _by_campaign(
    shares: Any,  # noqa: ANN401 - rows of shares
) -> dict[int, list[scheme.CampaignFunder]]:
    found: dict[int, list[scheme.CampaignFunder]] = {}
    for share in shares:
        found.setdefault(share.campaign_id, []).append(share)
    return found


@DESK.page("/campaigns/new", posts=ADMIN, query=ModelIn)
def new_campaign(visit: Visit, query: ModelIn | None = None) -> Page:
    """The form of a campaign, filled in from a model."""
    model = query.model if query else "nantes"
    begins = visit.now.date().replace(day=1) + timedelta(days=31)
    funders = scheme.funders(visit.session, None, Window(None, 500)).rows
    return Page(
        "operator/campaign_new.html",
        model=model,
        begin=MODELS[model] | {"valid_from": begins.replace(day=1)},
        funders=[(row.id, row.name) for row in funders],
        rows=range(1, FUNDERS + 1),
        services=SERVICES,
    )


@DESK.form("/campaigns", posts=ADMIN, body=CampaignIn, again=new_campaign)
def add_campaign(visit: Visit, given: CampaignIn) -> See:
    """Fix the rules of a set of passes."""
    terms = ordering.CampaignTerms(
        given.shares(), given.borne_by, given.fee, given.minutes_per_pass
    )
    made = rules.Campaign(
        number=0,
        name=given.name,
        face_value_cents=given.face_value,
        passes_per_booklet=given.passes_per_booklet,
        funding=rules.Funding(given.funding),
        valid_from=given.valid_from,
        validity=given.validity(),
        grace=rules.Grace(given.grace),
        undo_window_minutes=given.undo_window_minutes,
        offline_passes_per_day=given.passes_per_day,
        services=frozenset(given.services),
        territory=frozenset(given.territory),
    )
    number = ordering.add_campaign(visit.session, made, terms, visit.now)
    return See(f"/operator/campaigns/{number}", said="campaign_added")


@DESK.page("/campaigns/<id:campaign>", query=Listed)
def campaign(visit: Visit, campaign: int, query: Listed | None = None) -> Page:
    """A campaign: its rules, who pays, its orders, how far its end has come."""
    row = scheme.campaign(visit.session, campaign, None)
    shares = scheme.shares(visit.session, [campaign])
    orders = scheme.orders(visit.session, campaign, newest(query.cursor if query else None))
    return Page(
        "operator/campaign.html",
        campaign=row,
        validity=scheme.validity(row),
        fixed=isinstance(scheme.validity(row), rules.FixedDate),
        shares=shares,
        weights=sum(share.weight for share in shares),
        funders=names.funders(visit.session, numbers(shares, "funder_id")),
        orders=orders,
        closing=closings.latest(visit.session, campaign),
        value=row.face_value_cents * row.passes_per_booklet,
    )


@DESK.form("/campaigns/<id:campaign>/orders", posts=ADMIN, body=OrderIn, again=campaign)
def place_order(visit: Visit, campaign: int, given: OrderIn) -> See:
    """Order booklets and call for their funds."""
    number = ordering.place_order(visit.session, campaign, given.booklets, visit.now)
    if visit.services.settings.reserved.iban:
        calling.issue_calls(visit.session, number, house(visit), visit.now)
    return See(f"/operator/orders/{number}", said="order_placed")
