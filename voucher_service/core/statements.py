"""What a statement says, as a document: the same facts for the paper, the file and the auditor.

Builds plain values from sums already made; signs nothing, reads nothing. The shape is versioned:
``format`` changes when a field changes meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from voucher_service.core import adjustments as adjusting
from voucher_service.core.adjustments import Adjustments
from voucher_service.core.books import Books
from voucher_service.core.campaign import PARIS
from voucher_service.core.canonical import Json
from voucher_service.core.settlement import AssociationLine, FunderLine

FORMAT = "pass-numerique-statement/1"

CONTEST_DAYS = 30
"""How long an association may contest a line of its statement."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a statement names: operator, association or funder."""

    id: str
    name: str
    siret: str | None = None
    rna: str | None = None
    address: str | None = None
    iban_masked: str | None = None
    holder: str | None = None


def issuer_of(name: str, siret: str, address: str) -> Party:
    """Who issues documents, from what the settings say."""
    return Party("issuer", name, siret or None, address=address or None)


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What a statement says of a campaign."""

    id: str
    name: str
    face_value_cents: int
    funding: str
    fee_bp: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What every statement of one period begins with."""

    number: str
    label: str
    cutoff: datetime
    issued_on: date
    issuer: Party
    seal: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class UseLine:
    """One use as it stands on an association's statement."""

    service_at: datetime
    recorded_at: datetime
    campaign: str
    site: str
    site_name: str
    serial: str
    number: int
    service: str
    cents: int
    offline: bool


@dataclass(frozen=True, slots=True)
class FunderFacts:
    """A funder's figures in cents, cumulative at the cut-off unless said otherwise."""

    weight: int
    weights: int
    activated: int
    used: int
    contested: int
    expired: int
    outstanding: int
    period_used: int
    period_redemptions: int
    period_cancelled: int
    called: int
    received: int
    deposit: int
    due: int


def local(moment: datetime) -> str:
    """A moment in Paris, to the second, with its offset."""
    return moment.astimezone(PARIS).isoformat(timespec="seconds")


def _heading(heading: Heading, kind: str) -> dict[str, Json]:
    seal = heading.seal
    return {
        "format": FORMAT,
        "kind": kind,
        "number": heading.number,
        "issued_on": heading.issued_on.isoformat(),
        "period": {"label": heading.label, "cutoff": local(heading.cutoff)},
        "issuer": {
            "name": heading.issuer.name,
            "siret": heading.issuer.siret,
            "address": heading.issuer.address,
        },
        "seal": {"no": seal[0], "hash": seal[1]} if seal else None,
    }


def association_statement(
    heading: Heading,
    association: Party,
    lines: Sequence[AssociationLine],
    campaigns: dict[int, CampaignFacts],
    by_funder: dict[int, list[tuple[Party, int]]],
    uses: Sequence[UseLine],
    adjustments: Adjustments = Adjustments(),  # noqa: B008 - frozen and empty
) -> dict[str, Json]:
    """What an association earned in a period, down to each use, and what corrects it.

    ``by_funder`` gives, by campaign, each funder's part for information. Amounts in cents.
    """
    return _heading(heading, "association") | {
        "association": {
            "id": association.id,
            "name": association.name,
            "siret": association.siret,
            "rna": association.rna,
            "iban_masked": association.iban_masked,
            "holder": association.holder,
        },
        "totals": adjusting.amounts(lines),
        "campaigns": [
            _campaign_part(line, campaigns[line.campaign], by_funder[line.campaign])
            for line in lines
        ],
        "by_site": _by_site(uses),
        "lines": [_use(use) for use in uses],
        "contest_until": (heading.issued_on + timedelta(days=CONTEST_DAYS)).isoformat(),
        **adjusting.document(adjustments),
    }


def _campaign_part(
    line: AssociationLine, facts: CampaignFacts, parts: Sequence[tuple[Party, int]]
) -> Json:
    return {
        "id": facts.id,
        "name": facts.name,
        "face_value_cents": facts.face_value_cents,
        "funding": facts.funding,
        "fee_bp": facts.fee_bp,
        **adjusting.amounts([line]),
        "by_funder": [
            {"id": funder.id, "name": funder.name, "cents": cents} for funder, cents in parts
        ],
    }


def _by_site(uses: Sequence[UseLine]) -> Json:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for use in uses:
        groups.setdefault((use.site, use.site_name, use.campaign), []).append(use.cents)
    return [
        {
            "id": site,
            "name": name,
            "campaign": campaign,
            "redemptions": len(cents),
            "cents": sum(cents),
        }
        for (site, name, campaign), cents in sorted(groups.items())
    ]


def _use(use: UseLine) -> Json:
    return {
        "service_at": local(use.service_at),
        "recorded_at": local(use.recorded_at),
        "campaign": use.campaign,
        "site": use.site,
        "site_name": use.site_name,
        "serial": use.serial,
        "number": use.number,
        "service": use.service,
        "cents": use.cents,
        "offline": use.offline,
    }


def funder_statement(
    heading: Heading,
    funder: Party,
    campaign: CampaignFacts,
    share: FunderLine,
    facts: FunderFacts,
    by_association: Sequence[tuple[Party, AssociationLine, int]],
    by_service: Sequence[tuple[str, int, int]],
    books: Books,
) -> dict[str, Json]:
    """What a funder bears of a campaign in a period.

    ``by_association`` gives (association, its line, this funder's cents), ``by_service`` (service,
    redemptions, cents).
    """
    return _heading(heading, "funder") | {
        "funder": {"id": funder.id, "name": funder.name, "siret": funder.siret},
        "campaign": {
            "id": campaign.id,
            "name": campaign.name,
            "face_value_cents": campaign.face_value_cents,
            "funding": campaign.funding,
        },
        "weight": {"weight": facts.weight, "total": facts.weights},
        "activity": _activity(facts),
        "share": {
            "cumulative_cents": share.cumulative_cents,
            "previous_cents": share.previous_cents,
            "period_cents": share.period_cents,
        },
        "funds": {
            "called_cents": facts.called,
            "received_cents": facts.received,
            "deposit_cents": facts.deposit,
        },
        "due_cents": facts.due,
        "by_association": [
            {
                "id": party.id,
                "name": party.name,
                "siret": party.siret,
                "rna": party.rna,
                "redemptions": line.redemptions,
                "cents": line.gross_cents,
                "cancelled_cents": line.corrections.cancelled_cents,
                "share_cents": part,
            }
            for party, line, part in by_association
        ],
        "by_service": [
            {"service": service, "redemptions": redemptions, "cents": cents}
            for service, redemptions, cents in by_service
        ],
        "books": books_document(books),
    }


def _activity(facts: FunderFacts) -> Json:
    return {
        "cumulative": {
            "activated_cents": facts.activated,
            "used_cents": facts.used,
            "contested_cents": facts.contested,
            "expired_cents": facts.expired,
            "outstanding_cents": facts.outstanding,
        },
        "period": {
            "used_cents": facts.period_used,
            "redemptions": facts.period_redemptions,
            "cancelled_cents": facts.period_cancelled,
        },
    }


def books_document(books: Books) -> dict[str, Json]:
    """The public position, in the words of the contract."""
    return {
        "bank_reserved_cents": books.bank_reserved,
        "outstanding_cents": books.outstanding,
        "payable_cents": books.payable,
        "contested_cents": books.contested,
        "deposits_cents": books.deposits,
        "awaiting_funds_cents": books.awaiting_funds,
        "solvent": books.solvent,
    }
