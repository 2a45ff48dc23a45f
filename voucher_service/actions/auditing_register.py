"""What the register says beside each statement, asked for many statements at once.

Part of ``auditing_statements``, which compares. Nothing is compared or repaired here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from voucher_service.core.adjustments import CorrectionLine
from voucher_service.core.settlement import Settlement, settle
from voucher_service.core.statements import UseLine
from voucher_service.store import corrections, evidence_papers, seals, settlements, tables
from voucher_service.store.orders import shares
from voucher_service.store.session import Session


@dataclass(frozen=True, slots=True)
class Settled:
    """A period, what its claims settle to today, and what earlier ones bore of each campaign."""

    period: tables.Period
    settlement: Settlement
    borne: Mapping[int, int]
    held: Sequence[object]
    """Its associations, funders and campaigns: whoever gets one by its key asks nothing."""
    services: dict[int, list[tuple[str, int, int]]] = field(default_factory=dict)
    """What each campaign's uses were for, once somebody asked."""


@dataclass
class Register:
    """The rows beside some statements. Of periods, only the last that was asked for is kept."""

    session: Session
    _settled: dict[int, Settled] = field(default_factory=dict)
    _seals: dict[int, str | None] = field(default_factory=dict)
    _weights: dict[int, dict[int, int]] = field(default_factory=dict)
    _accounts: Mapping[int, list[tables.BankAccount]] = field(default_factory=dict)
    _uses: dict[int, Mapping[int, list[UseLine]]] = field(default_factory=dict)
    _corrections: dict[int, Mapping[int, list[CorrectionLine]]] = field(default_factory=dict)

    def turn_to(self, rows: Sequence[tables.Statement]) -> None:
        """Read what stands beside these statements, and forget what stood beside others."""
        payees: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            if row.association_id is not None:
                payees[row.period_id].append(row.association_id)
        everybody = {one for some in payees.values() for one in some}
        self._accounts = evidence_papers.bank_accounts(self.session, everybody)
        self._uses, self._corrections = {}, {}
        for period, associations in payees.items():
            asked = self.session, period, associations
            self._uses[period] = settlements.uses_of(*asked)
            self._corrections[period] = corrections.lines_of(*asked)

    def settled(self, number: int) -> Settled:
        """A period and what its claims settle to today."""
        if number not in self._settled:
            self._settled = {number: _settle(self.session, number)}
        return self._settled[number]

    def uses(self, period: int, association: int) -> list[UseLine]:
        """An association's uses of a period."""
        return self._uses[period].get(association, [])

    def corrections(self, period: int, association: int) -> list[CorrectionLine]:
        """An association's corrections of a period."""
        return self._corrections[period].get(association, [])

    def account_at(self, association: int, moment: datetime) -> tables.BankAccount | None:
        """Where an association was paid at a moment."""
        return next(
            (
                row
                for row in self._accounts.get(association, ())
                if row.created_at <= moment
                and (row.replaced_at is None or row.replaced_at > moment)
            ),
            None,
        )

    def services(self, settled: Settled, campaign: int) -> list[tuple[str, int, int]]:
        """What a campaign's uses of a period were for."""
        known = settled.services
        if campaign not in known:
            known[campaign] = settlements.services(self.session, settled.period.id, campaign)
        return known[campaign]

    def weights(self, campaign: int) -> dict[int, int]:
        """What each funder of a campaign bears."""
        if campaign not in self._weights:
            found = shares(self.session, campaign)
            self._weights[campaign] = {share.number: share.weight for share in found}
        return self._weights[campaign]

    def seal_hash(self, number: int) -> str | None:
        """The hash of a seal."""
        if number not in self._seals:
            self._seals[number] = seals.hash_of(self.session, seals.SCHEME, number)
        return self._seals[number]


def _settle(session: Session, number: int) -> Settled:
    period = evidence_papers.period(session, number)
    claims = settlements.claims(session, period)
    terms = settlements.terms(session, period, sorted({claim.campaign for claim in claims}))
    settlement = settle(claims, terms)
    held = [
        *evidence_papers.held(
            session, tables.Association, {line.association for line in settlement.associations}
        ),
        *evidence_papers.held(session, tables.Funder, {line.funder for line in settlement.funders}),
        *evidence_papers.held(session, tables.Campaign, {one.campaign for one in terms}),
    ]
    return Settled(period, settlement, settlements.borne_before(session, period), held)
