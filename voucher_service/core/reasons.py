"""Why a pass is refused: the closed list of reason codes of the public contract.

A reason is a value that travels from the rule that found it to the phone that shows it and the
row that remembers it. This module never holds sentences: those are in ``templates/merchants``.
"""

from enum import StrEnum


class Reason(StrEnum):
    """One code per cause. The names are binding for every client of the scan API."""

    UNREADABLE = "unreadable"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    KEY_REVOKED = "key_revoked"
    UNKNOWN_BOOKLET = "unknown_booklet"
    NOT_FUNDED = "not_funded"
    NOT_HANDED_OVER = "not_handed_over"
    BLOCKED = "blocked"
    VOIDED = "voided"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SITE_NOT_ACCREDITED = "site_not_accredited"
    CAMPAIGN_NOT_APPROVED = "campaign_not_approved"
    WRONG_SERVICE = "wrong_service"
    WRONG_TERRITORY = "wrong_territory"
    ALREADY_REDEEMED_HERE = "already_redeemed_here"
    ALREADY_REDEEMED_ELSEWHERE = "already_redeemed_elsewhere"
    OFFLINE_LIMIT = "offline_limit"
    OFFLINE_TOO_LATE = "offline_too_late"


ALREADY_REDEEMED = frozenset({Reason.ALREADY_REDEEMED_HERE, Reason.ALREADY_REDEEMED_ELSEWHERE})
"""Somebody else spent the pass before."""
