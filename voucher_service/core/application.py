"""What an association must show before somebody decides about it: the criteria, one by one.

They are the whole of it: nothing is scored, nothing is secret, and each can be put right at any
time until the decision. Reads nothing and decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from voucher_service.core.accreditation import Accreditation

CHARTER = "2026-11-27"
"""The text of the charter in force, by its day. Another text is another version to accept."""

UNDECIDED = frozenset(
    {Accreditation.APPLIED, Accreditation.INFO_REQUESTED, Accreditation.UNDER_REVIEW}
)
"""While it stands at one of these, everything that an association said may still be changed."""

MAY_BE_SENT = UNDECIDED - {Accreditation.UNDER_REVIEW}


class Criterion(StrEnum):
    """What is looked at, in the order in which it is asked for."""

    IDENTITY = "identity"
    """A SIRET or an RNA number whose digits agree."""
    REPRESENTATIVE = "representative"
    """Who commits it."""
    SITE = "site"
    """At least one open place, with its address and services."""
    REACHABLE = "reachable"
    """Every open place says when it is open, or whom to call."""
    BANK_ACCOUNT = "bank_account"
    """Where it is paid."""
    CHARTER = "charter"
    """It accepted the charter as it stands today."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What matters of an open site."""

    name: str
    services: int
    reachable: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What matters of an association that applies."""

    identified: bool
    representative: bool
    sites: Sequence[SiteFacts]
    account: bool
    charter: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion: met or not, and which sites it is about when it is not."""

    criterion: Criterion
    met: bool
    about: tuple[str, ...] = ()


def checks(facts: Facts) -> list[Check]:
    """Every criterion, in order."""
    empty = tuple(site.name for site in facts.sites if not site.services)
    silent = tuple(site.name for site in facts.sites if not site.reachable)
    return [
        Check(Criterion.IDENTITY, facts.identified),
        Check(Criterion.REPRESENTATIVE, facts.representative),
        Check(Criterion.SITE, bool(facts.sites) and not empty, empty),
        Check(Criterion.REACHABLE, bool(facts.sites) and not silent, silent),
        Check(Criterion.BANK_ACCOUNT, facts.account),
        Check(Criterion.CHARTER, facts.charter),
    ]


def missing(found: Sequence[Check]) -> list[Check]:
    """What is not met yet."""
    return [check for check in found if not check.met]
