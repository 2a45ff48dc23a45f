"""A verdict in the reader's language: French first, English for phones that ask for it."""

import tomllib
from functools import cache
from typing import cast

from merchants.messages import (
    AcceptedOut,
    CampaignOut,
    PassOut,
    RefusalDetail,
    RefusedOut,
)
from voucher_service.core.passes import Accepted, Refused, Verdict
from voucher_service.core.reasons import ALREADY_REDEEMED
from voucher_service.resources import shipped


@cache
def sentences() -> dict[str, dict[str, dict[str, str]]]:
    """Title and next step by reason and language."""
    path = shipped("templates") / "merchants" / "verdicts.toml"
    return cast("dict[str, dict[str, dict[str, str]]]", tomllib.loads(path.read_text("utf-8")))


def present(verdict: Verdict, scan_id: str | None, language: str) -> AcceptedOut | RefusedOut:
    """A verdict as the phone reads it."""
    if isinstance(verdict, Refused):
        return _refused(verdict, scan_id, language)
    return _accepted(verdict, scan_id)


def _accepted(verdict: Accepted, scan_id: str | None) -> AcceptedOut:
    standing = verdict.standing
    campaign = standing.campaign
    return AcceptedOut(
        scan_id=scan_id,
        pass_=PassOut(serial=standing.serial, number=standing.number),
        value_cents=campaign.face_value_cents,
        campaign=CampaignOut(id=str(campaign.number), name=campaign.name),
        redeemed_at=verdict.moment,
        echo=verdict.echo,
        undo_until=verdict.undo_until,
    )


def _refused(refused: Refused, scan_id: str | None, language: str) -> RefusedOut:
    words = sentences()[refused.reason.value][language]
    holder = refused.standing.holder if refused.standing else None
    when = holder.moment if holder and refused.reason in ALREADY_REDEEMED else None
    return RefusedOut(
        scan_id=scan_id,
        reason=refused.reason.value,
        title=words["title"],
        next_step=words["next_step"],
        detail=RefusalDetail(redeemed_at=when),
    )
