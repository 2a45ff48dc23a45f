"""Which people each message is for. Their addresses are looked up when it is carried, not before.

A message that nobody would get goes to the operator, who can call them.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from voucher_service.core.posts import Post
from voucher_service.store.queries import mails
from voucher_service.store.session import Session


class Who(StrEnum):
    """The people a message is for."""

    NAMED = "named"
    """The address in the message itself: ``to``."""
    ASSOCIATION = "association"
    """The managers of the association it names, and the contact that it gave."""
    POINT = "point"
    """The managers of the distribution point it names, or of the ``points``."""
    FUNDER = "funder"
    """Those who approve for the funder it names, or the ``funders``."""
    FUNDERS = "funders"
    """The same, for every funder of the campaign it names."""
    SUPPORT = "support"
    """The operator's people who look after cases."""
    FINANCE = "finance"
    """The operator's people who look after money."""
    ASKER = "asker"
    """Who asked for it, where the message names an address (``to``); or else those of support."""


TOPICS: Mapping[str, tuple[Who, ...]] = {
    "accreditation_decided": (Who.ASSOCIATION,),
    "account_changed": (Who.NAMED,),
    "account_invitation": (Who.NAMED,),
    "account_mail_link": (Who.NAMED,),
    "account_password_link": (Who.NAMED,),
    "bank_account_confirmed": (Who.NAMED,),
    "bank_account_proposed": (Who.NAMED,),
    "call_for_funds": (Who.FUNDER,),
    "campaign_closed": (Who.FUNDERS, Who.FINANCE),
    "closing_approved": (Who.FINANCE,),
    "closing_started": (Who.POINT, Who.FUNDERS),
    "contact_changed": (Who.NAMED,),
    "contest_answered": (Who.SUPPORT,),
    "contest_appealed": (Who.SUPPORT,),
    "contest_decided": (Who.ASSOCIATION, Who.FUNDERS),
    "contest_ended": (Who.ASSOCIATION, Who.FUNDERS),
    "contest_opened": (Who.ASSOCIATION,),
    "debit_note": (Who.ASSOCIATION,),
    "delivery_differs": (Who.SUPPORT,),
    "dispute_answered": (Who.ASSOCIATION,),
    "double_use_found": (Who.ASSOCIATION, Who.SUPPORT),
    "incident_closed": (Who.ASSOCIATION,),
    "job_ended": (Who.ASKER,),
    "payout_rejected": (Who.ASSOCIATION, Who.FINANCE),
    "payout_returned": (Who.ASSOCIATION, Who.FINANCE),
    "refund_came_back": (Who.FUNDER, Who.FINANCE),
    "reminder": (Who.FUNDER,),
    "site_reported": (Who.ASSOCIATION, Who.SUPPORT),
    "statement_dispute_answered": (Who.ASSOCIATION,),
    "statement_disputed": (Who.SUPPORT, Who.FINANCE),
    "statement_ready": (Who.ASSOCIATION, Who.FUNDER),
    "used_before_handover": (Who.POINT, Who.SUPPORT),
    "validity_alert": (Who.FUNDER,),
}

SILENT: frozenset[str] = frozenset()
"""Messages that other programs may read and nobody is mailed about, each with its reason."""

Address = tuple[str, str]
"""An address and the language of its reader."""


def recipients(
    session: Session, topic: str, told: Mapping[str, Any], operator: str
) -> list[Address]:
    """Who gets a message, each address once; raises :class:`NobodyToTell`.

    ``operator``: the house's own address, for what nobody else would get.
    """
    if topic in SILENT:
        return []
    found = dict(address for who in TOPICS[topic] for address in _people(session, who, told))
    if not found and operator:
        found = {operator: "fr"}
    if not found:
        raise NobodyToTell(f"Nobody is known to tell: {', '.join(TOPICS[topic])}.")
    return list(found.items())


class NobodyToTell(Exception):
    """No address is known for a message."""


def _people(session: Session, who: Who, told: Mapping[str, Any]) -> Iterator[Address]:
    match who:
        case Who.ASKER if "to" not in told:
            yield from mails.holders(session, {Post.OPERATOR_SUPPORT})
        case Who.NAMED | Who.ASKER:
            yield told["to"], told.get("language", "fr")
        case Who.ASSOCIATION if "association" not in told:
            pass  # a message for either house
        case Who.ASSOCIATION:
            yield mails.contact(session, told["association"]), "fr"
            yield from mails.holders(session, {Post.ASSOCIATION_MANAGER}, [told["association"]])
        case Who.POINT:
            yield from mails.holders(session, {Post.POINT_MANAGER}, _numbers(told, "point"))
        case Who.FUNDER:
            yield from mails.holders(session, {Post.FUNDER_APPROVER}, _numbers(told, "funder"))
        case Who.FUNDERS:
            funders = mails.funders(session, told["campaign"])
            yield from mails.holders(session, {Post.FUNDER_APPROVER}, funders)
        case Who.SUPPORT:
            yield from mails.holders(session, {Post.OPERATOR_SUPPORT})
        case Who.FINANCE:
            yield from mails.holders(session, {Post.OPERATOR_FINANCE})


def _numbers(told: Mapping[str, Any], word: str) -> list[int]:
    """The one that a message names, or the several."""
    several: list[int] = told.get(f"{word}s", [])
    return several if told.get(word) is None else [told[word]]
