"""Double uses read from two sides: the refusals that make them, and the incidents. Reads only."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from voucher_service.core.incidents import IncidentKind
from voucher_service.core.reasons import ALREADY_REDEEMED
from voucher_service.store import tables
from voucher_service.store.session import Session

Incident = tables.Incident
Redemption = tables.Redemption
Refusal = tables.Refusal

IS_OF_A_USED_PASS = Refusal.reason.in_([reason.value for reason in ALREADY_REDEEMED])
IS_DOUBLE_USE = and_(Refusal.offline, IS_OF_A_USED_PASS)


def double_uses_without_incident(session: Session) -> Sequence[int]:
    """Refusals of passes that paid for two services, for which no incident was opened.

    A scan that was sent again may be refused again: its first refusal has the incident.
    """
    first = aliased(Refusal)
    opened = exists().where(
        Incident.kind == IncidentKind.DOUBLE_USE.value,
        Incident.refusal_id == first.id,
        first.booklet_id == Refusal.booklet_id,
        first.number == Refusal.number,
        first.scan_id == Refusal.scan_id,
    )
    query = select(Refusal.id).where(IS_DOUBLE_USE, ~opened)
    return session.scalars(query.order_by(Refusal.id)).all()


def incidents_that_do_not_fit(session: Session) -> Sequence[int]:
    """Double uses that are not about one pass, its value, and who bears it by its campaign.

    Their refusal may say that it came online: when its answer was lost, the phone kept the scan and
    the help was given; what it sends later is the same refusal.
    """
    campaign = tables.Campaign
    query = (
        select(Incident.id)
        .join(Refusal, Refusal.id == Incident.refusal_id, isouter=True)
        .join(Redemption, Redemption.id == Incident.redemption_id, isouter=True)
        .join(campaign, campaign.id == Incident.campaign_id)
        .where(Incident.kind == IncidentKind.DOUBLE_USE.value)
        .where(
            or_(
                Refusal.id.is_(None),
                Redemption.id.is_(None),
                ~IS_OF_A_USED_PASS,
                Redemption.booklet_id != Refusal.booklet_id,
                Redemption.number != Refusal.number,
                Redemption.campaign_id != Incident.campaign_id,
                Redemption.cents != Incident.cents,
                Incident.borne_by != campaign.offline_borne_by,
            )
        )
    )
    return session.scalars(query.order_by(Incident.id)).all()
