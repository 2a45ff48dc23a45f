"""Gifts by Checkout at the operator's desk: who gave, what Stripe holds and kept, what waits."""

from voucher_service.actions import gift_money, giving
from voucher_service.core.errors import NotFound
from voucher_service.http.body import Body
from voucher_service.http.fields import Id
from voucher_service.payments.stripe_client import check_on, why_off
from voucher_service.store.queries import gifts, names, scheme
from voucher_service.web.desks import Page, See, Visit
from voucher_service.web.operator.desk import (
    ADMIN,
    DESK,
    FINANCE,
    SEE_MONEY,
    Listed,
    newest,
    numbers,
    oldest,
)

LATEST_PAYOUTS = 10


class ForCampaign(Body):
    """For which campaign Stripe moved something."""

    campaign: Id


@DESK.page("/gifts", posts=SEE_MONEY, query=Listed)
def overview(visit: Visit, query: Listed) -> Page:
    """Gifts, the latest first; what Stripe holds and kept; what waits for a person."""
    page = gifts.all_gifts(visit.session, newest(query.cursor))
    campaigns = scheme.campaigns(visit.session, None, oldest(None, rows=100)).rows
    named = numbers(page.rows, "campaign_id") | {row.id for row in campaigns}
    owed = gifts.fees_owed(visit.session)
    return Page(
        "operator/gifts.html",
        off=why_off(visit.services.settings) is not None,
        base=visit.services.settings.base_url,
        page=page,
        states={row.id: gifts.state_of(row) for row in page.rows},
        names=names.campaigns(visit.session, named | owed.keys()),
        campaigns=[(row.id, row.name) for row in campaigns],
        givable=[
            (row, gifts.open_to_gifts(visit.session, row.id) is not None)
            for row in gifts.givable(visit.session)
        ],
        held=gifts.at_stripe(visit.session),
        owed=owed,
        unexplained=gifts.unexplained(visit.session),
        payouts=gifts.payouts(visit.session, LATEST_PAYOUTS),
    )


@DESK.form("/gifts/campaigns/<id:campaign>/open", posts=FINANCE | ADMIN, again=overview)
def open_gifts(visit: Visit, campaign: int) -> See:
    """Let anybody give to a campaign on its public page."""
    check_on(visit.services.settings)
    giving.open_to_gifts(visit.session, campaign, visit.actor, visit.now)
    return See("/operator/gifts", said="gifts_opened")


@DESK.form("/gifts/campaigns/<id:campaign>/close", posts=FINANCE | ADMIN, again=overview)
def close_gifts(visit: Visit, campaign: int) -> See:
    """Take no more gifts from the public page of a campaign."""
    giving.close_to_gifts(visit.session, campaign, visit.now)
    return See("/operator/gifts", said="gifts_closed")


@DESK.form("/gifts/movements/<word:movement>", posts=FINANCE, body=ForCampaign, again=overview)
def explain_movement(visit: Visit, movement: str, given: ForCampaign) -> See:
    """Say for which campaign Stripe moved something: the operator bears it there."""
    if movement not in {row.id for row in gifts.unexplained(visit.session)}:
        raise NotFound("not_found", "Nothing of this name waits.")
    gift_money.explain(visit.session, movement, given.campaign, visit.now)
    return See("/operator/gifts", said="movement_explained")
